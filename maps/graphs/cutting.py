"""From rows of the tables to a cut: translations become one document, edges of several tokens one edge, and what the reader
may not see now falls out."""

from collections import defaultdict

from django.db.models import Case, IntegerField, When
from django.utils.translation import get_language

from maps.graphs.cut import Cut, Edge, Node
from maps.graphs.showing import shown
from maps.measures import measure
from maps.models import MapNode
from maps.rules import COUNTED, EXPERTISE, EdgeKind, GapKind, NodeKind


def nodes_by_pk(narrowed, user, pks):
    """The visible nodes of these pks, in one query, each with `degree`, `documents` and `experts`: what there is around it."""
    degree = Case(
        *(When(kind=kind, then=narrowed.degree(kind)) for kind in (NodeKind.PERSON, NodeKind.DOCUMENT)),
        default=narrowed.degree(NodeKind.TOPIC),
        output_field=IntegerField(),
    )
    found = MapNode.objects.visible_to(user).filter(pk__in=pks)
    return found.annotate(
        degree=degree, documents=narrowed.lacks([EdgeKind.ABOUT]), experts=narrowed.lacks(EXPERTISE)
    ).in_bulk()


def cut_of(user, nodes, edge_rows, *, centre=None):
    """Make the `Cut` of `nodes` (MapNodes in order, annotated) and `edge_rows`; `centre` is a MapNode that stands first.

    Asks the things themselves, one query a sort. The cut is empty where `centre` may not be seen.
    """
    visible = shown(user, _pks(nodes))
    if centre is not None and centre.key not in visible:
        return Cut()
    nodes = [node for node in nodes if node.key in visible]
    chosen = _one_a_work(nodes)
    keys = {node.pk: chosen[node.work].key for node in nodes}
    picked = {node.key: node for node in chosen.values()}
    edges = _merged(edge_rows, keys)
    cut = Cut(centre=chosen[centre.work].key if centre is not None else "", edges=edges)
    cut.nodes = [_node(node, visible[key]) for key, node in picked.items()]
    cut.left_out = _left_out(picked, edge_rows, keys)
    _measured(cut)
    return cut


def _pks(nodes):
    pks = defaultdict(set)
    for node in nodes:
        pks[node.sort].add(node.thing)
    return pks


def _one_a_work(nodes):
    """work -> the node in the reader's language, the first one otherwise; the order is that of the first."""
    language, chosen = get_language(), {}
    for node in nodes:
        known = chosen.setdefault(node.work, node)
        if node.language == language and known.language != language:
            chosen[node.work] = node
    return chosen


def _merged(rows, keys):
    """Edges between shown nodes. Those of a person and a topic add up over access tokens; a work in two languages counts once."""
    merged = {}
    for source, target, kind, weight, count, since, until, evidence in rows:
        source, target = keys.get(source), keys.get(target)
        if source is None or target is None or source == target:
            continue
        if kind == EdgeKind.RELATED:  # kept both ways, shown once
            source, target = sorted((source, target))
        known = merged.get((source, target, kind))
        if known is None:
            merged[source, target, kind] = Edge(source, target, kind, weight, count, since, until, tuple(evidence))
            continue
        add = kind == EdgeKind.KNOWS
        known.weight = known.weight + weight if add else max(known.weight, weight)
        known.count = known.count + count if add else max(known.count, count)
        known.since = min(filter(None, (known.since, since)), default=None)
        known.until = max(filter(None, (known.until, until)), default=None)
        known.evidence = tuple(dict.fromkeys((*known.evidence, *evidence)))
    return list(merged.values())


def _node(row, seen):
    gap = _gap(row)
    kind = NodeKind.GAP if gap else NodeKind(row.kind)
    return Node(
        key=row.key,
        kind=kind.value,
        sort=row.sort,
        label=seen.label,
        lang=seen.lang,
        url=seen.url,
        date=seen.date,
        gap=gap,
    )


def _gap(row):
    if row.kind != NodeKind.TOPIC:
        return ""
    return "" if row.documents and row.experts else (GapKind.NOBODY if row.documents else GapKind.NOTHING).value


def _left_out(picked, rows, keys):
    """How many more edges each node has than are shown. Counted as they are kept, since `degree` knows no translations."""
    kept = defaultdict(set)
    for source, target, kind, *_rest in rows:
        if source in keys and target in keys:
            kept[source].add(("source", kind, target))
            kept[target].add(("target", kind, source))
    more = {key: min(node.degree - len(kept[node.pk]), COUNTED) for key, node in picked.items()}
    return {key: number for key, number in more.items() if number > 0}


def _measured(cut):
    measures = measure(cut.graph())
    top = max((said["pagerank"] for said in measures.values()), default=1)
    for node in cut.nodes:
        node.measures = measures[node.key]
        node.size = round(1 + 2 * (node.measures["pagerank"] / top) ** 0.5, 3)
