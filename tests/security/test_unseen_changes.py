"""No byte, no length, no header and no moment tells an outsider that something has changed which they do not see."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.interaction.externalization import distil, rewrite
from communities.interaction.membership import change_community
from communities.interaction.socialization import accept, ask, comment, delete_post, edit_post, keep_draft, reply, watch
from communities.models import Distillation, Post, Thread
from communities.moderation import flag, hide, reject_held
from communities.rules import TalkState
from tests.factories import make_member, make_user
from tests.security.talk_world import bare, follow
from tests.security.test_talk_leaks import signed_in, told, world

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db
LATER = timezone.now() + timedelta(hours=2)  # a moment that would show


def changed(before, after):
    """The addresses at which anything was answered otherwise."""
    assert not [address for address in after if after[address][1].status_code >= 500]
    return [address for address in before if before[address][0] != after[address][0]]


def bustle(world, room):
    """Everything that may happen in a closed room."""
    first, second = world.insiders
    thread = Thread.objects.select_related("community").get(pk=world.room["thread"])
    post = reply(thread, text="Canarylater study", by=first, at=LATER)
    edit_post(post, text="Canarylatest study", version=1, by=first)
    hide(comment(post, text="Canaryremark study", by=second, at=LATER), reason="Canaryreason", by=world.steward)
    accept(reply(thread, text="Canaryanother study", by=second, at=LATER), by=first)
    delete_post(Post.objects.get(pk=world.room["comment"]), by=first)
    ask(room, title="Canarynew study", text="Canary", language="en", by=second, concepts=[world.topic], at=LATER)
    made = Distillation.objects.get(pk=world.room["distillation"])
    rewrite(made, title="Canaryrewritten study", text="Canary", version=1, by=second)
    distil(thread, posts=[post], title="Canaryagain study", text="Canary", by=first, at=LATER)
    change_community(room, by=world.steward, notice_en="Canarynews", name_zh="Canarystudy")
    make_member(room, make_user(name="Latecomer"))


@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_what_goes_on_in_a_closed_room_changes_no_byte_outside_it(world, role):
    room, client = world.shut_away(), signed_in(world, role)
    before = told(client, bare(world))

    bustle(world, room)
    follow()

    assert changed(before, told(client, bare(world))) == []


@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_a_post_that_waits_or_was_rejected_changes_no_byte_for_others(world, role):
    client = signed_in(world, role)
    before = told(client, bare(world))
    for number in (1, 2):
        post = reply(world.thread, text=f"Canaryheld {number} https://example.com/", by=make_user())
        assert post.state == TalkState.HELD
    remark = comment(world.post, text="Canaryheld https://example.com/", by=make_user())
    follow()
    assert changed(before, told(client, bare(world))) == []

    reject_held(remark, reason="Canaryreason", by=world.community.steward)
    follow()

    assert changed(before, told(client, bare(world))) == []


def test_a_post_that_waits_is_not_new_to_who_follows_the_thread(world):
    reader, client = world.people["patron"], signed_in(world, "patron")
    watch(world.thread, by=reader)
    addresses = (world.thread.get_absolute_url(), reverse("threads"), reverse("me"))
    told(client, addresses)
    before = told(client, addresses)

    reply(world.thread, text="Canaryheld https://example.com/", by=make_user())
    follow()

    assert changed(before, told(client, addresses)) == []


@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_a_hidden_post_leaves_its_place_in_the_thread_and_no_other_trace(world, role):
    client, writer = signed_in(world, role), world.answerer
    thread = world.thread.get_absolute_url()
    before = told(client, [address for address in bare(world) if address != thread])

    post = reply(world.thread, text="Canarypost study", by=writer, at=LATER)
    remark = comment(world.post, text="Canaryremark study", by=writer, at=LATER)
    follow()
    for thing in (post, remark):
        hide(thing, reason="Canaryreason", by=world.community.steward)
    follow()

    assert changed(before, told(client, before)) == []


@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_what_readers_keep_for_themselves_changes_no_byte_for_others(world, role):
    client, reader = signed_in(world, role), make_member(world.community, world.answerer)
    before = told(client, bare(world))

    flag(world.thread.posts.get(number=1), reason="spam", note="Canarynote study", by=reader)
    keep_draft(reader, f"reply:{world.thread.pk}", {"text": "Canarydraft study"})
    watch(world.thread, by=reader)
    follow()

    assert changed(before, told(client, bare(world))) == []
