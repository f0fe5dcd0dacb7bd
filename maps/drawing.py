"""A cut as a drawing: where each node, label and line stands, in the units of the drawing. Pure: the same cut, the same drawing."""

import math
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from maps.labels import label, shortened
from maps.layout import positions

WIDTH, HEIGHT, MARGIN = 780, 700, 64
ROOMY, LARGEST = 45, 1.45  # nodes that have room in it; the drawing of more is larger, while letters can be read
NEAREST = 34  # between the middles of two nodes
TOUCHING = 0.01  # what is nearer is on one spot; what lacks less to NEAREST is far enough
ROUNDS = 40
ON_A_RING, INNER, OUTER = 9, 0.46, 0.8  # nodes on a ring; radius of the innermost, and of the only one
RINGS = 3  # more would leave some places crowded and others empty: then each node has a radius of its own
GOLDEN = 0.6180339887  # multiples of it, without their whole part, fill [0, 1) evenly wherever one stops
LONGEST = 24  # letters of a label; Chinese characters count twice
SIZES = {"person": 6, "document": 5.5, "topic": 8.3}
CORE = 1.55


@dataclass
class Placed:
    """A node in its place: `d` draws its shape, the label stands at `label`; `classes` and `url` depend on what is chosen."""

    node: object
    x: float
    y: float
    radius: float
    text: str
    url: str
    classes: str = ""
    label: tuple = (0, 0)
    anchor: str = "start"
    next: tuple = ()
    quiet: bool = False

    @property
    def d(self):
        return outline(self.node.shape, self.x, self.y, self.radius)


@dataclass(frozen=True)
class Line:
    """An edge in its place; several edges between two nodes are one line."""

    d: str
    width: float
    classes: str
    url: str
    title: str


class Drawing:
    """The drawing of `cut` in the state of a page; without a state nothing is chosen and links lead to the things."""

    def __init__(self, cut, state=None, *, width=WIDTH, height=HEIGHT, margin=MARGIN, longest=LONGEST):
        larger = min(max(1, (len(cut.nodes) / ROOMY) ** 0.5), LARGEST)
        self.width, self.height = round(width * larger), round(height * larger)
        self.cut, self.state, self.margin, self.longest = cut, state, margin, longest
        self.graph = cut.graph()

    @property
    def view_box(self):
        return f"0 0 {self.width} {self.height}"

    @cached_property
    def chosen(self):
        """The keys that are chosen and seen."""
        wanted = self.state.chosen if self.state else ()
        return tuple(key for key in wanted if key in self.graph)

    # ------------------------------------------------------------ nodes
    @cached_property
    def nodes(self):
        """The nodes, the less important first, so that the others lie on top; each with a place for its label."""
        points = self._points()
        found = [self._placed(node, *points[node.key]) for node in self.cut.nodes]
        label(found, self.width, self.height)
        return sorted(found, key=lambda one: one.node.measures.get("degree", 0))

    def _points(self):
        """Around a centre the others stand in rings, neighbours beside each other; without one as the layout has it."""
        across, down = self.width - 2 * self.margin, self.height - self.margin
        points = ringed(self.graph, self.cut.centre) if self.cut.centre in self.graph else positions(self.graph)
        points = {key: [self.margin + x * across, self.margin / 2 + y * down] for key, (x, y) in points.items()}
        apart(points, fixed=self.cut.centre)
        return {key: (round(x, 1), round(y, 1)) for key, (x, y) in points.items()}

    def _placed(self, node, x, y):
        radius = SIZES[node.shape] * (CORE if node.key == self.cut.centre else 0.85 + 0.15 * node.size)
        return Placed(
            node=node,
            x=x,
            y=y,
            radius=round(radius, 1),
            text=shortened(node.label, self.longest),
            url=self.state.choosing(node.key) if self.state else node.url or "",
            classes=" ".join(self._classes(node)),
            next=tuple(self.graph[node.key]),
        )

    def _classes(self, node):
        yield node.shape
        if node.key == self.cut.centre:
            yield "core"
        if node.gap:
            yield "gap"
        if node.key in self.chosen:
            yield "chosen"
        elif self.chosen and any(node.key in self.graph[key] for key in self.chosen):
            yield "near"
        elif self.chosen:
            yield "far"

    # ------------------------------------------------------------ lines
    @cached_property
    def lines(self):
        """The lines, those of what is chosen last, so that they lie on top."""
        places = {one.node.key: one for one in self.nodes}
        found = [self._line(places[one], places[other], data) for one, other, data in self.graph.edges(data=True)]
        return sorted(found, key=lambda line: "on" in line.classes)

    def _line(self, one, other, data):
        keys = (one.node.key, other.node.key)
        on = set(self.chosen) == set(keys) if len(self.chosen) == 2 else bool(set(self.chosen) & set(keys))
        return Line(
            d=f"M{one.x:g} {one.y:g} {other.x:g} {other.y:g}",
            width=round(min(1 + math.log1p(data["weight"]) / (1.2 if on else 6), 4), 1),
            classes="edge on" if on else "edge",
            url=self.state.choosing(*keys) if self.state else "",
            title=f"{one.node.label} – {other.node.label}",
        )


