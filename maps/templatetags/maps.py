"""Maps on other pages: `{% load maps %}`, then `{% small_map "concept:12" %}`."""

from django import template

from maps.drawing import Drawing
from maps.graphs import NotSeen, around
from maps.state import State

register = template.Library()
SMALL, WIDTH, HEIGHT, LONGEST = 14, 320, 300, 18


@register.inclusion_tag("maps/small.html", takes_context=True)
def small_map(context, key, title=""):
    """What is nearest to a node, as a small drawing; nothing where there is nothing that this reader may see."""
    state = State(node=key)
    try:
        cut = around(context["request"].user, key, most=SMALL)
    except NotSeen:
        return {}
    if len(cut.nodes) < 2:
        return {}
    return {"drawing": Drawing(cut, state, width=WIDTH, height=HEIGHT, longest=LONGEST), "state": state, "title": title}


@register.simple_tag
def chosen_address(state, *keys):
    """`{% chosen_address state node.key %}`: the map with this node, or the edge between two, chosen."""
    return state.choosing(*keys)
