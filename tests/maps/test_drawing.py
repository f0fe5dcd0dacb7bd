"""Where nodes, labels and lines stand in a drawing."""

from itertools import combinations
from math import hypot

import pytest

from maps.drawing import NEAREST, Drawing, apart, outline, ringed
from maps.graphs import Cut, Edge, Node
from maps.labels import LATIN, LINE, letters


def star(number, **fields):
    """A topic with `number` documents around it."""
    centre = Node("concept:1", "topic", "concept", "Silence", measures={"degree": number})
    around = [
        Node(
            f"entry:{n}", "document", "entry", f"An entry with a rather long title, number {n}", measures={"degree": 1}
        )
        for n in range(number)
    ]
    edges = [Edge(node.key, centre.key, "about") for node in around]
    return Cut(centre.key, [centre, *around], edges, **fields)


def test_the_centre_stands_in_the_middle():
    drawing = Drawing(star(8))

    centre = next(one for one in drawing.nodes if one.node.key == "concept:1")
    assert (centre.x, centre.y) == (drawing.width / 2, drawing.height / 2)


@pytest.mark.parametrize("number", [1, 9, 40, 149])
def test_no_two_nodes_stand_on_one_another(number):
    nodes = Drawing(star(number)).nodes

    assert min(hypot(a.x - b.x, a.y - b.y) for a, b in combinations(nodes, 2)) > NEAREST * 0.7


@pytest.mark.parametrize("number", [9, 40, 149])
def test_every_node_stands_inside(number):
    drawing = Drawing(star(number))

    assert all(0 < one.x < drawing.width and 0 < one.y < drawing.height for one in drawing.nodes)


def test_more_nodes_get_more_room():
    assert Drawing(star(149)).width > Drawing(star(20)).width


@pytest.mark.parametrize(("number", "share"), [(40, 1), (75, 0.95), (130, 0.75)])
def test_labels_that_are_shown_do_not_cover_each_other_and_most_are(number, share):
    drawing = Drawing(star(number))
    shown = [one for one in drawing.nodes if not one.quiet]

    assert len(shown) >= share * len(drawing.nodes)
    for one, other in combinations([_box(one) for one in shown], 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        assert wide <= 0 or high <= 0 or wide * high <= 0.15 * 24 * LATIN * LINE


def _box(one):
    wide = letters(one.text) * LATIN
    left = one.label[0] - {"start": 0, "middle": wide / 2, "end": wide}[one.anchor]
    return left, one.label[1] - 13, left + wide, one.label[1] + 4


def test_the_drawing_is_the_same_every_time():
    drawn = [[(one.x, one.y, one.label, one.anchor) for one in Drawing(star(30)).nodes] for _time in range(2)]

    assert drawn[0] == drawn[1]


def test_two_nodes_on_one_spot_are_moved_apart_and_the_fixed_one_stays():
    points = {"a": [10.0, 10.0], "b": [10.0, 10.0]}

    apart(points, fixed="a")

    assert points["a"] == [10.0, 10.0]
    assert hypot(points["b"][0] - 10, points["b"][1] - 10) >= NEAREST - 0.01


def test_one_alone_has_the_middle():
    assert ringed(star(0).graph(), "concept:1") == {"concept:1": (0.5, 0.5)}


def test_what_is_joined_beside_the_centre_stands_side_by_side():
    cut = star(12)
    cut.edges.append(Edge("entry:2", "entry:9", "about"))

    points = ringed(cut.graph(), "concept:1")

    assert list(points)[1:3] in (["entry:2", "entry:9"], ["entry:9", "entry:2"])


@pytest.mark.parametrize(
    ("shape", "begins"), [("person", "M4 10a6"), ("document", "M4 4h12"), ("topic", "M10 4L16 10")]
)
def test_each_kind_has_a_shape_of_its_own(shape, begins):
    assert outline(shape, 10, 10, 6).startswith(begins)
