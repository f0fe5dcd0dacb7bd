"""The demo library is written once, whole, and is what the site promises to show."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction

from communities.rules import Access
from kmsite.demo import reading
from kmsite.models import StandardPage, User
from knowledge.models import (
    Capture,
    Concept,
    Entry,
    EntryState,
    OutboxRow,
    Person,
    SavedSearch,
    SearchEvent,
    SearchMonth,
    SearchPin,
)
from knowledge.rules import CaptureState, EntryForm, Facet, Kind
from knowledge.search import api, reports
from knowledge.search.reports import WHICH, Narrowed
from tests.factories import make_entry

LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def demo(db, capsys, monkeypatch):
    """What the command printed when it wrote the demo.

    What waits for a commit is done at once: a test commits nothing, and the search would never learn which rows of the outbox went
    into its first batch, and make that batch anew for each of them.
    """
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())
    call_command("demo")
    return capsys.readouterr().out


def test_every_text_is_there_in_both_languages():
    by_slug = {}
    for text in reading.entries():
        by_slug.setdefault(text.slug, {})[text.language] = text

    assert len(by_slug) >= 40
    for slug, pair in by_slug.items():
        assert sorted(pair) == sorted(LANGUAGES), slug
        assert pair["en"].kind == pair["zh-hans"].kind, slug


def test_no_two_bodies_are_alike():
    bodies = [text.markdown for text in reading.entries()]

    assert len(set(bodies)) == len(bodies)
    assert all(len(body) > 300 for body in bodies)


def test_communities_of_every_kind_of_access_are_there_and_one_board():
    communities = reading.communities()

    assert len(communities) == 4
    assert {one["access"] for one in communities} == set(Access.values)
    assert [one["access"] for one in communities if one["board"]] == ["open"]


def test_no_blank_stands_between_the_sentences_of_a_chinese_purpose():
    assert not [one["key"] for one in reading.communities() if re.search(r"[。：；，] ", one["purpose"]["zh"])]


def test_a_step_is_skipped_somewhere_and_the_reason_is_given():
    skipped = [thread["skipped"] for thread in reading.threads() if "skipped" in thread]

    assert skipped
    assert all(one["reason"].strip() for one in skipped)


def test_what_is_searched_for_is_told_in_both_languages_and_as_often_without_success():
    searches = reading.searches()["searches"]

    for language in LANGUAGES:
        told = [one for one in searches if one["language"] == language]
        assert len(told) >= 10
        assert sum(one["opened"] == 0 for one in told) >= 5
    assert all(one["opened"] <= one["asked"] for one in searches)


def see_what_was_searched():
    """The reports have a line for each kind of search, the maps a gap; what is put first is seen, nobody is named."""
    librarian = User.objects.get(email="librarian@reedferry.example")
    for which in WHICH:
        asked = Narrowed(days=90, which=which).events(librarian)
        assert reports.words(asked), which
        assert set(asked.values_list("language", flat=True)) == set(LANGUAGES), which
    assert reports.unshown(Narrowed(days=90).events(librarian))["searches"]
    assert reports.searched_in_vain(librarian, 5)
    assert SearchMonth.objects.exists()
    assert [api.search(pin.query, AnonymousUser()).pinned[0].entry.key for pin in SearchPin.objects.all()] == [
        pin.key for pin in SearchPin.objects.all()
    ]
    assert SearchPin.objects.count() == SavedSearch.objects.count() == 2
    typed = " ".join(SearchEvent.objects.values_list("query", flat=True))
    assert not [person for person in Person.objects.all() if person.name in typed]


def test_the_demo_shows_all_that_there_is(demo, client):
    for language in LANGUAGES:
        assert Entry.objects.filter(locale__language_code=language).count() >= 40
    english = Entry.objects.filter(locale__language_code="en")
    assert all(entry.get_translations().count() == 1 for entry in english)
    assert set(Entry.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert set(Entry.objects.values_list("form", flat=True)) == set(EntryForm.values)
    assert set(Concept.objects.values_list("schemes__facet", flat=True)) == set(Facet.values)
    assert set(Capture.objects.values_list("state", flat=True)) == set(CaptureState.values)
    assert StandardPage.objects.live().count() == 6
    assert not EntryState.objects.filter(entry__kind=Kind.ABOUT).exclude(visibility="staff").exists()
    assert not OutboxRow.objects.exclude(last_error="").exists()
    assert not OutboxRow.objects.filter(done_at=None).exists()
    assert demo.count("@reedferry.example") == 5
    see_what_was_searched()
    for page in ("/en/", "/zh-hans/", "/en/browse/", "/zh-hans/search/?q=馆际互借"):
        assert client.get(page).status_code == 200
    for entry in Entry.objects.live().visible_to(AnonymousUser()):
        assert client.get(entry.url).status_code == 200, entry

    models = (Entry, Capture, Concept, EntryState, SearchEvent, SearchMonth, SearchPin, SavedSearch)
    counts = [model.objects.count() for model in models]
    call_command("demo")
    assert counts == [model.objects.count() for model in models]


def test_a_site_with_entries_of_its_own_is_left_alone(db, capsys):
    make_entry("Ours")
    call_command("demo")

    assert Entry.objects.count() == 1
    assert "--force" in capsys.readouterr().out
