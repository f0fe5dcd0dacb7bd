"""Maps on other pages: `{% load maps %}`, then `{% small_map "concept" concept.pk %}`."""

from functools import cached_property

from django import template

from communities.rules import alike
from maps.drawing import Drawing
from maps.graphs import NotSeen, around
from maps.starts import busiest_topic
from maps.state import State

register = template.Library()
SMALL, WIDTH, HEIGHT, MARGIN, LONGEST = 12, 320, 300, 40, 16


class SmallMap:
    """What is nearest to the thing of `key`, or to the topic with most around it; made when a page first shows it to `readers`."""

    def __init__(self, user, key="", beside=False):
        self.key, self.beside = key, beside
        self.reader, self.readers = alike(user)

    @cached_property
    def state(self):
        return State(node=self.key or busiest_topic(self.reader) or "")

    @cached_property
    def drawing(self):
        """None where there is nothing that this reader may see."""
        try:
            cut = around(self.reader, self.state.node, most=SMALL)
        except NotSeen:
            return None
        drawn = Drawing(cut, self.state, width=WIDTH, height=HEIGHT, margin=MARGIN, longest=LONGEST)
        return drawn if len(cut.nodes) > 1 else None


@register.inclusion_tag("maps/small.html", takes_context=True)
def small_map(context, sort, pk, beside=False):
    """What is nearest to a thing, as a small drawing; nothing where there is nothing that this reader may see.

    `beside`: it stands in a column of sections instead of a rail.
    """
    return {"small": SmallMap(context["request"].user, f"{sort}:{pk}", beside)}


@register.inclusion_tag("maps/small.html", takes_context=True)
def busiest_map(context):
    """The small map of the topic with most around it, for the first page."""
    return {"small": SmallMap(context["request"].user, beside=True)}


@register.simple_tag
def chosen_address(state, *keys):
    """`{% chosen_address state node.key %}`: the map with this node, or the edge between two, chosen."""
    return state.choosing(*keys)
