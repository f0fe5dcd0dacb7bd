"""Talk beside things of knowledge: `{% load talk %}`, then `{% topic_talk concept %}` and the like."""

from django import template

from communities.components import around
from communities.interaction.internalization import practice_sums
from communities.lineage import lineage_of
from knowledge.text import plain

register = template.Library()


@register.filter
def plain_text(html):
    """Stored HTML as text without marks, for a line or two."""
    return plain(html)


def _with(context, **more):
    """What an included template needs of the page: `frame`, `request`, and `more`."""
    return {"frame": context["frame"], "request": context["request"], **more}


@register.inclusion_tag("communities/topic_talk.html", takes_context=True)
def topic_talk(context, concept):
    return _with(context, concept=concept, **around.about_topic(concept, context["request"].user))


@register.inclusion_tag("communities/person_talk.html", takes_context=True)
def person_talk(context, person):
    return _with(context, **around.of_person(person, context["request"].user))


@register.inclusion_tag("communities/entry_practice.html", takes_context=True)
def entry_practice(context, entry):
    reports, more = around.reports_on(entry, context["request"].user)
    sums = practice_sums(entry)
    return _with(context, entry=entry, reports=reports, more=more, sums=sums, total=sum(sums.values()))


@register.inclusion_tag("communities/entry_talk.html", takes_context=True)
def entry_talk(context, entry):
    return _with(context, entry=entry, threads=around.about_entry(entry, context["request"].user))


@register.inclusion_tag("communities/lineage.html", takes_context=True)
def lineage(context, thing):
    return _with(context, lineage=lineage_of(thing, context["request"].user))
