"""Writing the tables of the map: what should be is compared with what is there, and only what differs is written."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q

from maps import making
from maps.models import MapEdge, MapNode
from maps.rules import DEEDS, KNOWING, NEARNESS, EdgeKind, Sort

PORTION = 100  # things in one transaction
NODE_FIELDS = ("kind", "sort", "thing", "work", "access", "language", "date")
EDGE_FIELDS = ("language", "weight", "count", "since", "until", "evidence")


@transaction.atomic
def keep(keys, *, only_look=False):
    """Bring what `keys` (`sort:pk`) stand for up to date; return how many rows differed.

    With `only_look` nothing is written but for what the answer needs, and that is taken back.
    """
    keys = list(dict.fromkeys(keys))
    made = making.together(keys)
    known = _locked([*keys, *made.nodes])
    before = _pairs(keys)
    gone = [node.pk for key, node in known.items() if key in keys and key not in made.nodes]
    differed = len(gone) + _write_nodes(made, known)
    MapNode.objects.filter(pk__in=gone).delete()
    numbers = dict(MapNode.objects.filter(key__in=made.nodes).values_list("key", "pk"))
    wanted = {
        (numbers[source], numbers[target], kind, access): fields
        for (source, target, kind, access), fields in made.edges.items()
    }
    differed += _write_edges(_own_edges(keys), wanted)
    left = {pair for pair in before | _pairs(keys) if not set(pair) & set(gone)}
    differed += _write_knowing(left)
    if only_look:
        transaction.set_rollback(True)
    return differed


def _locked(keys):
    """The nodes of these keys, locked in the order of their pks: two workers do not wait for one another."""
    locked = MapNode.objects.select_for_update().filter(key__in=dict.fromkeys(keys)).order_by("pk")
    return {node.key: node for node in locked}


def _write_nodes(made, known):
    fresh = [MapNode(key=key, **fields) for key, fields in made.nodes.items() if key not in known]
    changed = [known[key] for key, fields in made.nodes.items() if key in known and _take_over(known[key], fields)]
    MapNode.objects.bulk_create(fresh, ignore_conflicts=True)  # another worker may just have met the same person
    MapNode.objects.bulk_update(changed, NODE_FIELDS, batch_size=50)
    return len(fresh) + len(changed)


def _take_over(row, fields):
    """Put `fields` on `row`; whether anything differed."""
    differs = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)


def _own_edges(keys):
    """The edges that are made with these nodes: of a document all but what is derived, of a person what they declare, of a topic
    what stands beside it."""
    pks = defaultdict(list)
    for sort, pk in MapNode.objects.filter(key__in=keys).values_list("sort", "pk"):
        pks[sort].append(pk)
    documents, topics = pks[Sort.ENTRY] + pks[Sort.THREAD], pks[Sort.CONCEPT]
    return MapEdge.objects.filter(
        Q(target__in=documents, kind__in=DEEDS)
        | Q(source__in=documents, kind=EdgeKind.ABOUT)
        | Q(source__in=pks[Sort.PERSON], kind=EdgeKind.DECLARED)
        | Q(source__in=topics, kind__in=NEARNESS)
        | Q(target__in=topics, kind__in=NEARNESS)
    )


def _write_edges(stored, wanted):
    """Make the `stored` edges the `wanted` ones: {(source pk, target pk, kind, access): fields}; return how many differed."""
    known = {(edge.source_id, edge.target_id, edge.kind, edge.access): edge for edge in stored}
    fresh = [
        MapEdge(source_id=source, target_id=target, kind=kind, access=access, **fields)
        for (source, target, kind, access), fields in wanted.items()
        if (source, target, kind, access) not in known
    ]
    changed = [edge for key, edge in known.items() if key in wanted and _take_over(edge, wanted[key])]
    gone = [edge.pk for key, edge in known.items() if key not in wanted]
    for start in range(0, len(gone), 500):
        MapEdge.objects.filter(pk__in=gone[start : start + 500]).delete()
    MapEdge.objects.bulk_create(
        fresh,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["source", "target", "kind", "access"],
        update_fields=EDGE_FIELDS,
    )
    MapEdge.objects.bulk_update(changed, EDGE_FIELDS, batch_size=50)
    return len(fresh) + len(changed) + len(gone)


# ---------------------------------------------------------------- what people know, from what they did
def _pairs(keys):
    """The pairs of nodes (person, topic) that the documents among `keys` join, as the tables stand."""
    people, topics = defaultdict(set), defaultdict(set)
    documents = list(MapNode.objects.filter(key__in=keys, kind="document").values_list("pk", flat=True))
    deeds = MapEdge.objects.filter(target__in=documents, kind__in=KNOWING)
    for person, document in deeds.values_list("source", "target"):
        people[document].add(person)
    for document, topic in MapEdge.objects.filter(source__in=documents, kind=EdgeKind.ABOUT).values_list(
        "source", "target"
    ):
        topics[document].add(topic)
    return {(person, topic) for document in documents for person in people[document] for topic in topics[document]}


def _write_knowing(pairs):
    wanted = {
        (person, topic, EdgeKind.KNOWS.value, access): fields
        for (person, topic, access), fields in making.knowing(pairs).items()
    }
    people, topics = {person for person, _topic in pairs}, {topic for _person, topic in pairs}
    stored = MapEdge.objects.filter(source__in=people, target__in=topics, kind=EdgeKind.KNOWS)
    return _write_edges([edge for edge in stored if (edge.source_id, edge.target_id) in pairs], wanted)
