"""Many at once, on a database that really commits: none lost, none doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection

from communities.interaction.socialization import comment, reply
from communities.models import Community, Conversion, Post, Thread
from kmsite.models import User
from knowledge.models import Entry, OutboxRow
from knowledge.outbox import work_off
from tests.communities.spiral import tried, written_up
from tests.factories import make_community, make_entry, make_thread, make_user

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

    made = pressed(lambda by: reply(thread, text="Once.", form_key="one-form", by=by), user)

    assert Post.objects.filter(thread=thread).count() == 2
    assert Thread.objects.get(pk=thread.pk).post_count == 2
    assert OutboxRow.objects.filter(kind="post_written", key=f"communities.post:{made}").count() == 1
    drain()
    assert len(mail.outbox) == 1


def pressed(write, user):
    """Press a button of `user` forty times at once; return the key of the one thing that all of them are led to."""
    made = at_once(lambda _n: write(User.objects.get(pk=user.pk)).pk, PRESSES)

    assert len(set(made)) == 1
    return made[0]


WRITES = {
    "a thread": lambda thread, **form: make_thread(thread.community, **form),
    "a comment": lambda thread, **form: comment(thread.posts.get(number=1), text="Once.", **form),
    "a write-up": lambda thread, **form: written_up(thread, posts=list(thread.posts.all()), **form),
    "a practice report": lambda thread, **form: tried(Entry.objects.get(), **form),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_forty_presses_of_any_other_button_make_one_thing_too(write, thread):
    user = make_user()
    reply(thread, text="Under the stairs.", by=user)
    make_entry()
    events = Conversion.objects.count()

    made = pressed(lambda by: write(thread, form_key="one-form", by=by), user)

    model = type(write(thread, form_key="one-form", by=user))
    assert list(model.objects.filter(form_key="one-form").values_list("pk", flat=True)) == [made]
    assert Conversion.objects.count() - events <= 1


def test_who_presses_the_button_of_their_last_reply_for_today_twice_is_led_to_it(thread):
    user = make_user()
    for number in range(9):
        reply(thread, text=f"Reply {number}", by=user)

    pressed(lambda by: reply(thread, text="The tenth.", form_key="one-form", by=by), user)

    with pytest.raises(ValidationError):
        reply(thread, text="The eleventh.", form_key="another-form", by=user)
    assert Post.objects.filter(thread=thread, author=user.person).count() == 10
