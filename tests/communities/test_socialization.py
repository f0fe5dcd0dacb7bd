"""Talk: asking, replying, commenting, changing, deleting, accepting."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.interaction.socialization import (
    accept,
    ask,
    comment,
    delete_post,
    delete_thread,
    edit_post,
    edit_thread,
    mark_helpful,
    move_thread,
    reply,
    unaccept,
    unmark_helpful,
)
from communities.interaction.versions import StaleVersion
from communities.models import Community, Conversion, Post, Thread
from communities.rules import PostKind, SourceFormat, TalkState
from communities.seci import Stage
from knowledge.application.erasing import erase
from knowledge.models import AuditEvent, OutboxRow
from knowledge.outbox import work_off
from knowledge.text import TextTooLong
from tests.factories import make_community, make_concept, make_member, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def thread(community):
    return make_thread(community)


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


# ---------------------------------------------------------------- asking
def test_a_thread_begins_with_its_first_post(community):
    thread = make_thread(community, title="  Where  is it quiet? ", text="I look for **quiet**.")

    first = thread.posts.get()
    assert (again(thread).title, first.number, first.kind) == ("Where is it quiet?", 1, PostKind.POST)
    assert "<strong>quiet</strong>" in first.html
    assert (again(thread).post_count, again(community).thread_count) == (1, 1)


def test_who_asks_in_an_open_community_becomes_a_member(community):
    user = make_user()

    make_thread(community, by=user)

    assert community.has_member(user)
    assert again(community).member_count == 2


def test_nobody_must_choose_a_community():
    make_community("Reading rooms")
    board = make_community("Board", is_board=True)

    assert ask(None, title="Where?", text="Tell me.", language="en", by=make_user()).community == board


def test_what_is_asked_without_a_choice_goes_where_people_talk_about_it(community):
    make_community("Board", is_board=True)
    make_thread(community, title="Folding chairs in the attic")
    work_off()

    found = ask(None, title="Folding chairs", text="Where are they?", language="en", by=make_user())
    assert found.community == community


def test_a_closed_community_is_never_found_by_itself():
    closed = make_community("Closed", access="closed")

    with pytest.raises(ValidationError):
        ask(None, title="Where?", text="Tell me.", language="en", by=closed.steward)


def test_without_words_nothing_is_asked(community):
    for title, text in (("", "Text"), ("Title", "  ")):
        with pytest.raises(ValidationError):
            make_thread(community, title=title, text=text)

    assert Thread.objects.count() == 0


def test_a_text_over_the_cap_is_refused(community):
    with pytest.raises(TextTooLong):
        make_thread(community, text="a" * 32_001)


def test_the_same_form_sent_twice_makes_one_thread(community):
    user = make_user()

    made = [make_thread(community, by=user, form_key="k1") for _twice in range(2)]

    assert made[0] == made[1]
    assert (Thread.objects.count(), Post.objects.count()) == (1, 1)
    assert OutboxRow.objects.filter(kind="thread_opened").count() == 1


@pytest.mark.parametrize("role", ["visitor", "patron", "administrator"])
def test_only_members_write_in_a_closed_community(role, people):
    closed = make_community(access="closed")
    thread = make_thread(closed, by=closed.steward)

    with pytest.raises(PermissionDenied):
        make_thread(closed, by=people[role])
    with pytest.raises(PermissionDenied):
        reply(thread, text="Me too.", by=people[role])


# ---------------------------------------------------------------- replying
def test_posts_are_numbered_and_counted(thread):
    second, third = make_post(thread), make_post(thread)

    assert (second.number, third.number) == (2, 3)
    assert (again(thread).last_number, again(thread).post_count) == (3, 3)
    assert again(thread).last_post_at == third.created_at


def test_the_same_form_sent_twice_makes_one_post(thread):
    user = make_user()

    assert reply(thread, text="Here.", by=user, form_key="k") == reply(thread, text="Here.", by=user, form_key="k")
    assert again(thread).post_count == 2


def test_the_key_of_somebody_elses_form_opens_nothing(thread):
    theirs = reply(thread, text="Here.", by=make_user(), form_key="k")

    mine = reply(thread, text="There.", by=make_user(), form_key="k")

    assert (again(theirs).source, again(mine).source) == ("Here.", "There.")
    assert again(thread).post_count == 3


def test_the_second_voice_makes_it_talk(thread):
    reply(thread, text="Nobody?", by=thread.author.user)
    assert again(thread).stage == Stage.SOCIALIZATION

    second = make_post(thread)

    event = Conversion.objects.get()
    assert again(thread).stage == Stage.EXTERNALIZATION
    assert event.made_by == second.author
    assert {credit.person for credit in event.credits.all()} == {thread.author, second.author}


def test_the_third_voice_records_nothing_more(thread):
    make_post(thread)
    make_post(thread)

    assert Conversion.objects.count() == 1


@pytest.mark.parametrize("state", [TalkState.HIDDEN, TalkState.DELETED])
def test_a_thread_that_is_gone_takes_no_reply(state, thread):
    Thread.objects.filter(pk=thread.pk).update(state=state)

    with pytest.raises(PermissionDenied):
        make_post(thread)


# ---------------------------------------------------------------- comments
def test_a_comment_stands_under_its_post_and_is_counted_apart(thread):
    made = comment(thread.posts.get(), text="Which floor?", by=make_user())

    assert (made.kind, made.number, made.reply_to.number) == (PostKind.COMMENT, None, 1)
    assert (again(thread).post_count, again(thread).comment_count) == (1, 1)


def test_a_comment_on_a_comment_stands_under_the_post(thread):
    first = comment(thread.posts.get(number=1), text="Which floor?", by=make_user())

    assert comment(first, text="The third.", by=make_user()).reply_to.number == 1


def test_a_deleted_post_takes_no_comment(thread):
    post = make_post(thread)
    delete_post(post, by=post.author.user)

    with pytest.raises(PermissionDenied):
        comment(post, text="Why?", by=make_user())


# ---------------------------------------------------------------- changing
def test_the_text_before_is_kept(thread):
    post = make_post(thread, text="Old words.")

    edit_post(post, text="New words.", version=1, by=post.author.user)

    assert (again(post).source, again(post).version) == ("New words.", 2)
    assert post.versions.get().source == "Old words."


def test_who_started_from_an_older_text_is_shown_both(thread):
    post = make_post(thread)
    edit_post(post, text="Mine.", version=1, by=post.author.user)

    with pytest.raises(StaleVersion) as stale:
        edit_post(post, text="Yours.", version=1, by=post.author.user)

    assert (stale.value.current.source, stale.value.yours["text"]) == ("Mine.", "Yours.")
    assert again(post).source == "Mine."


def test_nobody_changes_what_others_wrote(thread, community):
    post = make_post(thread)

    for user in (make_user(), community.steward, make_user("administrator")):
        with pytest.raises(PermissionDenied):
            edit_post(post, text="Mine.", version=1, by=user)
        with pytest.raises(PermissionDenied):
            delete_post(post, by=user)


def test_html_stays_html_and_goes_through_the_boundary(thread):
    post = make_post(thread)
    Post.objects.filter(pk=post.pk).update(format=SourceFormat.HTML)

    edit_post(post, text="<b>Bold</b><script>alert(1)</script> *no*", version=1, by=post.author.user)

    assert "<b>Bold</b>" in again(post).html
    assert "*no*" in again(post).html
    assert "script" not in again(post).html


# ---------------------------------------------------------------- deleting
def test_a_deleted_post_keeps_its_place_and_nothing_else(thread):
    post = make_post(thread, text="Canary words.")
    edit_post(post, text="Canary again.", version=1, by=post.author.user)
    third = make_post(thread)

    delete_post(again(post), by=post.author.user)

    gone = again(post)
    assert (gone.state, gone.number, gone.source, gone.html) == (TalkState.DELETED, 2, "", "")
    assert not gone.versions.exists()
    assert again(third).number == 3
    assert again(thread).post_count == 2


def test_a_deleted_answer_answers_no_more(thread):
    post = make_post(thread)
    accept(post, by=thread.author.user)

    delete_post(post, by=post.author.user)

    assert not again(thread).is_answered


def test_an_unanswered_thread_is_deleted_by_who_began_it(thread, community):
    delete_thread(thread, by=thread.author.user)

    assert not Thread.objects.visible_to(thread.author.user).filter(pk=thread.pk).exists()
    assert again(community).thread_count == 0


def test_nothing_that_its_author_wrote_stays_in_a_deleted_thread(thread):
    delete_thread(thread, by=thread.author.user)

    assert {(post.source, post.html) for post in thread.posts.all()} == {("", "")}


def test_a_thread_with_answers_is_deleted_by_a_steward_only(thread, community):
    make_post(thread)

    with pytest.raises(PermissionDenied):
        delete_thread(thread, by=thread.author.user)
    delete_thread(thread, by=community.steward)

    assert again(thread).state == TalkState.DELETED
    assert AuditEvent.objects.filter(action="thread-deleted").exists()


# ---------------------------------------------------------------- answers and what helped
def test_several_answers_can_be_accepted(thread):
    for post in (make_post(thread), make_post(thread)):
        accept(post, by=thread.author.user)

    assert thread.posts.filter(accepted_at__isnull=False).count() == 2
    assert again(thread).is_answered


def test_an_answer_is_taken_back(thread):
    post = make_post(thread)
    accept(post, by=thread.author.user)

    unaccept(post, by=thread.author.user)

    assert not again(thread).is_answered


def test_only_who_asked_and_the_stewards_accept(thread, community):
    post = make_post(thread)

    for user in (post.author.user, make_user("administrator")):
        with pytest.raises(PermissionDenied):
            accept(post, by=user)
    accept(post, by=community.steward)

    assert again(post).is_accepted


def test_the_question_is_no_answer(thread):
    with pytest.raises(ValidationError):
        accept(thread.posts.get(), by=thread.author.user)


def test_a_post_helps_each_person_once(thread):
    post, user = make_post(thread), make_user()

    for _twice in range(2):
        mark_helpful(post, by=user)
    assert again(post).helpful_count == 1

    for _twice in range(2):
        unmark_helpful(post, by=user)
    assert again(post).helpful_count == 0


def test_nobody_says_that_their_own_post_helped(thread):
    post = make_post(thread)

    with pytest.raises(PermissionDenied):
        mark_helpful(post, by=post.author.user)


# ---------------------------------------------------------------- renaming and moving
def test_who_began_it_renames_it(thread):
    concept = make_concept("silence")

    edit_thread(thread, title="Where?", concepts=[concept], by=thread.author.user)

    assert again(thread).title == "Where?"
    assert list(thread.concepts.all()) == [concept]
    with pytest.raises(PermissionDenied):
        edit_thread(thread, title="Mine", concepts=[], by=make_user())


def test_a_moved_thread_counts_where_it_stands(thread, community):
    other = make_community("Cellar")

    move_thread(thread, other, reason="It is about the cellar.", by=community.steward)

    assert (again(community).thread_count, again(other).thread_count) == (0, 1)
    assert AuditEvent.objects.get(action="thread-moved").after["reason"] == "It is about the cellar."


def test_what_is_closed_is_not_moved_out():
    closed, other = make_community(access="closed"), make_community("Cellar")
    thread = make_thread(closed, by=closed.steward)

    with pytest.raises(PermissionDenied):
        move_thread(thread, other, by=closed.steward)


def test_nothing_is_moved_into_a_closed_community_that_one_is_no_member_of(thread, community):
    closed = make_community(access="closed")

    with pytest.raises(PermissionDenied):
        move_thread(thread, closed, by=community.steward)
    assert again(thread).community == Community.objects.get(pk=community.pk)


def test_a_thread_is_moved_into_a_closed_community_only_with_whoever_asked(thread, community):
    shut = make_community("Shut", access="closed", steward=community.steward)
    with pytest.raises(PermissionDenied, match="Let a steward invite them"):
        move_thread(thread, shut, by=community.steward)
    make_member(shut, thread.author.user)

    moved = move_thread(thread, shut, by=community.steward)

    assert Thread.objects.visible_to(again(thread.author.user)).contains(moved)


def test_a_thread_of_a_former_member_is_moved_into_a_closed_community(thread, community):
    shut = make_community("Shut", access="closed", steward=community.steward)
    erase(thread.author, by=thread.author.user)

    assert move_thread(thread, shut, by=community.steward).community == shut
