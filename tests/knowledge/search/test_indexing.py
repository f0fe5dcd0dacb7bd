"""The index follows what is written, at once and in batches, and can be made anew at any time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from knowledge.models import (
    ConceptLabel,
    ConceptNote,
    ConceptRelation,
    EntryState,
    NoteKind,
    OutboxRow,
    Person,
    SearchEntry,
    SearchIndexState,
)
from knowledge.outbox import key_of, tell, work_off
from knowledge.rules import Visibility
from knowledge.search import api, indexing
from knowledge.search.backends import engine
from knowledge.search.registry import KINDS
from tests.factories import make_concept, make_entry, make_user

pytestmark = pytest.mark.django_db


def found(text, user, **more):
    return [hit.thing for hit in api.search(text, user, **more).hits]


def make_indexed(title, **fields):
    entry = make_entry(title, **fields)
    indexing.index([key_of(entry)])
    return entry


@pytest.fixture
def visitor(people):
    return people["visitor"]


def test_a_published_entry_is_found_once_the_outbox_is_worked_off(visitor):
    entry = make_entry("Borrowing a telescope")
    tell("published", entry)

    work_off()

    assert found("telescope", visitor) == [entry]


def test_an_entry_that_is_taken_back_leaves_the_index(visitor):
    entry = make_indexed("Borrowing a telescope")
    entry.live = False
    entry.save(clean=False)
    tell("unpublished", entry)

    work_off()

    assert not SearchEntry.objects.filter(key=key_of(entry)).exists()


def test_a_deleted_entry_leaves_the_index(visitor):
    entry = make_indexed("Borrowing a telescope")
    tell("entry_deleted", entry)
    entry.delete()

    work_off()

    assert not SearchEntry.objects.exists()


def test_what_is_hidden_is_gone_before_the_index_hears_of_it(visitor):
    entry = make_indexed("Borrowing a telescope")

    EntryState.objects.filter(entry=entry).update(visibility=Visibility.STAFF)
    results = api.search("telescope", visitor)

    assert results.hits == ()
    assert results.total == 0
    assert api.suggest("telesc", visitor) == ()


def test_many_events_of_an_import_become_one_batch(visitor):
    entries = [make_entry(f"Telescope {number}") for number in range(12)]
    for entry in entries:
        tell("published", entry)

    with CaptureQueriesContext(connection) as queries:
        work_off()

    assert api.search("telescope", visitor).total == 12
    writes = [query for query in queries if 'INSERT INTO "knowledge_searchentry"' in query["sql"]]
    assert len(writes) == 1
    assert not OutboxRow.objects.filter(done_at=None).exists()


def test_indexing_again_changes_nothing():
    entry = make_indexed("Borrowing a telescope")

    assert indexing.index([key_of(entry)]) == 0


def test_choosing_a_concept_finds_what_is_classified_below_it(visitor):
    sharing, loan = make_concept("Resource sharing"), make_concept("Interlibrary loan")
    ConceptRelation.objects.create(source=loan, target=sharing, kind="broader")
    entry = make_indexed("Borrowing a telescope", concepts=[loan])

    results = api.browse(visitor, filters={"subject": [str(sharing.pk)]})

    assert [hit.thing for hit in results.hits] == [entry]
    subject = results.panels[0]
    assert [(value.label, value.depth, value.count) for value in subject.values] == [
        ("Resource sharing", 0, 1), ("Interlibrary loan", 1, 1),
    ]  # fmt: skip


def test_a_new_label_of_a_concept_finds_its_entries(visitor):
    loan = make_concept("Interlibrary loan")
    entry = make_indexed("Borrowing a telescope", concepts=[loan])
    ConceptLabel.objects.create(concept=loan, kind="alt", language="en", text="Docdel", folded="docdel")
    tell("concept_changed", loan)

    work_off()

    assert set(found("docdel", visitor, exact=True)) == {entry, loan}


def test_a_person_is_found_only_after_agreeing_to_it(visitor):
    person = make_user(name="Ottoline Varga").person
    indexing.index([key_of(person)])
    assert found("ottoline", visitor) == []

    person.in_search = True
    person.save()
    tell("person_changed", person)
    work_off()

    assert found("ottoline", visitor) == [person]


def test_a_check_that_becomes_due_is_noticed_without_an_event(visitor):
    entry = make_entry("Borrowing a telescope")
    today = timezone.localdate()
    EntryState.objects.filter(entry=entry).update(checked_at=timezone.now(), check_due=today + timedelta(days=1))
    indexing.index([key_of(entry)])
    assert dict(api.browse(visitor).counts["state"]) == {"checked": 1}

    EntryState.objects.filter(entry=entry).update(check_due=today - timedelta(days=1))
    SearchEntry.objects.update(holds_until=today - timedelta(days=1))

    assert indexing.index_stale() == 1
    assert dict(api.browse(visitor).counts["state"]) == {"due": 1}
    assert indexing.index_stale() == 0


def test_a_rebuild_makes_a_lost_index_anew(visitor):
    entry = make_indexed("Borrowing a telescope")
    SearchEntry.objects.all().delete()

    call_command("search_rebuild", stdout=StringIO())

    assert found("telescope", visitor) == [entry]
    call_command("search_rebuild", "--check", stdout=StringIO())


def test_a_rebuild_gives_tokens_to_what_lost_them(visitor):
    entry = make_indexed("Borrowing a telescope")
    number = SearchEntry.objects.get().pk
    table = "knowledge_searchtokens" if connection.vendor == "sqlite" else None
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}" if table else "UPDATE knowledge_searchentry SET tokens = NULL")
    assert list(engine().without_tokens()) == [number]

    call_command("search_rebuild", stdout=StringIO())

    assert found("telescope", visitor) == [entry]


def test_a_rebuild_that_was_broken_off_goes_on_where_it_ended(monkeypatch, visitor):
    monkeypatch.setattr(indexing, "BATCH", 1)
    for number in range(3):
        make_entry(f"Telescope {number}")

    def break_off(number):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexing.rebuild(progress=break_off)
    stopped = SearchIndexState.objects.get()
    assert (stopped.building, stopped.kind, SearchEntry.objects.count()) == (1, "entry", 1)

    went = []
    indexing.rebuild(progress=went.append)

    assert sum(went) == 2 + Person.objects.count()
    assert api.search("telescope", visitor).total == 3
    assert SearchIndexState.objects.get().building is None


def test_a_rebuild_drops_what_is_no_more():
    make_indexed("Borrowing a telescope")
    SearchEntry.objects.update(key="knowledge.entry:999999")

    call_command("search_rebuild", stdout=StringIO())

    assert SearchEntry.objects.count() == 1
    assert not SearchEntry.objects.filter(key="knowledge.entry:999999").exists()


@pytest.mark.parametrize(
    ("drift", "fault"),
    [
        (lambda: SearchEntry.objects.all().delete(), "missing"),
        (lambda: SearchEntry.objects.update(fingerprint="other"), "outdated"),
        (lambda: EntryState.objects.update(visibility=Visibility.STAFF), "outdated"),
        (lambda: SearchEntry.objects.update(key="knowledge.entry:999999"), "should be gone"),
    ],
)
def test_a_check_names_what_has_drifted_and_ends_with_an_error(drift, fault):
    make_indexed("Borrowing a telescope")
    drift()
    out = StringIO()

    with pytest.raises(CommandError, match=fault):
        call_command("search_rebuild", "--check", stdout=out)

    assert f": {fault}" in out.getvalue()


def test_a_topic_is_shown_by_a_note_that_readers_understand():
    concept = make_concept("Loan", "借用")
    for language, text in (("ca", "Nota en català"), ("fr", "Note en français"), ("en", "A note in English")):
        ConceptNote.objects.create(concept=concept, kind=NoteKind.DEFINITION, language=language, text=text)

    (doc,) = KINDS["concept"].build([concept.pk])

    assert doc.body.splitlines() == ["A note in English", "Nota en català", "Note en français"]
