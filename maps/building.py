"""The whole map from nothing, in portions, while people read and write; and a look at whether it is right."""

from django.db.models import Q

from communities.models import Thread
from knowledge.models import Concept, Entry
from maps.consent import people_on_maps
from maps.models import MapNode
from maps.rules import Sort
from maps.writing import PORTION, keep

# Topics and people first: documents find them there.
SOURCES = {
    Sort.CONCEPT: lambda: Concept.objects.all(),
    Sort.PERSON: people_on_maps,
    Sort.ENTRY: lambda: Entry.objects.live(),
    Sort.THREAD: lambda: Thread.objects.filter(Q(is_answered=True) | Q(externalized_at__isnull=False)),
}


def size():
    """How many things a building goes through."""
    return sum(things().count() for things in SOURCES.values()) + MapNode.objects.count()


def build(*, progress=lambda number: None):
    """Make the map anew, in place; return how many rows differed. Each portion is a short transaction, so it may be broken off."""
    differed = 0
    for keys in _portions():
        differed += keep(keys)
        progress(len(keys))
    return differed


def drift(*, progress=lambda number: None):
    """Yield (keys, how many rows differ) for each portion of the map that is not as the things are now. Nothing is changed."""
    for keys in _portions():
        if differs := keep(keys, only_look=True):
            yield keys, differs
        progress(len(keys))


def _portions():
    """The keys of everything that the map has or should have; what stands in it goes last, for what is no more."""
    for sort, things in SOURCES.items():
        yield from _keys(things(), "pk", lambda pk, sort=sort: f"{sort}:{pk}")
    at = 0
    nodes = MapNode.objects.order_by("pk")
    while rows := list(nodes.filter(pk__gt=at).values_list("pk", "key")[:PORTION]):
        at = rows[-1][0]
        yield [key for _pk, key in rows]


def _keys(things, field, key):
    at = 0
    ordered = things.order_by(field)
    while pks := list(ordered.filter(pk__gt=at).values_list(field, flat=True)[:PORTION]):
        at = pks[-1]
        yield [key(pk) for pk in pks]
