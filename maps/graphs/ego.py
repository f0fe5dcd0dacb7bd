"""The map around one node."""

from itertools import chain, zip_longest

from maps.graphs.cut import NotSeen
from maps.graphs.cutting import cut_of, nodes_by_pk
from maps.graphs.strongest import KINDS, Narrowed
from maps.models import MapNode
from maps.rules import LEADS_IN, LEADS_OUT, LIMIT, MOST, NodeKind

WIDER, EACH = 12, 8  # at depth 2 so many of the nearest nodes are opened, each for so many of every kind of edge
TIES = 1000  # edges between the nodes of a cut


def around(user, node_key, *, depth=1, opened=(), types=None, language=None, since=None, until=None, most=MOST):
    """Return the `Cut` of what `user` may see around a node such as `concept:12`.

    Args:
        depth: 1, its neighbours; 2, also the nearest of theirs.
        opened: keys of neighbours whose own are shown too, and of the centre itself; others are passed over.
        types: NodeKinds to show beside the centre; all when empty.
        language: only documents in this language ("en", "zh-hans").
        since, until: only what happened in this time (dates or moments, both included); relations of topics always stay.
        most: how many nodes at most, LIMIT whatever is asked. People, documents and topics get equal shares of a hub.
    Returns: `Cut`, the centre first, strongest neighbours next; a work in two languages is one document, named in the reader's.
    Raises: `NotSeen` when there is no such node or `user` may not see it.
    Cost: eight queries at any size, one more at depth 2 and one for what is opened, beside those that tell who the reader is.
    """
    most = LIMIT if node_key in opened else max(1, min(most, LIMIT))
    narrowed = Narrowed(user, types=types, language=language, since=since, until=until)
    centres = _centres(user, node_key)
    rows = narrowed.strongest([(node.pk, node.kind) for node in centres], most)
    ring = _fairly(_neighbours(rows, {node.pk: node.kind for node in centres}), most - 1)
    wider = list(ring)[:WIDER] if depth > 1 else []
    if opened:
        wider += MapNode.objects.visible_to(user).filter(key__in=opened, pk__in=ring).values_list("pk", flat=True)
    room = (LIMIT if opened else most) - 1  # whoever opens a node sees more, also of a full map
    if wider and len(ring) < room:
        ring = _wider(narrowed, centres, ring, dict.fromkeys(wider), room)
    kinds = {node.pk: node.kind for node in centres} | ring
    ties = narrowed.among(by_kind(kinds), TIES)
    found = nodes_by_pk(narrowed, user, kinds)
    cut = cut_of(user, [found[pk] for pk in kinds if pk in found], ties, centre=centres[0])
    if not cut.nodes:
        raise NotSeen
    return cut


def _centres(user, key):
    """The nodes of the work that `key` is in, the named one first."""
    same = MapNode.objects.filter(key=str(key)[:40]).values("work")
    found = sorted(MapNode.objects.visible_to(user).filter(work__in=same), key=lambda node: (node.key != key, node.pk))
    if not found or found[0].key != key:
        raise NotSeen
    return found


def _neighbours(rows, known):
    """pk -> kind of the other ends of `rows`, in their order; `known` is pk -> kind of where they start."""
    found = {}
    for source, target, kind, *_rest in rows:
        if source in known and kind in LEADS_OUT[known[source]]:
            found.setdefault(target, LEADS_OUT[known[source]][kind])
        if target in known and kind in LEADS_IN[known[target]]:
            found.setdefault(source, LEADS_IN[known[target]][kind])
    return {pk: kind for pk, kind in found.items() if pk not in known}


def _fairly(neighbours, most):
    """The first `most`, in turn a person, a document and a topic, so that the many do not hide the few."""
    lines = [[pk for pk, kind in neighbours.items() if kind == one] for one in KINDS]
    turns = [pk for pk in chain.from_iterable(zip_longest(*lines)) if pk is not None]
    return {pk: NodeKind(neighbours[pk]) for pk in turns[:most]}


def _wider(narrowed, centres, ring, wider, most):
    """`ring` and what stands around the nodes `wider` of it."""
    opened = [(pk, ring[pk]) for pk in wider]
    known = {node.pk: node.kind for node in centres} | ring
    beyond = _neighbours(narrowed.strongest(opened, EACH), dict(opened))
    beyond = {pk: kind for pk, kind in beyond.items() if pk not in known}
    return ring | _fairly(beyond, most - len(ring))


def by_kind(kinds):
    """NodeKind -> pks, of pk -> kind."""
    return {one: [pk for pk, kind in kinds.items() if kind == one] for one in KINDS}
