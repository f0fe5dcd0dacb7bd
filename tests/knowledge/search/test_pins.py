"""Results that librarians put first: who chooses, where they stand, and that they open nothing."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from knowledge.models import AuditEvent, EntryState, SearchPin
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import api, indexing
from knowledge.search.pins import MOST, drop_pin, pin, raise_pin
from tests.factories import make_concept, make_entry
from tests.knowledge.search.golden import ODD

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(people):
    loan = make_concept("Telescope loan", "望远镜外借")
    things = {
        "guide": make_entry("Borrowing a telescope", concepts=[loan]),
        "hours": make_entry("When we are open"),
        "staff": make_entry("Zanzibarine ledger", kind="about", visibility=Visibility.STAFF),
        "loan": loan,
    }
    indexing.index([key_of(thing) for thing in things.values()])
    return things


def first(text, user, **more):
    return [str(hit.thing) for hit in api.search(text, user, **more).pinned]


def chosen(library, people, name="hours", **fields):
    fields = fields if "concept" in fields else {"query": "telescope", **fields}
    return pin(key_of(library[name]), by=people["librarian"], **fields)


def test_what_was_chosen_stands_first_at_once_and_is_not_counted(library, people):
    before = api.search("telescope", people["visitor"])
    chosen(library, people)

    after = api.search("Télescope ", people["visitor"])
    assert [str(hit.thing) for hit in after.pinned] == ["When we are open"]
    assert (after.total, len(after.hits)) == (before.total, len(before.hits))


def test_what_stands_first_is_not_repeated_below(library, people):
    chosen(library, people, "guide")

    results = api.search("telescope", people["visitor"])
    assert "Borrowing a telescope" not in [str(hit.thing) for hit in results.hits]
    assert results.total == 2


def test_it_helps_where_nothing_is_found(client, library, people):
    chosen(library, people, query="astrolabe")

    page = client.get("/en/search/?q=astrolabe").content.decode()
    assert "Chosen by librarians" in page
    assert "When we are open" in page


def test_a_page_whose_only_results_stand_first_is_no_empty_list(client, library, people):
    chosen(library, people, "hours", query="open")

    assert "The list ends before this page." not in client.get("/en/search/?q=open").content.decode()


@pytest.mark.parametrize("text", ["telescope loan", "望远镜外借", "weekend telescope loans"])
def test_of_a_concept_it_stands_where_the_concept_is_named(text, library, people):
    chosen(library, people, concept=library["loan"])

    assert first(text, people["visitor"]) == ["When we are open"]
    assert first("telescope", people["visitor"]) == []


@pytest.mark.parametrize(
    "asked", [{"page": 2}, {"filters": {"kind": ["for"]}}, {"sort": "newest"}, {"whole": True}], ids=str
)
def test_it_stands_on_the_first_page_of_all_only(asked, library, people):
    chosen(library, people)

    assert first("telescope", people["visitor"], **asked) == []


# ---------------------------------------------------------------- it opens nothing
@pytest.mark.parametrize(("role", "sees_it"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_a_closed_thing_is_not_shown_to_who_may_not_see_it(role, sees_it, library, people):
    chosen(library, people, "staff")

    assert bool(first("telescope", people[role])) is sees_it


def test_a_page_tells_an_outsider_nothing_of_a_closed_thing(client, library, people):
    without = client.get("/en/search/?q=telescope").content.decode().count("hits")
    chosen(library, people, "staff")
    page = client.get("/en/search/?q=telescope").content.decode()

    assert "Chosen by librarians" not in page
    assert page.count("hits") == without
    assert f'"{key_of(library["staff"])}"' not in page


def test_a_thing_that_is_closed_later_is_gone_at_once(library, people):
    chosen(library, people)
    EntryState.objects.filter(entry=library["hours"]).update(visibility=Visibility.STAFF)

    assert first("telescope", people["visitor"]) == []


def test_a_thing_that_is_gone_breaks_nothing(library, people):
    chosen(library, people)
    library["hours"].delete()

    assert first("telescope", people["visitor"]) == []


# ---------------------------------------------------------------- choosing
@pytest.mark.parametrize("role", ["visitor", "patron", "manager"])
def test_only_librarians_choose(role, library, people):
    kept = chosen(library, people)

    for act in (
        lambda: pin(key_of(library["guide"]), query="telescope", by=people[role]),
        lambda: raise_pin(kept, by=people[role]),
        lambda: drop_pin(kept, by=people[role]),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert SearchPin.objects.count() == 1


def test_it_ends_after_its_last_day(library, people):
    kept = chosen(library, people, until=timezone.localdate())
    assert first("telescope", people["visitor"])

    SearchPin.objects.filter(pk=kept.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert first("telescope", people["visitor"]) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"query": "  "}, "words"),
        ({"query": "telescope", "until": timezone.localdate() - timedelta(days=1)}, "past"),
        ({"query": "telescope", "key": "knowledge.entry:999999"}, "gone"),
        ({"query": "telescope", "key": "kmsite.user:1"}, "gone"),
        ({"query": "telescope", "key": "knowledge.entry:" + "9" * 40}, "gone"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(fields, why, library, people):
    with pytest.raises(ValidationError) as refused:
        pin(**{"key": key_of(library["hours"]), "by": people["librarian"], **fields})

    assert refused.value.code == why


def test_the_same_thing_twice_is_one_pin_with_the_new_last_day(library, people):
    day = timezone.localdate() + timedelta(days=3)
    chosen(library, people)
    chosen(library, people, until=day)

    assert SearchPin.objects.get().until == day


def test_no_query_has_more_than_a_few(library, people):
    for number in range(MOST):
        entry = make_entry(f"Sheet {number}")
        pin(key_of(entry), query="telescope", by=people["librarian"])

    with pytest.raises(ValidationError):
        chosen(library, people)


def test_they_change_places_and_go(library, people):
    chosen(library, people, "hours")
    second = chosen(library, people, "guide")
    raise_pin(second, by=people["librarian"])
    assert first("telescope", people["visitor"]) == ["Borrowing a telescope", "When we are open"]

    drop_pin(second, by=people["librarian"])
    drop_pin(second, by=people["librarian"])
    assert first("telescope", people["visitor"]) == ["When we are open"]


def test_who_chose_and_took_away_is_written_down(library, people):
    drop_pin(raised(chosen(library, people), people), by=people["librarian"])

    done = AuditEvent.objects.filter(action__startswith="search-pin").order_by("pk")
    assert [(event.action, event.actor) for event in done] == [
        ("search-pin-added", people["librarian"]), ("search-pin-dropped", people["librarian"]),
    ]  # fmt: skip


def raised(kept, people):
    raise_pin(kept, by=people["librarian"])
    return kept


@pytest.mark.parametrize("text", ODD)
def test_odd_words_fail_nowhere(text, library, people):
    with suppress(ValidationError):
        chosen(library, people, query=text)

    assert api.search(text, people["visitor"]) is not None
