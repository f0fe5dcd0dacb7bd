"""Checks 3, 17, 18, 20, 21 and 22 on talk, the spiral and maps, through the pages."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from communities.interaction.externalization import release, withdraw_distillation
from communities.interaction.membership import change_community, give_role, remove_member
from communities.interaction.skipping import skip
from communities.interaction.socialization import delete_thread, move_thread, reply
from communities.models import Conversion, Distillation, Membership, Post, PracticeReport, Thread
from communities.moderation import hide, restore
from communities.seci import Mode
from knowledge.models import AuditEvent, Entry
from knowledge.outbox import work_off
from knowledge.search.api import search
from tests.factories import make_community, make_member, make_post, make_thread, make_user
from tests.hostile import pathological
from tests.security.talk_world import QUERIES, UNASKED, World, names

pytestmark = pytest.mark.django_db
ABSENT = 999_999_999


@pytest.fixture
def world(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = World(people)
    world.shut_away()
    return world


def browser(user=None):
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def rows():
    """All that an outsider could have changed."""
    models = (Thread, Post, Distillation, PracticeReport, Conversion, Membership, Entry)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


# ---------------------------------------------------------------- check 3
SPIRAL = {
    "distillation": "distillation",
    "distillation_edit": "distillation",
    "distillation_history": "distillation",
    "distillation_release": "distillation",
    "distillation_withdraw": "distillation",
    "distil": "thread",
    "thread_skip": "thread",
    "talk_picture": "picture",
    "community_flow": None,
    "community_flow_csv": None,
}


def pair(name, room):
    """The address of something closed, and that of nothing."""
    part = SPIRAL[name]
    if part is None:
        return reverse(name, args=[room["slug"]]), reverse(name, args=["nowhere"])
    slug = [room["slug"]] if part == "thread" else []
    return reverse(name, args=[*slug, room[part]]), reverse(name, args=[*slug, ABSENT])


@pytest.mark.parametrize("role", ["visitor", "patron", "ex_member", "administrator"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_what_is_closed_answers_as_the_missing_and_changes_nothing(world, role, method):
    client, before = browser(world.user(role)), rows()

    for name in SPIRAL:
        (there, nowhere), told = pair(name, world.room), []
        for address in (there, nowhere):
            response = getattr(client, method)(address)
            told.append((response.status_code, response.content.decode().replace(address, "")))
        assert told[0] == told[1], name
        assert told[0][0] in (302, 404, 405), name

    assert rows() == before


@pytest.mark.parametrize("role", ["visitor", "patron", "ex_member", "administrator"])
def test_a_map_around_what_is_closed_answers_as_around_nothing(world, role):
    client, told = browser(world.user(role)), []

    for key in (world.room["thread"], ABSENT):
        for address in (reverse("maps"), reverse("map_export", args=["json"])):
            response = client.get(address, {"node": f"thread:{key}"})
            told.append((response.status_code, re.sub(rf"(thread(?::|%3A|%253A)){key}\b", r"\1", response.text)))

    assert told[:2] == told[2:]
    assert {status for status, _text in told} == {404}


# ---------------------------------------------------------------- check 18
def test_a_first_post_with_links_shows_to_its_author_as_waiting_and_to_stewards_alone(people):
    steward = make_user("librarian", name="Opener")
    community = make_community(steward=steward)
    thread, newcomer = make_thread(community), make_user(name="Newcomer")
    browser(newcomer).post(thread.get_absolute_url(), {"text": "Heldword https://example.com/", "language": "en"})
    post = Post.objects.get(author=newcomer.person)
    queue = reverse("community_queue", args=[community.slug])

    assert post.state == "held"
    assert "Heldword" in browser(newcomer).get(thread.get_absolute_url()).text
    assert "aiting" in browser(newcomer).get(thread.get_absolute_url()).text
    assert "Heldword" in browser(steward).get(queue).text
    for user in (None, people["patron"], people["administrator"]):
        assert "Heldword" not in browser(user).get(thread.get_absolute_url()).text
        assert "Heldword" not in browser(user).get(queue).text


# ---------------------------------------------------------------- check 21
ACTS = {
    "talk-hidden": lambda w: hide(w.post, reason="Off", by=w.steward),
    "thread-moved": lambda w: move_thread(w.thread, make_community("Other"), by=w.steward, reason="There"),
    "thread-deleted": lambda w: delete_thread(w.thread, by=w.steward),
    "community-changed": lambda w: change_community(w.thread.community, by=w.steward, name_en="Renamed"),
    "step-skipped": lambda w: skip(Thread.objects.get(pk=w.thread.pk), Mode(w.stage), reason="Known", by=w.steward),
    "distillation-withdrawn": lambda w: withdraw_distillation(w.distillation, by=w.steward, reason="Wrong"),
    "member-role": lambda w: give_role(w.membership, "steward", by=w.steward),
    "member-removed": lambda w: remove_member(w.membership, by=w.steward),
}


@pytest.mark.parametrize("action", ACTS)
def test_what_stewards_do_is_written_down_once_with_who_and_what(people, action):
    world = World(people)
    world.steward = Membership.objects.get(community=world.community, role="steward").person.user
    world.stage = Thread.objects.get(pk=world.thread.pk).stage
    world.membership = Membership.objects.get(community=world.community, person=world.answerer.person)

    ACTS[action](world)

    event = AuditEvent.objects.get(action=action)
    assert event.actor == world.steward
    assert event.object_key
    assert event.before or event.after or action == "thread-deleted"


def test_what_is_shown_again_and_let_out_is_written_down_once(world):
    post = Post.objects.get(pk=world.room["post"])
    restore(hide(post, reason="Off", by=world.steward), reason="On", by=world.steward)
    made = Distillation.objects.get(pk=world.room["distillation"])
    for _twice in range(2):
        release(made, by=world.steward)

    for action in ("talk-restored", "distillation-released"):
        assert AuditEvent.objects.filter(action=action, actor=world.steward).count() == 1


# ---------------------------------------------------------------- check 22
def test_who_is_removed_reads_nothing_more_at_the_next_request(world):
    thread = Thread.objects.select_related("community").get(pk=world.room["thread"])
    insider = world.insiders[0]
    client = browser(insider)
    found = {"q": "canaryanswer"}
    assert client.get(thread.get_absolute_url()).status_code == 200
    assert "post-" in client.get(reverse("search"), found).text

    remove_member(Membership.objects.get(community=thread.community, person=insider.person), by=world.steward)

    assert client.get(thread.get_absolute_url()).status_code == 404
    assert client.get(reverse("maps"), {"node": f"thread:{thread.pk}"}).status_code == 404
    assert client.get(reverse("talk_picture", args=[world.room["picture"]])).status_code == 404
    assert search("canaryanswer", type(insider).objects.get(pk=insider.pk)).total == 0


def test_who_is_steward_no_more_sees_no_queue_at_the_next_request():
    steward = make_user("librarian", name="Opener")
    community = make_community(steward=steward)
    second = make_member(community, role="steward")
    client, queue = browser(second), reverse("community_queue", args=[community.slug])
    assert client.get(queue).status_code == 200

    give_role(Membership.objects.get(community=community, person=second.person), "member", by=steward)

    assert client.get(queue).status_code == 403


# ---------------------------------------------------------------- checks 17, 19, 20
def test_the_seventh_post_of_a_minute_is_refused_with_when_to_come_back():
    thread, writer = make_thread(), make_user("librarian")
    client = browser(writer)
    answers = [
        client.post(thread.get_absolute_url(), {"text": f"Post {number}", "language": "en"}) for number in range(7)
    ]

    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert answers[-1]["Retry-After"]
    assert thread.posts.count() == 7


def test_the_seventh_invitation_of_a_minute_is_refused_and_no_letter_goes_out(mailoutbox):
    community = make_community()
    client, address = browser(community.steward), reverse("community_invite", args=[community.slug])
    answers = [client.post(address, {"email": f"stranger{number}@example.org"}) for number in range(7)]
    while work_off():
        pass

    assert [answer.status_code for answer in answers] == [302] * 6 + [429]
    assert answers[-1]["Retry-After"]
    assert len(mailoutbox) == 6


def test_slow_texts_are_answered_in_the_preview():
    client = browser(make_user())
    for name, text in list(pathological(4_000).items())[:25]:
        assert client.post(reverse("talk_preview"), {"text": text, "place": "ask"}).status_code < 500, name


HOSTILE = [
    "\x00",
    "9" * 30,
    "-1",
    "[" * 200,
    "'\"><svg onload=x>",
    "\ud7ff\u202e",
    "٣",
    "¹",
    "1e9",
    " ",
    "../..",
    "a" * 3_000,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_query_or_form_is_a_server_error(world, value):
    """Every address of ours, each with all queries and all fields at once."""
    client = browser(world.steward)
    given = {"slug": world.room["slug"], "pk": world.room["thread"], "token": "nothing", "format": "json"}
    fields = dict.fromkeys((*QUERIES, "text", "title", "place", "reason", "version", "post", "form_key", "mode"), value)
    for name, arguments in names():
        if name in UNASKED or not set(arguments) <= set(given) or "delete" in name:
            continue
        address = reverse(name, kwargs={argument: given[argument] for argument in arguments})
        assert client.get(address, dict.fromkeys(QUERIES, value)).status_code < 500, address
        assert client.post(address, fields).status_code < 500, address


# ---------------------------------------------------------------- taken away under one's hands
def test_a_reply_to_what_was_moved_hidden_or_deleted_meanwhile_gives_the_text_back():
    steward = make_user("librarian", name="Opener")
    community, writer = make_community(steward=steward), make_user("librarian")
    shut = make_community("Shut", access="closed", steward=steward)
    takes = (
        lambda thread: move_thread(thread, shut, by=steward),
        lambda thread: hide(thread, reason="Off", by=steward),
        lambda thread: delete_thread(thread, by=steward),
    )
    for take_away in takes:
        thread = make_thread(community, by=steward)
        address = thread.get_absolute_url()
        take_away(thread)
        response = browser(writer).post(address, {"text": "Typed with care", "language": "en"})
        assert response.status_code == 404
        assert "Typed with care" in response.text
        assert "Shut" not in response.text


def test_a_write_up_of_a_post_that_was_deleted_meanwhile_keeps_what_was_typed():
    thread = make_thread()
    post = make_post(thread)
    client = browser(post.author.user)
    address = reverse("distil", args=[thread.community.slug, thread.pk])
    keeper = Membership.objects.get(community=thread.community, role="steward").person.user
    reply(thread, text="Another", by=make_member(thread.community))
    hide(post, reason="Off", by=keeper)
    work_off()

    response = client.post(
        address, {"post": [post.pk], "title": "Typed title", "text": "Typed words", "language": "en"}
    )

    assert response.status_code < 500
    assert "Typed words" in response.text
    assert not Distillation.objects.exists()
