"""Maps on other pages: `{% load maps %}`, then `{% small_map "concept" concept.pk %}`."""

from django import template

from maps.drawing import Drawing
from maps.graphs import NotSeen, around
from maps.starts import busiest_topic
from maps.state import State

register = template.Library()
SMALL, WIDTH, HEIGHT, MARGIN, LONGEST = 12, 320, 300, 40, 16


@register.inclusion_tag("maps/small.html", takes_context=True)
def small_map(context, sort, pk, beside=False):
    """What is nearest to a thing, as a small drawing; nothing where there is nothing that this reader may see.

    `beside`: it stands in a column of sections instead of a rail.
    """
    return {**_small(f"{sort}:{pk}", context["request"].user), "beside": beside}


@register.inclusion_tag("maps/small.html", takes_context=True)
def busiest_map(context):
    """The small map of the topic with most around it, for the first page."""
    key = busiest_topic(context["request"].user)
    return {**(_small(key, context["request"].user) if key else {}), "beside": True}


def _small(key, user):
    try:
        cut = around(user, key, most=SMALL)
    except NotSeen:
        return {}
    state = State(node=key)
    drawing = Drawing(cut, state, width=WIDTH, height=HEIGHT, margin=MARGIN, longest=LONGEST)
    return {"drawing": drawing, "state": state} if len(cut.nodes) > 1 else {}


@register.simple_tag
def chosen_address(state, *keys):
    """`{% chosen_address state node.key %}`: the map with this node, or the edge between two, chosen."""
    return state.choosing(*keys)
