"""How a node stands in a graph: pure functions, nx.Graph in, numbers out. They are computed on what is shown alone."""

import networkx as nx

SEED = 1995


def measure(graph):
    """Return what maps say about every node.

    Args:
        graph: undirected `nx.Graph` of n nodes; edge `weight` is a strength ≥ 0, 1 where missing.
    Returns: dict of n entries, node -> {"degree": neighbours, "pagerank": share, all together 1, "community": number from 0, the
        largest first, "brokerage": share in [0, 1]}.
    Raises: ValueError when `graph` is directed.

    >>> measure(nx.star_graph(3))[0]["degree"]
    3
    """
    ranks, groups, bridging = pagerank(graph), communities(graph), brokerage(graph)
    return {
        node: {
            "degree": degree,
            "pagerank": round(ranks[node], 6),
            "community": groups[node],
            "brokerage": round(bridging[node], 6),
        }
        for node, degree in graph.degree()
    }


def pagerank(graph):
    """Return how often somebody who follows edges at random, the stronger ones more often, meets each node.

    Args: graph: undirected `nx.Graph` of n nodes.
    Returns: dict of n entries, node -> share in [0, 1]; all together 1. Damping 0.85.
    Source: Brin & Page, *The Anatomy of a Large-Scale Hypertextual Web Search Engine* (1998).

    >>> ranks = pagerank(nx.star_graph(3))
    >>> max(ranks, key=ranks.get)
    0
    """
    return nx.pagerank(graph, weight="weight") if graph else {}


def communities(graph):
    """Return to which group of nodes, joined more to one another than to others, each node belongs.

    Args: graph: undirected `nx.Graph` of n nodes.
    Returns: dict of n entries, node -> number from 0; the largest group is 0. Same graph, same numbers: the seed is fixed.
    Source: Blondel et al., *Fast unfolding of communities in large networks* (2008).

    >>> groups = communities(nx.barbell_graph(4, 0))
    >>> groups[0] == groups[3], groups[0] == groups[4]
    (True, False)
    """
    if not graph:
        return {}
    order = {node: place for place, node in enumerate(graph)}
    found = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    found.sort(key=lambda group: (-len(group), min(order[node] for node in group)))
    return {node: number for number, group in enumerate(found) for node in group}


def brokerage(graph):
    """Return how far each node bridges neighbours who would not meet without it.

    Args: graph: undirected `nx.Graph` of n nodes; loops are left out; weights are not used.
    Returns: dict of n entries, node -> share in [0, 1], no unit. 1: no two neighbours meet. Isolated nodes get 0.
    Raises: ValueError when `graph` is directed.
    Source: Burt, *Structural Holes* (Harvard, 1995): efficiency = effective size / degree; for unweighted graphs effective
        size = n − 2t/n with n neighbours and t ties among them (Borgatti 1997).

    >>> brokerage(nx.star_graph(3))[0], brokerage(nx.complete_graph(3))[0]
    (1.0, 0.5)
    """
    if graph.is_directed():
        raise ValueError("brokerage is defined for undirected graphs")
    return {node: _efficiency(graph, node) for node in graph}


def _efficiency(graph, node):
    around = set(graph[node]) - {node}
    if not around:
        return 0.0
    ties = sum(len(around.intersection(graph[other]) - {other}) for other in around) / 2
    return (len(around) - 2 * ties / len(around)) / len(around)
