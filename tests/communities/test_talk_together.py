"""Many at once, on a database that really commits: none lost, none doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from communities.interaction.socialization import reply
from communities.models import Community, Conversion, Post, Thread
from kmsite.models import User
from knowledge.models import OutboxRow
from knowledge.outbox import work_off
from tests.factories import make_community, make_thread, make_user

PEOPLE, PRESSES = 20, 40

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("foundation_stays")]


@pytest.fixture(autouse=True)
def talk_goes():
    yield
    for model in (Conversion, Thread, Community):
        model.objects.all().delete()


@pytest.fixture
def thread():
    thread = make_thread(make_community(), by=make_user())
    drain()
    mail.outbox.clear()
    return thread


def drain():
    while work_off():
        pass


def at_once(act, number):
    """Call `act(n)` for each n in as many threads at the same moment; return what they returned."""
    ready = threading.Barrier(number)

    def run(n):
        ready.wait(timeout=60)
        try:
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def test_twenty_people_post_at_once_and_none_is_lost_or_doubled(thread):
    people = [make_user(name=f"Reader {n}") for n in range(PEOPLE)]

    read = [Thread.objects.get(pk=thread.pk) for _each in people]  # everybody has the page open as it was

    at_once(lambda n: reply(read[n], text=f"Words {n}", by=User.objects.get(pk=people[n].pk)), PEOPLE)

    posts = Post.objects.filter(thread=thread).order_by("number")
    now = Thread.objects.get(pk=thread.pk)
    assert [post.number for post in posts] == list(range(1, PEOPLE + 2))
    assert {post.source for post in posts} >= {f"Words {n}" for n in range(PEOPLE)}
    assert (now.post_count, now.last_number) == (PEOPLE + 1, PEOPLE + 1)
    assert Community.objects.get(pk=thread.community_id).member_count == PEOPLE + 2
    assert Conversion.objects.count() == 1
    drain()
    assert len(mail.outbox) == PEOPLE


def test_forty_presses_of_one_button_make_one_post_one_letter_one_effect(thread):
    user = make_user()

    made = at_once(
        lambda _n: reply(thread, text="Once.", form_key="one-form", by=User.objects.get(pk=user.pk)).pk, PRESSES
    )

    assert len(set(made)) == 1
    assert Post.objects.filter(thread=thread).count() == 2
    assert Thread.objects.get(pk=thread.pk).post_count == 2
    assert OutboxRow.objects.filter(kind="post_written", key=f"communities.post:{made[0]}").count() == 1
    drain()
    assert len(mail.outbox) == 1
