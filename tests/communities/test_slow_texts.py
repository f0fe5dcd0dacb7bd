"""No text that somebody may post keeps the server busy: names and pictures are looked for in it before it is rendered."""

import pytest
from django.urls import reverse

from communities.interaction.rendering import MOST_PEOPLE, named_people, render_post
from communities.models import Membership
from knowledge.models import Person
from knowledge.text import MAX_SOURCE, TextRefused
from tests.factories import make_thread, make_user
from tests.hostile import pathological
from tests.timing import is_slow

pytestmark = pytest.mark.django_db
LONG = "a" * 100  # the beginning of many names
NAMES = ("@a\n", "@A1*", f"@{LONG}", f"@{LONG[1:]}b", "@名", "名@", "[@A1](", "![a](image:1)", "(image:1 ")
BRACKETS = ("[", "![", "[[", "[a](", "@", "@a ", "![a\n", "- [a]: \n", "**中**a", "<a@b.c>")
TEXTS = {piece: (piece * MAX_SOURCE)[:MAX_SOURCE] for piece in NAMES}
TEXTS |= {piece: pathological(MAX_SOURCE)[f"run of {piece!r}"] for piece in BRACKETS}
TEXTS |= {"> ": ("> " * MAX_SOURCE)[:MAX_SOURCE]}


@pytest.fixture
def thread():
    """A thread of a community in which as many people as a post looks up have names that begin alike."""
    thread = make_thread()
    names = [f"{LONG if number % 2 else 'A'}{number}" for number in range(MOST_PEOPLE)]
    crowd = Person.objects.bulk_create(Person(name=name) for name in names)
    Membership.objects.bulk_create(Membership(community=thread.community, person=person) for person in crowd)
    return thread


def slow(act, pieces):
    """Those of `pieces` whose texts `act(text)` takes long for."""
    return [piece for piece in pieces if is_slow(act, TEXTS[piece])]


def test_no_post_takes_long_to_render(thread):
    def render(text):
        try:
            render_post(text, author=thread.author, thread=thread)
        except TextRefused:
            pass

    assert slow(render, TEXTS) == []
    assert set(named_people("@a @A1 ", thread=thread)) > {"A0", f"{LONG}1"}


def test_no_preview_takes_long_to_answer(thread, client):
    client.force_login(make_user())

    def look_at(text):
        answer = client.post(reverse("talk_preview"), {"text": text, "place": f"reply:{thread.pk}"})
        assert answer.status_code in (200, 400)  # many open brackets are no text but deep JSON

    assert slow(look_at, ["[", "![", "[a](", "@", "> ", "[@A1]("]) == []
