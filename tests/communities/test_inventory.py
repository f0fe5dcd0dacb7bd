import pytest
from django.utils import timezone

from communities.models import Community, Conversion, Post, Thread
from communities.rules import TalkState
from communities.seci import Mode, Outcome
from knowledge.application.inventory import inventory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    community = Community.objects.create(slug="maps", name_en="Maps", opened_at=timezone.now())
    return Thread.objects.create(community=community, title="Loans")


def test_posts_and_comments_are_counted_apart_and_deleted_ones_not(thread):
    first = Post.objects.create(thread=thread, number=1, source="a", html="a")
    Post.objects.create(thread=thread, number=2, source="b", html="b", state=TalkState.DELETED)
    Post.objects.create(thread=thread, kind="comment", reply_to=first, source="c", html="c")

    numbers = inventory()

    assert (numbers["threads"], numbers["posts"], numbers["comments"]) == (1, 1, 1)


def test_conversions_are_counted_by_mode_when_they_were_done(thread):
    Conversion.objects.create(mode=Mode.SOCIALIZATION)
    Conversion.objects.create(mode=Mode.EXTERNALIZATION, outcome=Outcome.SKIPPED)

    assert inventory()["conversions"] == {
        "socialization": 1,
        "externalization": 0,
        "combination": 0,
        "internalization": 0,
    }


def test_write_ups_and_practice_reports_are_counted_even_when_there_are_none():
    numbers = inventory()

    assert (numbers["distillations"], numbers["practice_reports"]) == (0, 0)
