"""Communities with talk in them, for the tests of their pages."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from communities.interaction.membership import accept_invitation, invite, open_community
from communities.interaction.socialization import ask, comment, reply
from tests.factories import make_concept, make_user


def open_one(name, access, by, **fields):
    """A community called `name` with `by` as its steward."""
    said = {"name_en": name, "name_zh": "", "purpose_en": f"What {name} is for.", "purpose_zh": ""}
    return open_community(**said, access=access, by=by, **fields)


def begin(community, by, title="My chapter arrived on paper", text="Why not as a PDF?", **fields):
    """A thread written a moment ago; what newcomers may do is not asked."""
    return ask(community, title=title, text=text, language="en", by=by, at=timezone.now(), **fields)


def answer(thread, by, text="It is the licence.", **fields):
    return reply(thread, text=text, by=by, at=timezone.now(), **fields)


@pytest.fixture
def steward(people):
    """The librarian who opened the communities."""
    return people["librarian"]


@pytest.fixture
def member(db):
    return make_user(name="Yusuf", email="yusuf@example.org")


@pytest.fixture
def talk(people, steward, member):
    """An open community with a thread of two posts and a comment, and its parts by name."""
    community = open_one("Sharing", "open", steward)
    topic = make_concept("Interlibrary loan", "馆际互借")
    thread = begin(community, member, concepts=[topic])
    second = answer(thread, people["patron"])
    thread.refresh_from_db()
    remark = comment(second, text="So it is.", by=member, at=timezone.now())
    first = thread.posts.get(number=1)
    return SimpleNamespace(community=community, thread=thread, first=first, second=second, comment=remark, topic=topic)


@pytest.fixture
def closed(steward, member):
    """A closed community with a thread; `member` belongs to it."""
    community = open_one("Canaryroom", "closed", steward)
    accept_invitation(invite(community, email=member.email, by=steward), by=member)
    thread = begin(community, member, title="Canarytitle", text="Canarytext")
    second = answer(thread, steward, text="Canaryanswer")
    thread.refresh_from_db()
    return SimpleNamespace(community=community, thread=thread, first=thread.posts.get(number=1), second=second)
