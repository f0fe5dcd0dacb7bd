"""One form makes one thing, for the person whose form it was."""

import pytest

from communities.interaction.socialization import comment, reply
from communities.models import Thread
from tests.communities.spiral import opened, talked, tried, written_up
from tests.factories import make_entry, make_thread, make_user

WRITES = {
    "a thread": lambda world, **form: make_thread(world.community, **form),
    "a reply": lambda world, **form: reply(world.thread, text="Upstairs.", **form),
    "a comment": lambda world, **form: comment(world.thread.first, text="Upstairs.", **form),
    "a write-up": lambda world, **form: written_up(world.thread, **form),
    "a practice report": lambda world, **form: tried(world.entry, **form),
}


class World:
    """Talk and an entry about which each of `writers` may write whatever there is."""

    def __init__(self, people, writers):
        self.writers = writers
        self.community = opened(people["librarian"])
        self.thread = talked(self.community, *writers)
        self.entry = make_entry()


@pytest.fixture
def world(people):
    return World(people, [make_user(name="Kai"), make_user(name="Noor")])


def as_often_as(thing):
    return type(thing).objects.filter(form_key="k").count()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_form_sent_twice_makes_one_thing(write, world):
    first, second = (write(world, by=world.writers[0], form_key="k") for _twice in range(2))

    assert first == second
    assert as_often_as(first) == 1


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_key_of_somebody_elses_form_means_nothing_to_ones_own(write, world):
    theirs, mine, again = (write(world, by=world.writers[n], form_key="k") for n in (0, 1, 1))

    assert mine == again
    assert mine != theirs
    assert as_often_as(theirs) == 2


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_two_forms_of_one_person_make_two_things(write, world):
    first, second = (write(world, by=world.writers[0], form_key=key) for key in ("k", "l"))

    assert first != second


def test_without_a_key_each_sending_makes_a_thing(world):
    for _twice in range(2):
        make_thread(world.community, by=world.writers[0])

    assert Thread.objects.count() == 3
