"""The demo library is written once, whole, and is what the site promises to show."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction

from communities.rules import Access
from kmsite.demo import reading
from kmsite.models import StandardPage
from knowledge.models import Capture, Concept, Entry, EntryState, OutboxRow
from knowledge.rules import CaptureState, EntryForm, Facet, Kind
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
    assert demo.count("@reedferry.example") == 5
    for page in ("/en/", "/zh-hans/", "/en/browse/", "/zh-hans/search/?q=馆际互借"):
        assert client.get(page).status_code == 200
    for entry in Entry.objects.live().visible_to(AnonymousUser()):
        assert client.get(entry.url).status_code == 200, entry

    counts = Entry.objects.count(), Capture.objects.count(), Concept.objects.count(), EntryState.objects.count()
    call_command("demo")
    assert counts == (
        Entry.objects.count(),
        Capture.objects.count(),
        Concept.objects.count(),
        EntryState.objects.count(),
    )


def test_a_site_with_entries_of_its_own_is_left_alone(db, capsys):
    make_entry("Ours")
    call_command("demo")

    assert Entry.objects.count() == 1
    assert "--force" in capsys.readouterr().out
