"""Where labels stand, and how much of a name they show."""

import pytest

from maps.drawing import Placed
from maps.labels import label, letters, shortened

WIDTH = HEIGHT = 400


def placed(x, y, text="Quiet hours"):
    return Placed(node=None, x=x, y=y, radius=6, text=text, url="")


def test_a_label_with_room_stands_at_the_right():
    one = placed(100, 100)

    label([one], WIDTH, HEIGHT)

    assert (one.label, one.anchor) == ((111, 105), "start")


def test_a_label_gives_way_to_a_node_beside_it():
    one, beside = placed(100, 100), placed(140, 100)

    label([one, beside], WIDTH, HEIGHT)

    assert (one.anchor, beside.anchor) == ("end", "start")


def test_a_label_does_not_leave_the_drawing():
    one = placed(380, 100)

    label([one], WIDTH, HEIGHT)

    assert one.anchor == "end"


def test_labels_stand_below_or_above_between_two_neighbours():
    one = placed(100, 100)

    label([one, placed(40, 100), placed(160, 100)], WIDTH, HEIGHT)

    assert one.anchor == "middle"


def test_a_label_without_room_is_quiet_and_leaves_its_place_to_others():
    one = placed(200, 200)
    around = [placed(200 + x, 200 + y) for x in (-30, 0, 30) for y in (-16, 0, 16) if (x, y) != (0, 0)]

    label([*around, one], WIDTH, HEIGHT)

    assert one.quiet
    assert not around[0].quiet


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Silence", "Silence"),
        ("A long title that goes on", "A long title…"),
        ("阅览室的安静时段和电话", "阅览室的安静…"),
        ("Unbreakableword", "Unbreakablew…"),
    ],
)
def test_long_labels_are_cut_behind_a_word(text, short):
    assert shortened(text, 13) == short
    assert letters(short) <= 14
