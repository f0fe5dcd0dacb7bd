"""Check 2 on letters: whoever may not read a thread any more hears nothing of it, and no letter repeats what is closed."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from communities.interaction.membership import change_community, give_role, invite, leave, let_in, remove_member
from communities.interaction.socialization import ask, comment, delete_post, move_thread, reply, stop_letters, watch
from communities.models import Invitation, Membership, Thread, Watch
from communities.moderation import approve_held, hide, reject_held
from kmsite.accounts.people import close_account
from kmsite.models import User
from knowledge.application.erasing import erase
from knowledge.outbox import work_off
from tests.factories import make_community, make_member, make_thread, make_user
from tests.security.talk_world import WORD

pytestmark = pytest.mark.django_db


class Room:
    """A closed community of canary words: somebody asked, somebody watches, somebody is spoken to."""

    def __init__(self):
        self.community = make_community("Canaryroom", access="closed", purpose_en="Canarypurpose", slug="room")
        self.steward = self.community.steward
        self.reader = make_member(self.community, name="Ines Varga", email="ines-varga@example.org")
        self.writer = make_member(self.community, name="Canarywriter")
        for user in (self.reader, self.writer):
            let_in(self.community, user)
        self.thread = ask(
            self.community, title="Canarytitle", text="Canarytext", language="en", by=self.reader, form_key="room"
        )
        sent().clear()

    def membership(self, user):
        return Membership.objects.get(community=self.community, person=user.person)

    def write(self):
        """A post that the reader asked for, and one that speaks to them."""
        post = reply(self.thread, text="Canarywords for @Ines Varga", by=self.writer)
        comment(post, text="Canaryremark", by=self.writer)


@pytest.fixture
def room():
    return Room()


def sent():
    while work_off():
        pass
    return mail.outbox


def to(address):
    return [letter for letter in sent() if address in letter.to]


def suspend(room):
    room.reader.is_active = False
    room.reader.save()


def unsubscribe(room):
    stop_letters(Watch.objects.get(thread=room.thread, user=room.reader).token)


# How a reader stops being one who may be written to.
GOING = {
    "left": lambda room: leave(room.community, by=room.reader),
    "removed": lambda room: remove_member(room.membership(room.reader), by=room.steward),
    "suspended": suspend,
    "erased": lambda room: erase(room.reader.person, by=room.reader),
    "closed the account": lambda room: close_account(room.reader, by=room.reader),
    "unsubscribed": unsubscribe,
    "the thread is hidden": lambda room: hide(room.thread, reason="Canaryreason", by=room.steward),
}


@pytest.mark.parametrize("how", [how for how in GOING if how != "the thread is hidden"])
def test_who_has_gone_gets_no_letter_about_what_is_written_then(room, how):
    GOING[how](room)
    sent().clear()
    room.write()

    assert to("ines-varga@example.org") == []


@pytest.mark.parametrize("how", GOING)
def test_who_goes_while_a_letter_is_on_its_way_does_not_get_it(room, how):
    room.write()
    work_off(limit=2, kinds=["post_written", "mentioned"])

    GOING[how](room)

    assert to("ines-varga@example.org") == []


def test_the_letters_would_have_gone_out_otherwise(room):
    room.write()

    assert len(to("ines-varga@example.org")) == 2


def test_no_letter_about_a_closed_community_repeats_what_stands_there(room):
    room.write()
    newcomer = make_member(room.community, name="Newcomer")
    for settle in (
        lambda post: approve_held(post, by=room.steward),
        lambda post: reject_held(post, reason="Canaryreason", by=room.steward),
    ):
        held = reply(room.thread, text="Canaryheld https://example.com/", by=make_member(room.community))
        sent()
        settle(held)
    invite(room.community, email="invited@example.org", by=room.steward)
    give_role(room.membership(newcomer), "steward", by=room.steward)

    letters = sent()

    assert len(letters) >= 8
    assert [letter.subject for letter in letters if WORD.search(letter.subject + letter.body)] == []


def test_a_move_into_a_closed_community_is_told_to_none_who_may_not_read_it(room):
    public = make_community("Yard", steward=room.steward)
    watcher = make_user(name="Onlooker")
    thread = make_thread(public, by=room.reader)
    watch(thread, by=watcher)
    sent().clear()

    move_thread(thread, room.community, by=room.steward, reason="It is for members.")
    reply(Thread.objects.get(pk=thread.pk), text="Canarywords", by=room.writer)

    assert to(watcher.email) == []


# ---------------------------------------------------------------- invitations
def removed(room, inviter):
    remove_member(room.membership(inviter), by=room.steward)


def no_steward_any_more(room, inviter):
    give_role(room.membership(inviter), "member", by=room.steward)


def inactive(room, inviter):
    User.objects.filter(pk=inviter.pk).update(is_active=False)


def erased(room, inviter):
    erase(inviter.person, by=inviter)


@pytest.mark.parametrize("goes", [removed, no_steward_any_more, inactive, erased])
def test_an_invitation_holds_only_while_its_writer_may_invite(room, client, goes):
    inviter = make_member(room.community, role="steward", name="Canaryinviter")
    invitation = invite(room.community, email="invited@example.org", by=inviter)

    goes(room, inviter)
    invited = make_user()
    client.force_login(invited)
    address = reverse("invitation", args=[invitation.token])

    assert to("invited@example.org") == []
    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    assert not room.community.has_member(invited)


def test_an_invitation_by_a_member_holds_no_more_when_the_community_is_closed(client):
    community = make_community("Yard")
    invitation = invite(community, email="invited@example.org", by=make_member(community))

    change_community(community, by=community.steward, access="closed")
    client.force_login(make_user())

    assert to("invited@example.org") == []
    assert client.post(reverse("invitation", args=[invitation.token])).status_code == 404


def test_another_steward_lets_an_invitation_hold_again(room):
    first = make_member(room.community, role="steward")
    invitation = invite(room.community, email="invited@example.org", by=first)
    removed(room, first)
    assert to("invited@example.org") == []

    again = invite(room.community, email="invited@example.org", by=room.steward)

    assert again.pk == invitation.pk
    assert len(to("invited@example.org")) == 1


def test_who_is_removed_does_not_come_back_by_a_letter_that_lay_unused(room):
    Invitation.objects.create(community=room.community, email="INES-varga@example.org", invited_by=room.steward.person)

    removed(room, room.reader)

    assert not Invitation.objects.exists()


# ---------------------------------------------------------------- the one click
def test_one_click_ends_the_letters_of_its_own_person_and_thread_alone(room):
    other = make_thread(room.community, by=room.reader)
    watch(room.thread, by=room.writer)
    mine = Watch.objects.get(thread=room.thread, user=room.reader)

    Client().post(reverse("watch_off", args=[mine.token]), {"List-Unsubscribe": "One-Click"})

    ended = Watch.objects.filter(by_mail=False)
    assert list(ended.values_list("thread", "user")) == [(room.thread.pk, room.reader.pk)]
    assert Watch.objects.get(thread=other, user=room.reader).by_mail


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_token_is_answered_as_a_used_one_and_as_one_that_works(room, method):
    used = Watch.objects.get(thread=room.thread, user=room.reader).token
    stop_letters(used)
    works = watch(room.thread, by=room.writer).token
    gone = watch(room.thread, by=room.steward)
    gone.delete()

    answers = []
    for token in (used, gone.token, "A" * len(used), works):
        response = getattr(Client(enforce_csrf_checks=True), method)(reverse("watch_off", args=[token]))
        answers.append((response.status_code, response.text.replace(token, ""), set(response.headers.items())))

    assert answers[0][0] == 200
    assert all(answer == answers[0] for answer in answers)
    assert not WORD.search(str(answers))


def test_who_stopped_the_letters_of_a_thread_can_have_them_again_on_its_page(room, client):
    unsubscribe(room)
    client.force_login(room.reader)
    address = reverse("thread_watch", args=[room.community.slug, room.thread.pk])

    assert 'value="yes"' in client.get(room.thread.get_absolute_url()).text
    client.post(address, {"on": "yes"})
    delete_post(reply(room.thread, text="Canaryslip", by=room.writer), by=room.writer)
    room.write()

    assert len(to(room.reader.email)) == 2
