"""The pieces of a map page for one reader: the drawing, its rows as a table, and the panel of what is chosen."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from knowledge.models import Person
from maps import saying
from maps.drawing import Drawing
from maps.graphs import NotSeen, around, why
from maps.rules import NodeKind

LINKED = 4  # names that a row of the table gives
NEAR = 15  # neighbours that the panel shows before it folds


@dataclass(frozen=True)
class Neighbour:
    """Another node beside the chosen one: why it is there, and where the edge between them is chosen."""

    node: object
    said: str
    url: str


class MapFace:
    """Everything that the page of `state` shows to `reader`; asked of the database once, when it is made.

    Raises `NotSeen` where the map starts from what this reader may not see.
    """

    def __init__(self, state, reader):
        self.state, self.reader = state, reader
        self.cut = around(reader, state.node, opened=state.opened, **state.narrowed)
        self.centre = self.cut.node(self.cut.centre)
        self.between = defaultdict(list)  # {two keys: edges}
        self.beside = defaultdict(dict)  # key -> {other key: edges}
        for edge in self.cut.edges:
            self.between[frozenset((edge.source, edge.target))].append(edge)
            self.beside[edge.source].setdefault(edge.target, []).append(edge)
            self.beside[edge.target].setdefault(edge.source, []).append(edge)

    @cached_property
    def drawing(self):
        return Drawing(self.cut, self.state)

    @cached_property
    def counts(self):
        """(kind, how many are shown, whether it is shown at all), in the order of the filters."""
        shown = [node.shape for node in self.cut.nodes]
        return [(kind, shown.count(kind.value), kind in self.state.kinds) for kind in NodeKind if kind != NodeKind.GAP]

    @cached_property
    def gaps(self):
        return [(node, saying.lacking(node)) for node in self.cut.nodes if node.gap]

    @cached_property
    def summary(self):
        return saying.summary(self.cut)

    @cached_property
    def rows(self):
        """The table: (node, names of those it is linked with, how many more, its address on the map), most linked first."""
        names = {node.key: node for node in self.cut.nodes}
        ordered = sorted(self.cut.nodes, key=lambda node: (-node.measures["degree"], node.label))
        return [
            (
                node,
                [names[key] for key in list(self.beside[node.key])[:LINKED]],
                max(0, len(self.beside[node.key]) - LINKED),
            )
            for node in ordered
        ]

    # ------------------------------------------------------------ what is chosen
    @cached_property
    def chosen(self):
        """The panel at the right: of a node, of an edge, or of the centre when nothing is chosen."""
        state = self.state
        if len(state.chosen) == 2 and frozenset(state.chosen) in self.between:
            return self._edge(*state.chosen)
        node = self.cut.node(state.chosen[0]) if state.chosen else None
        return self._node(node or self.centre)

    def _node(self, node):
        neighbours = [
            Neighbour(
                self.cut.node(key),
                saying.joined(dict.fromkeys(saying.seen_from(edge, node.key) for edge in edges)),
                self.state.choosing(node.key, key),
            )
            for key, edges in self.beside[node.key].items()
        ]
        neighbours.sort(key=lambda one: (-sum(e.weight for e in self.beside[node.key][one.node.key]), one.node.label))
        return {
            "node": node,
            "near": neighbours[:NEAR],
            "further": neighbours[NEAR:],
            "lack": saying.lacking(node),
            "more": self.cut.left_out.get(node.key, 0),
            "is_opened": node.key in self.state.opened,
            "start_url": self.state.starting(node.key),
            "open_url": self.state.opening(node.key),
            "about": self._about(node),
        }

    def _about(self, node):
        """What a person says about themselves, where this reader may open their page."""
        if node.sort != "person" or not node.url:
            return None
        return Person.objects.visible_to(self.reader).filter(pk=node.key.partition(":")[2]).first()

    def _edge(self, source, target):
        edges = self.between[frozenset((source, target))]
        try:
            reasons = why(self.reader, source, target)
        except NotSeen:
            reasons = []
        return {
            "ends": [self.cut.node(source), self.cut.node(target)],
            "edges": [(edge, saying.said(edge)) for edge in edges],
            "reasons": reasons,
        }
