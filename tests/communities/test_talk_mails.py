"""Letters about talk: to whom, in which words, and how they end."""

import pytest
from django.core import mail
from django.urls import reverse

from communities.interaction.membership import accept_invitation, invite, remove_member
from communities.interaction.socialization import comment, move_thread, reply, unwatch, watch
from communities.models import Membership, Watch
from communities.moderation import approve_held, hide, reject_held
from knowledge.models import OutboxRow
from knowledge.outbox import work_off
from tests.factories import make_community, make_member, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def thread(community):
    thread = make_thread(community, title="Folding chairs")
    work_off()
    mail.outbox.clear()
    return thread


def sent():
    while work_off():
        pass
    return mail.outbox


def to():
    return sorted(letter.to[0] for letter in sent())


def test_whoever_asked_hears_of_an_answer_in_their_language(thread):
    asker = thread.author.user
    asker.language = "zh-hans"
    asker.save()

    make_post(thread, text="Canary words.")

    (letter,) = sent()
    assert letter.to == [asker.email]
    assert f"/zh-hans/communities/{thread.community.slug}/threads/{thread.pk}/" in letter.body
    assert "Canary" not in letter.body + letter.subject


def test_one_click_ends_it(thread, client):
    make_post(thread)
    (letter,) = sent()
    token = Watch.objects.get(thread=thread).token

    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert token in letter.extra_headers["List-Unsubscribe"]
    client.post(letter.extra_headers["List-Unsubscribe"].strip("<>"))
    make_post(thread)

    assert len(sent()) == 1


def test_nobody_hears_of_their_own_post(thread):
    reply(thread, text="Nobody?", by=thread.author.user)

    assert sent() == []


def test_watchers_hear_of_posts_and_comments(thread):
    watcher = make_user()
    watch(thread, by=watcher)

    comment(thread.posts.get(), text="Which floor?", by=make_user())

    assert to() == sorted([watcher.email, thread.author.user.email])


def test_who_watches_without_mail_gets_none(thread):
    watch(thread, by=thread.author.user, by_mail=False)

    make_post(thread)

    assert sent() == []


def test_a_letter_about_a_closed_community_says_nothing_of_it():
    closed = make_community("Canary room", access="closed")
    member = make_member(closed)
    make_thread(closed, by=member, title="Canary title")
    thread = member.person.threads.get()

    reply(thread, text="Canary words.", by=closed.steward)

    (letter,) = sent()
    assert "anary" not in letter.subject.replace(closed.slug, "")
    assert "Canary" not in letter.body


def test_who_left_a_closed_community_hears_nothing_of_it():
    closed = make_community(access="closed")
    member = make_member(closed)
    thread = make_thread(closed, by=member)
    remove_member(Membership.objects.get(person=member.person), by=closed.steward)

    reply(thread, text="Now we are alone.", by=closed.steward)

    assert sent() == []


def test_a_letter_that_was_due_is_not_sent_once_the_post_is_hidden(thread, community):
    post = make_post(thread)

    hide(post, reason="Spam.", by=community.steward)

    assert sent() == []


def test_who_is_spoken_to_hears_it_once_and_may_end_it(thread, community):
    ines = make_member(community, name="Ines Varga")

    make_post(thread, text="Ask @Ines Varga, she knows.")

    letters = {letter.to[0]: letter for letter in sent()}
    assert set(letters) == {ines.email, thread.author.user.email}
    assert Watch.objects.get(thread=thread, user=ines).token in letters[ines.email].body


def test_an_invitation_goes_out_with_the_address_that_lets_in():
    closed = make_community("Canary room", access="closed")
    invitation = invite(closed, email="new@example.org", by=closed.steward)

    (letter,) = sent()
    assert "Canary" not in letter.subject + letter.body
    assert reverse("invitation", args=[invitation.token])[3:] in letter.body


def test_a_used_invitation_is_not_sent():
    closed = make_community(access="closed")
    invitation = invite(closed, email="new@example.org", by=closed.steward)
    accept_invitation(invitation, by=make_user())

    assert sent() == []


def test_what_is_held_is_told_to_the_stewards_and_settled_to_its_author(thread, community):
    author = make_user()
    post = reply(thread, text="See https://example.com/pills", by=author)
    assert to() == [community.steward.email]
    mail.outbox.clear()

    approve_held(post, by=community.steward)

    assert to() == sorted([author.email, thread.author.user.email])


def test_a_rejected_post_reaches_its_author_alone(thread, community):
    author = make_user()
    post = reply(thread, text="See https://example.com/pills", by=author)
    sent().clear()

    reject_held(post, reason="Advertising.", by=community.steward)

    (letter,) = sent()
    assert letter.to == [author.email]
    assert "Advertising." in letter.body


def test_who_began_a_thread_hears_that_it_was_moved(thread, community):
    move_thread(thread, make_community("Cellar"), reason="It is about the cellar.", by=community.steward)

    (letter,) = sent()
    assert letter.to == [thread.author.user.email]
    assert "It is about the cellar." in letter.body


def test_each_letter_is_a_row_of_its_own(thread):
    watch(thread, by=make_user())
    make_post(thread)
    sent()

    assert OutboxRow.objects.filter(kind="letter_due").count() == 2


def test_who_unwatches_meanwhile_gets_no_letter(thread):
    make_post(thread)
    work_off(limit=1)
    unwatch(Watch.objects.get(thread=thread))

    assert sent() == []
