"""Check 2 on talk: of what stands in a closed room outsiders learn no word, no number and no place."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from communities.interaction.membership import change_community
from communities.interaction.skipping import skip
from communities.interaction.socialization import edit_thread, reply
from communities.models import Thread
from communities.seci import Mode
from knowledge.models import SearchEvent
from knowledge.throttle import process_counts
from tests.security.talk_world import ROLES, WORD, World, answer, bare, follow, of_closed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.KNOWLEDGE_PRIVATE_ROOT = tmp_path
    return World(people)


def signed_in(world, role):
    client = Client(raise_request_exception=False)
    if user := world.user(role):
        client.force_login(user)
    return client


def told(client, addresses):
    """Address -> all that is answered there."""
    answers = {}
    for address in dict.fromkeys(addresses):
        cache.clear()
        process_counts.clear()
        SearchEvent.objects.all().delete()  # what is asked here is counted for those who look after the search
        answers[address] = answer(client, address)
    return answers


def asked_back(address, text):
    """`text` without the words that stand in its own address, which pages repeat."""
    for word in re.findall(r"canar[a-z]*", address):
        text = re.sub(rf"(?<![a-z])(?:<mark>)?{word}(?:</mark>)?(?![a-z])", "", text)
    return text


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_the_same_with_and_without_a_closed_room(world, role):
    client = signed_in(world, role)
    before = told(client, bare(world))

    world.shut_away()
    after = told(client, bare(world))

    assert not [address for address in after if after[address][1].status_code >= 500]
    assert [address for address in before if before[address][0] != after[address][0]] == []
    assert not [address for address in after if WORD.search(after[address][0])]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_asked_about_a_closed_room_is_answered_by_no_word_of_it(world, role):
    world.shut_away()

    answers = told(signed_in(world, role), of_closed(world.room))

    assert not [address for address, (_text, response) in answers.items() if response.status_code >= 500]
    leaks = []
    for address, (text, _response) in answers.items():
        if WORD.search(asked_back(address, text)):
            leaks.append(address)
    assert leaks == []


@pytest.mark.parametrize("address", ["audit", "audit_results", "wagtailadmin_reports:site_history"])
def test_the_log_and_the_history_tell_an_administrator_no_word_of_a_closed_room(world, address):
    room = world.shut_away()
    thread = room.threads.first()
    edit_thread(thread, title="Canaryrenamed", concepts=[], by=world.steward)
    skip(room.threads.get(pk=world.room["thread"]), Mode.COMBINATION, reason="Canaryreason", by=world.steward)
    change_community(room, by=world.steward, name_en="Canarycalled")

    text, response = answer(signed_in(world, "administrator"), reverse(address))

    assert response.status_code == 200
    assert not WORD.search(text)


def test_letters_to_who_left_a_closed_room_say_no_word_of_it(world, mailoutbox):
    world.shut_away()

    assert not [mail for mail in mailoutbox if world.ex_member.email in mail.to and WORD.search(mail.subject)]
    after = len(mailoutbox)
    reply(Thread.objects.get(pk=world.room["thread"]), text="Canarylater for @Gone", by=world.insiders[1])
    follow()

    assert [mail for mail in mailoutbox[after:] if world.ex_member.email in mail.to] == []
