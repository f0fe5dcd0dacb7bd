"""Where a map may start: the topics with most around them, and the people who agreed."""

from django.db.models import Count

from maps.graphs.showing import shown
from maps.models import MapEdge, MapNode
from maps.rules import EXPERTISE, EdgeKind, Sort

TOPICS, PEOPLE = 12, 8


def starts(user):
    """{"topics", "people"}: lists of (node key, Shown, number of documents or topics), of what `user` may see."""
    return {
        "topics": _most(user, Sort.CONCEPT, [EdgeKind.ABOUT], "target", TOPICS),
        "people": _most(user, Sort.PERSON, EXPERTISE, "source", PEOPLE),
    }


def busiest_topic(user):
    """The key of the topic with most documents that `user` may see; None on an empty map."""
    found = _most(user, Sort.CONCEPT, [EdgeKind.ABOUT], "target", 1)
    return found[0][0] if found else None


def _most(user, sort, kinds, end, most):
    """The nodes of `sort` with most edges of `kinds` at their `end`."""
    edges = MapEdge.objects.visible_to(user).filter(kind__in=kinds, **{f"{end}__sort": sort})
    counted = edges.order_by().values_list(end).annotate(number=Count("pk")).order_by("-number", end)[:most]
    numbers = dict(counted)
    nodes = MapNode.objects.visible_to(user).in_bulk(list(numbers))
    names = shown(user, {sort: {node.thing for node in nodes.values()}})
    found = [(nodes[pk].key, number) for pk, number in numbers.items() if pk in nodes]
    return [(key, names[key], number) for key, number in found if key in names]
