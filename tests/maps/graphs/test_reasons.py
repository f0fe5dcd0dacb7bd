"""Why two nodes are joined."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from maps.graphs import why
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

VISITOR = AnonymousUser()
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    topic, ada = silence(), expert("Ada")
    entry, thread = written("Quiet", ada, topic), answered(community(), "Where is it quiet?", ada, ada, topic)
    mapped(topic, ada, entry, thread)
    return {"topic": topic, "ada": ada, "entry": entry, "thread": thread}


def test_a_person_and_a_topic_are_joined_by_what_the_person_did(world):
    reasons = why(VISITOR, key(world["ada"]), key(world["topic"]))

    assert {(reason.kind, reason.key) for reason in reasons} == {
        ("wrote", key(world["entry"])),
        ("answered", key(world["thread"])),
    }
    assert all(reason.url and reason.date for reason in reasons)
    assert {str(reason.deed) for reason in reasons} == {"wrote", "answered in"}


def test_what_a_person_did_has_the_day_on_which_it_was_done(world):
    answered_at = timezone.now() - timedelta(days=400)
    world["thread"].posts.filter(number__gt=1).update(created_at=answered_at)
    mapped(world["topic"], world["ada"], world["thread"])

    dates = {reason.kind: reason.date for reason in why(VISITOR, key(world["ada"]), key(world["topic"]))}
    assert dates["answered"] == answered_at


def test_a_person_and_a_thread_are_joined_by_posts(world):
    reasons = why(VISITOR, key(world["thread"]), key(world["ada"]))

    assert [(reason.kind, reason.label) for reason in reasons if reason.kind == "answered"] == [
        ("answered", "Under the stairs.")
    ]


def test_a_post_that_was_hidden_a_moment_ago_is_no_reason(world):
    world["thread"].posts.update(state="hidden")

    assert why(VISITOR, key(world["thread"]), key(world["ada"])) == []


def test_a_document_and_its_topic_are_joined_by_the_document(world):
    [reason] = why(VISITOR, key(world["entry"]), key(world["topic"]))

    assert (reason.kind, reason.label) == ("about", "Quiet")
