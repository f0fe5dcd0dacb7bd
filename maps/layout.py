"""Where nodes stand in a drawing: pure, seeded, the same for the same graph."""

import math

import networkx as nx

from maps.measures import SEED, communities

ROUNDS = 60


def positions(graph, seed=SEED):
    """Return where each node is drawn: first groups are placed, then the members inside each.

    Args:
        graph: undirected `nx.Graph` of n nodes; edge `weight` draws together.
        seed: what is random starts from it; the same graph and seed give the same positions.
    Returns: dict of n entries, node -> (x, y), both in [0, 1], rounded to 4 digits.
    Source: Fruchterman & Reingold, *Graph Drawing by Force-directed Placement* (1991), on two levels.

    >>> positions(nx.path_graph(3)) == positions(nx.path_graph(3))
    True
    """
    if not graph:
        return {}
    groups = {}
    for node, number in communities(graph).items():
        groups.setdefault(number, []).append(node)
    centres = _placed(_of_groups(graph, groups), seed)
    placed = {}
    for number, members in groups.items():
        inside = _placed(_in_order(graph, members), seed)
        share = 0.9 * math.sqrt(len(members) / len(graph))
        for node in members:
            placed[node] = tuple(c + share * i for c, i in zip(centres[number], inside[node], strict=True))
    return _fitted(placed)


def _of_groups(graph, groups):
    """A graph of the groups; an edge weighs as much as all edges between two of them."""
    home = {node: number for number, members in groups.items() for node in members}
    between = nx.Graph()
    between.add_nodes_from(sorted(groups))
    for one, other, weight in graph.edges(data="weight", default=1):
        if home[one] != home[other]:
            pair = home[one], home[other]
            known = between.get_edge_data(*pair, {"weight": 0})["weight"]
            between.add_edge(*pair, weight=known + weight)
    return between


def _in_order(graph, members):
    """The graph of the members alone, in their order: a subgraph's own order is that of a set."""
    part = nx.Graph()
    part.add_nodes_from(members)
    chosen = set(members)
    part.add_edges_from(
        (one, other, {"weight": weight})
        for one, other, weight in graph.edges(data="weight", default=1)
        if one in chosen and other in chosen
    )
    return part


def _placed(graph, seed):
    """Positions in [-1, 1] around the middle; weights count by their logarithm, or the strongest would draw all together."""
    if len(graph) == 1:
        return dict.fromkeys(graph, (0.0, 0.0))
    for _one, _other, data in graph.edges(data=True):
        data["pull"] = 1 + math.log1p(max(data.get("weight", 1), 0))
    found = nx.spring_layout(graph, weight="pull", iterations=ROUNDS, seed=seed, k=2 / math.sqrt(len(graph)))
    return {node: (float(x), float(y)) for node, (x, y) in found.items()}


def _fitted(placed):
    spans = []
    for axis in (0, 1):
        values = [point[axis] for point in placed.values()]
        spans.append((min(values), max(values) - min(values)))
    return {
        node: tuple(
            round((value - low) / span, 4) if span > 1e-9 else 0.5
            for value, (low, span) in zip(point, spans, strict=True)
        )
        for node, point in placed.items()
    }
