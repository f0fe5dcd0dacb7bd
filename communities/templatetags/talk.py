"""Small parts of the pages of talk: `{% load talk %}`."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from communities.components.waiting import WAITS_FOR
from communities.seci import STEPS, Mode, Stage

register = template.Library()


@register.simple_tag(takes_context=True)
def page_query(context, page):
    """The query of another page of the same thread; keeps the posts that are chosen for the write-up."""
    query = {"page": page} if page > 1 else {}
    if chosen := context["face"].chosen_query:
        query["posts"] = chosen
    return f"?{urlencode(query)}" if query else context["thread"].get_absolute_url()


@register.simple_tag
def mode_dot(mode):
    """The letter of a conversion in its colour; always with a word beside it."""
    return format_html('<b class="mode-dot mode-{}" aria-hidden="true">{}</b>', mode, STEPS[Mode(mode)].letter)


@register.simple_tag
def sign_in_to(url):
    """The address of sign-in, which leads on to `url`."""
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': url})}"


@register.filter
def waits_for(thread):
    """What a thread waits for, in a few words: “next: put it into words”."""
    return WAITS_FOR[Stage(thread.stage)]


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
