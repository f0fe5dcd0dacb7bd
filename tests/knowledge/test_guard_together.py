"""Many at once, on a database that really commits: check 5, and forms that are sent twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from knowledge.models import Entry, EntryIndex, EntryState, OutboxRow
from tests.factories import make_entry, make_user
from tests.knowledge.editor import add_url, edit_url, open_form, open_new

EDITS = 40


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("foundation_stays")]


@pytest.fixture
def librarians():
    return [make_user("librarian", name=name, email=f"{name}@example.org") for name in ("maren", "wen")]


@pytest.fixture
def entry():
    return make_entry(body=[("markdown", {"source": "Ask at the desk.", "format": "markdown"})], live=False)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def version(entry):
    return EntryState.objects.get(entry=entry).version


def test_forty_edits_at_once_lose_none(librarians, entry):
    forms = [{**open_form(signed_in(librarians[0]), entry), "title": f"Edit {n}"} for n in range(2)]
    clients = [signed_in(librarians[n % 2]) for n in range(EDITS)]
    ready = threading.Barrier(8)

    def edit(number):
        if number < 8:
            ready.wait(timeout=30)
        try:
            return clients[number].post(edit_url(entry), {**forms[0], "title": f"Edit {number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(edit, range(EDITS)))

    assert set(answers) <= {302, 409}
    assert answers.count(302) == version(entry) == 1
    assert OutboxRow.objects.filter(kind="entry_changed").count() == 1


def test_edits_in_turn_from_many_hands_are_each_saved_or_refused(librarians, entry):
    def edit(number):
        client = signed_in(librarians[number % 2])
        try:
            form = open_form(client, entry)
            return client.post(edit_url(entry), {**form, "title": f"Edit {number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(edit, range(12)))

    assert set(answers) <= {302, 409}
    assert answers.count(302) == version(entry) >= 1


def test_one_form_sent_at_once_makes_one_entry(librarians):
    index = EntryIndex.objects.get(locale__language_code="en")
    client = signed_in(librarians[0])
    form = {**open_new(client, index), "title": "Sent often", "slug": "sent-often"}
    clients = [signed_in(librarians[0]) for _ in range(8)]

    def send(one):
        try:
            return one.post(add_url(index), form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, clients))

    assert set(answers) == {302}
    assert Entry.objects.filter(title="Sent often").count() == 1


def test_entries_made_at_once_find_their_places_in_the_tree(librarians):
    index = EntryIndex.objects.get(locale__language_code="en")
    clients = [signed_in(librarians[0]) for _ in range(8)]
    forms = [
        {**open_new(clients[0], index), "title": f"New {n}", "slug": f"new-{n}", "form_key": f"k{n}"} for n in range(8)
    ]

    def send(pair):
        try:
            return pair[0].post(add_url(index), pair[1]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, zip(clients, forms, strict=True)))

    index.refresh_from_db()
    assert answers == [302] * 8
    assert index.numchild == index.get_children().count() == 8
    assert Entry.find_problems() == ([], [], [], [], [])
