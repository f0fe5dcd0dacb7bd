"""What stands in a closed community is nowhere on the map of an outsider: not as a node, a weight, a place or a byte."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from maps.formats import FORMATS, write
from maps.gaps import gaps
from maps.graphs import around, path, why
from maps.layout import positions
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

CANARY = "Zaunkoenig"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people):
    topic, ada, ben = silence(), expert("Ada"), expert("Ben")
    entry = written("Quiet before ten", ada, topic)
    mapped(topic, ada, ben, entry)
    return {"topic": topic, "ada": ada, "ben": ben, "entry": entry, "outsider": people["patron"]}


def closed_talk(world):
    """A closed thread in which both are at home, and an entry for staff."""
    place = community("Staff room", "closed")
    thread = answered(place, f"{CANARY} asks", world["ben"], world["ada"], world["topic"], text=f"{CANARY} answers")
    entry = written(f"{CANARY} writes", world["ben"], world["topic"], visibility="staff")
    mapped(thread, entry)
    return thread


def everything(user, world):
    """All that maps tell `user`, as text; every export byte for byte."""
    told = []
    for name in ("topic", "ada", "ben", "entry"):
        for depth in (1, 2):
            cut = around(user, key(world[name]), depth=depth)
            told += [write(cut, one).decode() for one in FORMATS]
            told += [repr(cut), json.dumps(positions(cut.graph()))]
    told.append(repr(path(user, key(world["ben"]), key(world["topic"]))))
    told.append(repr(why(user, key(world["ada"]), key(world["topic"]))))
    told.append(repr(why(user, key(world["ben"]), key(world["topic"]))))
    told.append(repr(gaps(user)))
    return told


@pytest.mark.parametrize("reader", ["visitor", "outsider"])
def test_maps_are_the_same_with_and_without_closed_talk(world, reader):
    user = AnonymousUser() if reader == "visitor" else world["outsider"]
    before = everything(user, world)

    closed_talk(world)

    assert everything(user, world) == before
    assert CANARY not in "".join(before)


def test_a_member_sees_it(world):
    thread = closed_talk(world)
    thread.community.memberships.create(person=world["outsider"].person)

    cut = around(world["outsider"], key(world["topic"]))

    assert CANARY in cut.node(key(thread)).label
    [knows] = [edge for edge in cut.edges if edge.kind == "knows" and edge.source == key(world["ada"])]
    assert knows.count == 2
    assert CANARY in repr(why(world["outsider"], key(world["ada"]), key(world["topic"])))


def test_the_closed_thread_is_missing_for_an_outsider(world):
    thread = closed_talk(world)

    for ask in (
        lambda: around(world["outsider"], key(thread)),
        lambda: path(world["outsider"], key(thread), key(world["topic"])),
        lambda: why(world["outsider"], key(thread), key(world["topic"])),
    ):
        with pytest.raises(Http404):
            ask()