# ---------------------------------------------------------------- shapes, places
def outline(shape, x, y, radius):
    """The path of a node: a circle for a person, a square for a document, a diamond for a topic."""
    if shape == "person":
        return f"M{x - radius:g} {y:g}a{radius:g} {radius:g} 0 1 0 {2 * radius:g} 0a{radius:g} {radius:g} 0 1 0 {-2 * radius:g} 0z"
    if shape == "document":
        return f"M{x - radius:g} {y - radius:g}h{2 * radius:g}v{2 * radius:g}h{-2 * radius:g}z"
    return f"M{x:g} {y - radius:g}L{x + radius:g} {y:g} {x:g} {y + radius:g} {x - radius:g} {y:g}z"


def ringed(graph, centre):
    """Positions in [0, 1]: `centre` in the middle, the others around it in the order in which the layout has them.

    Those that only the centre joins come last, in the order of the graph.

    The edges of the centre lead everywhere, so they are left out when it is asked which of the others belong together.
    """
    others = graph.copy()
    others.remove_node(centre)
    alone = list(nx.isolates(others))  # they belong to nobody here: no layout need say where
    others.remove_nodes_from(alone)
    placed = positions(others)
    turned = sorted(placed, key=lambda key: (math.atan2(placed[key][1] - 0.5, placed[key][0] - 0.5), key)) + alone
    points = {centre: (0.5, 0.5)}
    for place, key in enumerate(turned):
        radius = _radius(place, math.ceil(len(turned) / ON_A_RING))
        angle = 2 * math.pi * place / len(turned)
        points[key] = 0.5 + radius * math.cos(angle) / 2, 0.5 + radius * math.sin(angle) / 2
    return points


def _radius(place, number):
    """How far from the centre the node at `place` stands, in [0, 1]: on one of `number` rings, or evenly strewn over the area."""
    if number == 1:
        return OUTER
    if number <= RINGS:
        return INNER + (1 - INNER) * (place % number) / (number - 1)
    return math.sqrt(INNER**2 + (1 - INNER**2) * (place * GOLDEN % 1))


def apart(points, fixed=""):
    """Move `points`, {key: [x, y]}, until no two are nearer than NEAREST; changes them in place, in their order, `fixed` never."""
    keys = list(points)
    for _round in range(ROUNDS):
        pairs = _near([points[key] for key in keys])
        if not pairs:
            return
        for one, other in pairs:
            _part(points, keys[one], keys[other], fixed)


def _near(places):
    """The pairs of indexes, in order, of `places` that are nearer to each other than NEAREST."""
    x, y = np.array(places).reshape(-1, 2).T  # also of none
    distances = np.hypot(x[:, None] - x, y[:, None] - y)
    return np.argwhere(np.triu(distances < NEAREST - TOUCHING, k=1)).tolist()


def _part(points, one, other, fixed):
    """Push two points, each by half, to NEAREST from each other; a push before may have done it already."""
    dx, dy = points[other][0] - points[one][0], points[other][1] - points[one][1]
    distance = math.hypot(dx, dy)
    if distance >= NEAREST:
        return
    if distance < TOUCHING:
        dx, dy, distance = 1.0, 0.5, math.hypot(1.0, 0.5)
    push = (NEAREST - distance) / 2 / distance
    for key, way in ((one, -push), (other, push)):
        if key != fixed:
            points[key][0] += dx * way
            points[key][1] += dy * way
