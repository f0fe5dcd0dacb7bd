"""Stewards look after what is written: held first posts, flags, hiding; and what newcomers may do."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.interaction.membership import leave
from communities.interaction.socialization import comment, edit_post, reply
from communities.models import Flag, Post, Thread
from communities.moderation import approve_held, flag, hide, queue_of, reject_held, restore
from communities.rules import FlagOutcome, TalkState
from communities.seci import Stage
from knowledge.models import AuditEvent, OutboxRow
from tests.factories import make_community, make_member, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db
LINK = "See https://example.com/pills"


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def thread(community):
    return make_thread(community)


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


def old(user):
    user.date_joined = timezone.now() - timedelta(days=2)
    user.save()
    return user


# ---------------------------------------------------------------- first posts with links
def test_a_first_post_with_links_waits_for_a_steward(thread, community):
    author = make_user()
    post = reply(thread, text=LINK, by=author)

    assert post.state == TalkState.HELD
    for user, sees in (
        (author, True),
        (community.steward, True),
        (make_user(), False),
        (make_user("librarian"), False),
    ):
        assert Post.objects.visible_to(user).filter(pk=post.pk).exists() is sees
    assert again(thread).post_count == 1
    assert again(thread).stage == Stage.SOCIALIZATION
    assert not OutboxRow.objects.filter(kind="post_written", key=f"communities.post:{post.pk}").exists()


@pytest.mark.parametrize("begins", [False, True])
def test_nobody_becomes_a_member_by_a_post_that_waits_until_it_is_let_in(thread, community, begins):
    author, before = make_user(), again(community).member_count
    post = make_thread(community, by=author, text=LINK).posts.get() if begins else reply(thread, text=LINK, by=author)
    assert not community.memberships.filter(person=author.person).exists()
    assert again(community).member_count == before

    approve_held(post, by=community.steward)

    assert community.memberships.filter(person=author.person).exists()
    assert again(community).member_count == before + 1


def test_a_rejected_author_is_no_member(thread, community):
    author = make_user()

    reject_held(reply(thread, text=LINK, by=author), reason="Advertising.", by=community.steward)

    assert not community.memberships.filter(person=author.person).exists()


def test_who_left_a_closed_community_does_not_come_back_by_a_post_that_waited():
    closed = make_community("Cellar", access="closed")
    thread, author = make_thread(closed), make_member(closed)
    post = reply(thread, text=LINK, by=author)
    leave(closed, by=author)

    approve_held(post, by=closed.steward)

    assert not closed.memberships.filter(person=author.person).exists()


def test_a_first_thread_with_links_waits_whole(community):
    thread = make_thread(community, by=make_user(), text=LINK)

    assert not Thread.objects.visible_to(make_user()).filter(pk=thread.pk).exists()
    assert again(community).thread_count == 0
    approve_held(thread.posts.get(), by=community.steward)
    assert Thread.objects.visible_to(make_user()).filter(pk=thread.pk).exists()
    assert again(community).thread_count == 1


def test_a_link_into_the_house_is_none(thread):
    assert reply(thread, text="See [here](/en/knowledge/).", by=make_user()).state == TalkState.VISIBLE


def test_a_link_brought_in_by_a_change_waits_too(thread):
    author = make_user()
    post = reply(thread, text="Hello.", by=author)

    edit_post(post, text=LINK, version=1, by=author)

    assert again(post).state == TalkState.HELD
    assert again(thread).post_count == 1


def test_who_was_read_before_is_not_held(thread):
    author = make_user()
    reply(thread, text="Hello.", by=author)

    assert reply(thread, text=LINK, by=author).state == TalkState.VISIBLE


def test_letting_in_is_written_down_and_counts(thread, community):
    post = reply(thread, text=LINK, by=make_user())

    approve_held(post, by=community.steward)

    assert again(post).state == TalkState.VISIBLE
    assert again(thread).post_count == 2
    assert again(thread).stage == Stage.EXTERNALIZATION
    assert AuditEvent.objects.get(action="post-approved").actor == community.steward


def test_rejecting_is_written_down_with_its_reason(thread, community):
    post = reply(thread, text=LINK, by=make_user())

    reject_held(post, reason="Advertising.", by=community.steward)

    assert (again(post).state, again(post).state_reason) == (TalkState.HIDDEN, "Advertising.")
    assert AuditEvent.objects.get(action="post-rejected").after["reason"] == "Advertising."


@pytest.mark.parametrize("role", ["patron", "librarian", "administrator"])
def test_only_stewards_decide(role, thread, people):
    post = reply(thread, text=LINK, by=make_user())

    for decide in (approve_held, lambda thing, by: reject_held(thing, reason="x", by=by)):
        with pytest.raises(PermissionDenied):
            decide(post, by=people[role])
    with pytest.raises(PermissionDenied):
        hide(thread, reason="x", by=people[role])


def test_two_stewards_decide_once(thread, community):
    post = reply(thread, text=LINK, by=make_user())
    approve_held(post, by=community.steward)

    with pytest.raises(ValidationError):
        reject_held(post, reason="x", by=community.steward)


# ---------------------------------------------------------------- the first day
def test_on_the_first_day_one_begins_three_threads(community):
    user = make_user()
    for number in range(3):
        make_thread(community, by=user, title=f"Thread {number}")

    with pytest.raises(ValidationError, match="at most 3 threads"):
        make_thread(community, by=user)
    make_thread(community, by=old(user))


def test_on_the_first_day_one_writes_ten_replies(thread):
    user = make_user()
    for number in range(10):
        reply(thread, text=f"Reply {number}", by=user)

    with pytest.raises(ValidationError, match="at most 10 replies"):
        reply(thread, text="One more", by=user)
    comment(thread.posts.get(number=1), text="A comment is none.", by=user)
    reply(thread, text="One more", by=old(user))


def test_on_the_first_day_a_post_has_two_links(thread):
    text = " ".join(f"https://example.com/{number}" for number in range(3))
    user = make_user()

    with pytest.raises(ValidationError, match="at most 2 links"):
        reply(thread, text=text, by=user)
    assert reply(thread, text=text, by=old(user)).pk


def test_staff_are_nobody_new(thread):
    text = " ".join(f"https://example.com/{number}" for number in range(3))

    assert reply(thread, text=text, by=make_user("librarian")).state == TalkState.VISIBLE


# ---------------------------------------------------------------- flags and hiding
def test_a_flag_waits_in_the_queue_of_stewards_alone(thread, community):
    post = make_post(thread)
    flag(post, reason="spam", note="Look.", by=make_user())

    (waiting,) = queue_of(community.steward)
    assert waiting.thing == post
    assert [one.note for one in waiting.flags] == ["Look."]
    for user in (make_user(), make_user("librarian"), make_community("Other").steward):
        assert queue_of(user) == []


def test_who_flags_twice_flags_once(thread):
    post, user = make_post(thread), make_user()
    for reason in ("spam", "unkind"):
        flag(post, reason=reason, by=user)

    assert Flag.objects.get().reason == "unkind"


def test_what_one_does_not_read_one_does_not_flag():
    closed = make_community(access="closed")
    thread = make_thread(closed, by=closed.steward)

    with pytest.raises(ValidationError):
        flag(thread.posts.get(), reason="spam", by=make_user())


def test_a_hidden_post_is_read_by_its_author_and_the_stewards_and_comes_back(thread, community):
    post = make_post(thread)
    flag(post, reason="spam", by=make_user())

    hide(post, reason="Spam.", by=community.steward)

    assert not Post.objects.visible_to(make_user()).filter(pk=post.pk).exists()
    assert Post.objects.visible_to(post.author.user).filter(pk=post.pk).exists()
    assert again(thread).post_count == 1
    assert Flag.objects.get().outcome == FlagOutcome.HIDDEN
    restore(post, reason="It is none.", by=community.steward)
    assert again(thread).post_count == 2
    assert list(
        AuditEvent.objects.filter(action__startswith="talk-").order_by("pk").values_list("action", flat=True)
    ) == [
        "talk-hidden",
        "talk-restored",
    ]


def test_a_hidden_thread_is_not_counted(thread, community):
    hide(thread, reason="Spam.", by=community.steward)
    assert again(community).thread_count == 0

    restore(thread, reason="It is none.", by=community.steward)
    assert again(community).thread_count == 1


def test_a_flag_is_settled_by_leaving_it_as_it_is(thread, community):
    post = make_post(thread)
    flag(post, reason="spam", by=make_user())

    restore(post, reason="It is fine.", by=community.steward)

    assert queue_of(community.steward) == []
    assert Flag.objects.get().outcome == FlagOutcome.KEPT


def test_a_decision_needs_a_reason(thread, community):
    with pytest.raises(ValidationError):
        hide(thread, reason="  ", by=community.steward)


def test_the_queue_asks_as_often_however_long_it_is(thread, community, django_assert_max_num_queries):
    for _each in range(5):
        flag(make_post(thread), reason="spam", by=make_user())
        reply(thread, text=LINK, by=make_user())

    with django_assert_max_num_queries(4):
        waiting = queue_of(community.steward)
        [(one.thing.thread.community.slug, one.thing.author, [f.by.person for f in one.flags]) for one in waiting]
    assert len(waiting) == 10
