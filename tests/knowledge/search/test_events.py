"""What a search leaves: one event without a person, its words for a while, then numbers."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kmsite.management.commands.worker import prune
from knowledge import throttle
from knowledge.models import SearchEvent, SearchMonth
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import events, indexing
from knowledge.throttle import LIMITS
from tests.factories import make_concept, make_entry
from tests.knowledge.search.golden import ODD

pytestmark = pytest.mark.django_db
SEARCH, OPENED = "/en/search/", "/en/search/opened/"


@pytest.fixture
def library(people):
    loan = make_concept("Telescope loan", "望远镜外借")
    entries = [
        make_entry("Borrowing a telescope", concepts=[loan]),
        make_entry("Zanzibarine telescope repairs", kind="about", visibility=Visibility.STAFF),
    ]
    indexing.index([key_of(thing) for thing in (*entries, loan)])
    return loan


def searched(client, text, **more):
    """The handle of the page that answers."""
    return client.get(SEARCH, {"q": text, **more}).context["handle"]


def recorded(text="lamps", *, count=0, days=0, language="en", opened="", **fields):
    events.record(text, language=language, filters=fields.pop("filters", {}), count=count)
    event = SearchEvent.objects.latest("pk")
    SearchEvent.objects.filter(pk=event.pk).update(
        at=timezone.now() - timedelta(days=days), opened_kind=opened, **fields
    )
    return event


# ---------------------------------------------------------------- nobody in it
def test_the_tables_have_no_place_for_a_person_an_address_or_a_session():
    joined = SearchEvent.concepts.through
    columns = {
        column.name
        for model in (SearchEvent, SearchMonth, joined)
        for column in connection.introspection.get_table_description(connection.cursor(), model._meta.db_table)
    }

    assert columns == {
        "id", "at", "query", "folded", "language", "filters", "count", "is_common", "opened_kind", "opened_place",
        "handle", "nearest_id", "searchevent_id", "concept_id", "month", "searches", "in_vain", "unopened",
    }  # fmt: skip


def test_nothing_of_the_request_stands_in_an_event(client, people, library):
    client.force_login(people["patron"])
    handle = searched(client, "telescope")
    client.post(OPENED, {"event": handle, "kind": "entry", "place": "1"})

    row = str(SearchEvent.objects.values().get())
    for secret in ("127.0.0.1", client.session.session_key, "ines", str(client.cookies["sessionid"].value)):
        assert secret not in row.lower()


def test_a_handle_goes_after_a_day(client, library):
    recorded(days=2, handle="a" * 32)
    recorded(days=0, handle="b" * 32)

    events.forget_events()

    assert set(SearchEvent.objects.values_list("handle", flat=True)) == {None, "b" * 32}


# ---------------------------------------------------------------- one event a search
def test_a_search_names_its_concepts_and_its_language(client, library):
    client.get("/zh-hans/search/", {"q": "望远镜外借 周末"})

    event = SearchEvent.objects.get()
    assert (event.language, list(event.concepts.all())) == ("zh-hans", [library])


def test_a_search_typed_on_takes_the_place_of_the_one_before(client, library):
    handle = searched(client, "tele")
    handle = searched(client, "telesco", after=handle)
    searched(client, "telescope", after=handle)

    assert SearchEvent.objects.get().query == "telescope"


def test_letters_taken_back_take_its_place_too(client, library):
    searched(client, "telescope", after=searched(client, "telescopes of"))

    assert SearchEvent.objects.get().query == "telescope"


@pytest.mark.parametrize("after", ["", "nonsense", "0" * 32, "0" * 32 + ":1abc:" + "x" * 43])
def test_what_is_no_handle_of_ours_joins_nothing(after, client, library):
    searched(client, "tele")
    searched(client, "telescope", after=after)

    assert SearchEvent.objects.count() == 2


def test_another_search_stands_beside_the_one_before(client, library):
    searched(client, "lamps", after=searched(client, "telescope"))

    assert SearchEvent.objects.count() == 2


def test_who_opened_something_and_types_on_searches_again(client, library):
    handle = searched(client, "tele")
    client.post(OPENED, {"event": handle, "kind": "entry", "place": "1"})
    searched(client, "telescope", after=handle)

    assert SearchEvent.objects.count() == 2


def test_who_types_on_after_a_minute_searches_again(client, library):
    handle = searched(client, "tele")
    SearchEvent.objects.update(at=timezone.now() - timedelta(seconds=61))
    searched(client, "telescope", after=handle)

    assert SearchEvent.objects.count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Examplebot/2.1)"},
    ],
)
def test_what_nobody_reads_leaves_no_event(headers, client, library):
    client.get(SEARCH, {"q": "telescope"}, headers=headers)
    client.head(SEARCH, {"q": "telescope"})

    assert not SearchEvent.objects.exists()


def test_narrowing_hands_no_handle_on(client, library):
    after = searched(client, "telescope")
    told = client.get(SEARCH, {"q": "telescope", "kind": "for", "after": after}).context

    addresses = [told["cleared"], *(url for _label, _count, url, _now in told["tabs"]), told["exactly"]]
    assert not [address for address in addresses if "after" in address]


# ---------------------------------------------------------------- what was opened
def test_the_first_result_that_is_opened_counts(client, library):
    handle = searched(client, "telescope")
    for kind, place in (("entry", "1"), ("concept", "2")):
        assert client.post(OPENED, {"event": handle, "kind": kind, "place": place}).status_code == 204

    event = SearchEvent.objects.get()
    assert (event.opened_kind, event.opened_place) == ("entry", 1)


def test_a_browser_without_a_token_of_ours_may_tell_it(library):
    client = Client(enforce_csrf_checks=True)
    client.post(OPENED, {"event": searched(client, "telescope"), "kind": "entry", "place": "1"})

    assert SearchEvent.objects.get().opened_kind == "entry"


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "entry", "place": "-1"},
        {"kind": "entry", "place": "９"},
        {"kind": "entry", "place": "9" * 5000},
        {"kind": "entry", "place": "1e3"},
        {"kind": "entry"},
        {"kind": "nonsense", "place": "1"},
        {"place": "1"},
        *({"kind": text, "place": text} for text in ODD if "\x00" not in text and "\ud800" not in text),
    ],
)
def test_what_does_not_hold_together_is_left(said, client, library):
    answer = client.post(OPENED, {"event": searched(client, "telescope"), **said})

    assert (answer.status_code in (204, 400), SearchEvent.objects.get().opened_kind) == (True, "")


def test_a_handle_holds_for_an_hour(client, library, monkeypatch):
    handle = searched(client, "telescope")
    monkeypatch.setattr(TimestampSigner, "timestamp", lambda signer: "1aaaaa")
    old = events.new_handle()
    monkeypatch.undo()

    assert (events.read_handle(handle) != "", events.read_handle(old)) == (True, "")


def test_the_address_is_for_telling_only_and_not_without_end(client, library, monkeypatch):
    monkeypatch.setattr(throttle.time, "time", lambda: 1_700_000_000.0)  # its minute does not end in the midst
    assert client.get(OPENED).status_code == 405

    codes = [client.post(OPENED, REMOTE_ADDR="203.0.113.5").status_code for _time in range(LIMITS["note"].amount + 1)]
    assert (set(codes[:-1]), codes[-1]) == ({204}, 429)


# ---------------------------------------------------------------- which words may be shown
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("telescope", True),
        ("borrowing the telescope", True),
        ("望远镜外借", True),
        ("zanzibarine", False),
        ("telescope 13800138000", False),
        ("telescope of Ines Okafor", False),
        ("王小明", False),
        ("the", False),
        ("", False),
    ],
)
def test_only_words_of_public_titles_and_labels_are_common(text, shown, library):
    assert events.is_common(text) is shown


# ---------------------------------------------------------------- forgetting
def test_words_go_when_their_time_is_over_and_numbers_stay(library, settings):
    settings.SEARCH_EVENTS_DAYS = 30
    recorded("telescope loan", days=100, count=3)
    recorded("telescope loan", days=100, count=3, opened="entry")
    recorded("lamps", days=100)
    recorded("lamps", days=100, filters={"kind": ["for"]})
    recorded("lamps", days=29)

    assert events.forget_events() == 4

    month = (timezone.now() - timedelta(days=100)).date().replace(day=1)
    numbers = SearchMonth.objects.order_by("-searches").values_list(
        "month", "concept", "searches", "in_vain", "unopened"
    )
    assert list(numbers) == [(month, None, 3, 1, 1), (month, library.pk, 2, 0, 1)]
    assert SearchEvent.objects.get().query == "lamps"


def test_forgetting_twice_counts_nothing_twice(library, settings):
    settings.SEARCH_EVENTS_DAYS = 30
    recorded(days=100)
    events.forget_events()
    recorded(days=100)
    events.forget_events()
    events.forget_events()

    assert SearchMonth.objects.get().searches == 2


def test_the_worker_forgets(library):
    recorded(days=1000)
    prune()

    assert not SearchEvent.objects.exists()


def test_the_page_says_where_it_tells_what_was_opened(client, library):
    response = client.get(SEARCH, {"q": "telescope"})

    page = response.content.decode()
    assert f'data-opened="{reverse("search_opened")}"' in page
    assert 'data-first="1"' in page
    assert f'name="after" value="{response.context["handle"]}"' in page
