"""A cut of the map: what one reader is shown of it, as plain rows and as a graph."""

from dataclasses import dataclass, field
from datetime import datetime

import networkx as nx
from django.http import Http404

from maps.rules import NodeKind, Sort


class NotSeen(Http404):
    """There is no such node, or not for this reader: one answer for both."""


@dataclass
class Node:
    """Something that can be pointed to.

    `kind` person · document · topic · gap; `sort` person · entry · thread · concept; `lang` is the language of `label`; `url`
    is None where the reader may see the name but not the page; `size` is 1 to 3, for drawing; `gap` says of a
    gap what it lacks (GapKind); `measures` has degree, pagerank, brokerage and community, on the cut alone.
    """

    key: str
    kind: str
    sort: str
    label: str
    lang: str = ""
    url: str | None = None
    date: datetime | None = None
    gap: str = ""
    size: float = 1.0
    measures: dict = field(default_factory=dict)

    @property
    def kind_label(self):
        """What it is, in the reader's language: a document is called by its sort."""
        return Sort(self.sort).label

    @property
    def shape(self):
        """person, document or topic: a gap is a topic, drawn with dashes."""
        return NodeKind.TOPIC.value if self.kind == NodeKind.GAP else self.kind


@dataclass
class Edge:
    """Why `source` and `target` (keys) are joined: `kind` is an EdgeKind, `count` says how often, `weight` how strongly.

    `evidence` are keys of things that it rests on, the newest first; `why` shows those that a reader may see.
    """

    source: str
    target: str
    kind: str
    weight: float = 1.0
    count: int = 1
    since: datetime | None = None
    until: datetime | None = None
    evidence: tuple = ()


@dataclass
class Cut:
    """What is shown around `centre`: nodes (it first), edges between them, and what is left out.

    `left_out` is node key -> how many more neighbours there are (counted up to COUNTED); only nodes that can be
    opened further stand in it. A `path` has its nodes in order; without edges there is none.
    """

    centre: str = ""
    nodes: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    left_out: dict = field(default_factory=dict)

    def graph(self):
        """The cut as an undirected `nx.Graph`, made anew at each call.

        Nodes are keys with kind, sort and label; edges have `weight` (summed where several join two nodes) and `kinds`, a
        sorted list. Its order is that of the cut, so what is computed from it is the same every time.
        """
        graph = nx.Graph()
        for node in self.nodes:
            graph.add_node(node.key, kind=node.kind, sort=node.sort, label=node.label)
        for edge in self.edges:
            known = graph.get_edge_data(edge.source, edge.target, {"weight": 0.0, "kinds": []})
            kinds = sorted({*known["kinds"], str(edge.kind)})
            graph.add_edge(edge.source, edge.target, weight=known["weight"] + edge.weight, kinds=kinds)
        return graph

    def node(self, key):
        """The node of this key, or None."""
        return next((node for node in self.nodes if node.key == key), None)
