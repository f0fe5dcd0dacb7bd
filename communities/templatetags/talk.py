"""Talk beside things of knowledge: `{% load talk %}`, then `{% topic_talk concept %}` and the like."""

from math import inf

from django import template
from django.utils.http import urlencode

from communities.components import around
from communities.interaction.internalization import practice_sums
from communities.lineage import lineage_of
from communities.seci import STEPS
from knowledge.text import plain

register = template.Library()
NEAREST, WORTH_FOLDING = (
    4,
    3,
)  # steps of a lineage that are always shown on each side; fewer than these are not folded away


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


def in_order(steps, *, is_before):
    """The steps of a tree of lineage, and those behind them, as one list by time.

    What was removed tells no time, so its place tells none either: it stands right behind what it came from.
    """
    nearest = inf if is_before else -inf
    return [step for _moment, _depth, step in sorted(_placed(steps, nearest, is_before), key=lambda placed: placed[:2])]


def _placed(steps, moment_beside, is_before, depth=1):
    """(moment, depth, step) of each of `steps` and of those behind it; `moment_beside` is that of what they hang on."""
    for step in steps:
        moment = _told(step, is_before)
        moment = moment_beside if moment is None else moment
        yield moment, -depth if is_before else depth, step
        yield from _placed(step.steps, moment, is_before, depth + 1)


def _told(step, is_before):
    """When `step` came about, as far as it tells; of a source that does not, when the last of what it came from did."""
    if step.at:
        return step.at.timestamp()
    behind = [_told(one, is_before) for one in step.steps] if is_before else []
    return max((moment for moment in behind if moment is not None), default=None)


@register.filter
def steps_before(lineage):
    """The steps that led to a thing: `near` ones stand on the page, `far` ones behind a click, `more` are only counted."""
    steps = in_order(lineage.before, is_before=True)
    cut = _far(steps)
    return _part(steps[:cut], steps[cut:], lineage.more_before) | {"is_before": True}


@register.filter
def steps_after(lineage):
    """The steps that came of a thing, as `steps_before` gives those that led to it."""
    steps = in_order(lineage.after, is_before=False)
    cut = len(steps) - _far(steps)
    return _part(steps[cut:], steps[:cut], lineage.more_after) | {"is_before": False}


def _far(steps):
    """How many of `steps` are folded away."""
    far = len(steps) - NEAREST
    return far if far >= WORTH_FOLDING else 0


def _part(far, near, more):
    return {"far": far, "near": near, "more": more, "count": len(far) + more}


@register.filter
def as_query(query):
    """A dict as the query string of an address."""
    return urlencode(query)


@register.inclusion_tag("communities/flow_strip.html")
def flow_strip(flow, lists):
    """The flow (communities.flow.Flow) in five numbers; `lists` is the address of the threads that they count."""

    def opened(query):
        return f"{lists}?{urlencode(query)}"

    cells = [
        {
            "mode": measure.mode,
            "letter": STEPS[measure.mode].letter,
            "name": measure.label,
            "number": measure.number,
            "url": opened(measure.query),
            "lag": way.days if place else None,  # how long until somebody answers says little beside the rest
            "lag_whole": round(way.days or 0),
            "lag_url": opened(way.query),
        }
        for place, (measure, way) in enumerate(zip(flow.funnel, flow.medians, strict=True))
    ]
    turned = sum(measure.number for measure in flow.turns if measure.query["turn"] > 1)
    worst = max(flow.stalled, key=lambda measure: measure.number)
    stall = {"label": worst.label, "number": worst.number, "url": opened(worst.query)} if worst.number else None
    anew = {"number": turned, "url": opened(flow.started.query | {"turned": 1})}
    return {"cells": cells, "turned": anew, "stall": stall}
