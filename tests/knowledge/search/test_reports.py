"""What librarians read of searches: numbers that agree with their lists, rare words unsaid, and what can be done."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from knowledge.application.inventory import tables
from knowledge.models import AuditEvent, Capture, ConceptLabel, SearchPin
from knowledge.outbox import key_of
from knowledge.rules import Channel, Visibility
from knowledge.search import api, indexing, reports
from knowledge.search.events import forget_events
from knowledge.search.reports import Narrowed
from tests.factories import make_concept, make_entry
from tests.knowledge.search.golden import ODD
from tests.knowledge.search.test_events import recorded

pytestmark = pytest.mark.django_db
PAGES = ["searches", "searches_list", "searches_months", "search_pins"]


@pytest.fixture
def library(people):
    loan = make_concept("Telescope loan", "望远镜外借")
    things = [
        make_entry("Borrowing a telescope", concepts=[loan]),
        make_entry("When we are open"),
        make_entry("Zanzibarine ledger", kind="about", visibility=Visibility.STAFF),
        loan,
    ]
    indexing.index([key_of(thing) for thing in things])
    return things


@pytest.fixture
def asked(library):
    """Three searches with common words, three for an astrolabe on as many days, one for a name, one long ago."""
    recorded("telescope loan", count=2, opened="entry", opened_place=1)
    recorded("telescope loan", count=2)
    recorded("望远镜外借", count=2, language="zh-hans")
    for days in (0, 1, 2):
        recorded("astrolabe", days=days)
    recorded("Wang Xiaoming", days=1)
    recorded("telescope", days=60, count=1)
    recorded("telescope loan", count=0, filters={"kind": ["for"]})
    return library


def page(client, name="searches", **query):
    return client.get(reverse(name), query)


def shown(user, **narrowed):
    return {row["text"]: row["searches"] for row in reports.words(Narrowed(**narrowed).events(user))}


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize(("role", "code"), [("visitor", 404), ("patron", 404), ("librarian", 200), ("manager", 200)])
@pytest.mark.parametrize("name", [*PAGES, "searched_words"])
def test_staff_read_of_searches_and_others_find_no_such_page(name, role, code, client, people, asked):
    if role != "visitor":
        client.force_login(people[role])

    assert page(client, name, q="telescope").status_code == code


def test_who_may_not_read_of_searches_is_given_none(people, asked):
    assert shown(people["patron"]) == {}
    assert reports.searched_in_vain(people["patron"], 9) == []


# ---------------------------------------------------------------- numbers
def test_it_counts_what_was_asked_in_vain_and_unopened_without_narrowed_ones(people, asked):
    numbers = reports.totals(Narrowed().events(people["librarian"]))

    assert numbers == {"searches": 7, "vain": 4, "unopened": 2}


@pytest.mark.parametrize("role", ["librarian", "manager"])
def test_every_number_is_that_of_its_list(role, client, people, asked):
    client.force_login(people[role])
    overview = page(client).context["tables"]

    for table in overview:
        for row in table["rows"]:
            for number, url in row["cells"]:
                assert client.get(url).context["total"] == number, (row["name"], url)
    assert len(overview) == 4


def test_a_list_and_its_line_of_unshown_words_make_up_the_number(client, people, asked):
    client.force_login(people["librarian"])
    found = page(client, "searches_list").context

    assert sum(cells[1] for _url, cells in found["rows"]) + found["rest"][0][1] == found["total"] == 7


@pytest.mark.parametrize("name", ["searches", "searches_list", "searches_months"])
def test_the_csv_says_what_the_page_says(name, client, people, asked, settings):
    settings.SEARCH_EVENTS_DAYS = 30
    reports.SearchEvent.objects.filter(query="telescope").update(at=timezone.now() - timedelta(days=60))
    forget_events()
    client.force_login(people["librarian"])
    seen = page(client, name).context
    rows = list(csv.reader(page(client, name, **{"as": "csv"}).content.decode("utf-8-sig").splitlines()))[1:]

    if name == "searches":
        said = [
            [table["title"], row["name"], *(n for n, _url in row["cells"])]
            for table in seen["tables"]
            for row in table["rows"]
        ]
    else:
        cells = [cells for _url, cells in seen["rows"]] if name == "searches_list" else seen["rows"]
        said = cells + list(seen.get("rest", []))
    assert rows == [[str(cell) for cell in row] for row in said]
    assert rows


def test_it_counts_by_language_and_topic(people, asked):
    events = Narrowed().events(people["librarian"])

    assert {row["language"]: row["searches"] for row in reports.by_language(events)} == {"en": 6, "zh-hans": 1}
    assert [(str(row["topic"]), row["searches"]) for row in reports.by_topic(events)] == [("Telescope loan", 3)]


def test_words_that_name_no_topic_are_counted_with_the_nearest(people, library):
    recorded("borrow one telescope")

    ((row),) = reports.by_topic(Narrowed().events(people["librarian"]), "nearest")
    assert str(row["topic"]) == "Telescope loan"


def test_the_managers_page_opens_the_lists(client, people, asked):
    client.force_login(people["manager"])

    figures = {str(f.label): f for table in tables(people["manager"]) for f in table.figures}
    assert (figures["All searches"].number, figures["Nothing found"].number) == (7, 4)
    assert reverse("searches_list") in page(client, "inventory").content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_anything_says_so(name, client, people):
    client.force_login(people["librarian"])

    assert page(client, name).status_code == 200


@pytest.mark.parametrize(("name", "most"), [("searches", 24), ("searches_list", 22), ("searched_words", 42)])
def test_a_report_has_as_many_queries_however_much_was_asked(
    name, most, client, people, asked, django_assert_max_num_queries
):
    for number in range(30):
        concept = make_concept(f"Matter {number}")
        recorded(f"Matter {number}").concepts.add(concept)
    client.force_login(people["librarian"])
    page(client, name, q="telescope")

    with django_assert_max_num_queries(most):
        page(client, name, q="telescope")


# ---------------------------------------------------------------- rare words
def test_rare_words_are_not_shown(people, asked):
    assert shown(people["librarian"]) == {"astrolabe": 3, "telescope loan": 2, "望远镜外借": 1}


def test_a_word_asked_often_on_one_day_is_still_rare(people, library):
    for _time in range(20):
        recorded("Wang Xiaoming")

    assert shown(people["librarian"]) == {}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_says_a_rare_word(name, client, people, asked):
    client.force_login(people["librarian"])

    for query in ({}, {"as": "csv"}, {"which": "unnamed"}, {"days": "90"}):
        assert "Xiaoming" not in page(client, name, **query).content.decode()


def test_the_page_of_rare_words_says_the_same_as_that_of_words_never_asked(client, people, asked):
    client.force_login(people["librarian"])

    assert page(client, "searched_words", q="Wang Xiaoming").context["story"] is None
    assert page(client, "searched_words", q="Never Asked").context["story"] is None


@pytest.mark.parametrize("text", [text for text in ODD if "\x00" not in text and "\ud800" not in text])
def test_odd_addresses_are_never_an_error(text, client, people, asked):
    client.force_login(people["librarian"])
    odd = dict.fromkeys(["q", "find", "about", "days", "which", "language", "week", "topic", "near", "page"], text)

    for name in [*PAGES, "searched_words"]:
        assert page(client, name, **odd).status_code in (200, 400, 404)


# ---------------------------------------------------------------- what can be done
def act(client, words="astrolabe", **said):
    return client.post(f"{reverse('searched_words')}?q={words}", said)


def test_a_result_is_put_first_and_stands_there_at_once(client, people, asked):
    client.force_login(people["librarian"])
    said = {"do": "pin", "key": key_of(asked[1]), "where": "words", "until": ""}
    assert client.post(f"{reverse('searched_words')}?q=astrolabe&find=open", said).status_code == 302

    assert "Chosen by librarians" in client.get("/en/search/?q=astrolabe").content.decode()


def test_what_visitors_would_not_see_first_is_marked_before_it_is_chosen(client, people, asked):
    client.force_login(people["librarian"])

    for words, marked in (("ledger", True), ("open", False)):
        choices = dict(page(client, "searched_words", q=words).context["pin"].fields["key"].choices)
        assert [("visitors do not see it" in said) for said in choices.values()] == [marked]


def test_a_hidden_name_finds_at_once_and_is_written_down(client, people, asked):
    client.force_login(people["librarian"])
    said = {"do": "name", "concept": asked[3].pk, "kind": "hidden", "language": "en"}
    assert client.post(f"{reverse('searched_words')}?q=astrolabe&about=telescope", said).status_code == 302

    assert ConceptLabel.objects.get(folded="astrolabe").kind == "hidden"
    assert api.search("astrolabe", people["visitor"]).total == 2
    assert AuditEvent.objects.get(action="concept-changed").actor == people["librarian"]


def test_an_entry_is_asked_for_once(client, people, asked):
    client.force_login(people["manager"])
    act(client, do="want", note="How to read one.")
    act(client, do="want")

    capture = Capture.objects.get()
    assert (capture.about, capture.channel, capture.taken_by) == ("astrolabe", Channel.SATISFACTION, people["manager"])
    assert "3 times" in capture.text
    assert "How to read one." in capture.text


@pytest.mark.parametrize("do", ["pin", "name"])
def test_a_manager_asks_and_does_not_choose(do, client, people, asked):
    client.force_login(people["manager"])
    said = {"key": key_of(asked[0]), "where": "words", "concept": asked[3].pk, "kind": "hidden", "language": "en"}

    assert act(client, "telescope", do=do, **said).status_code == 403
    assert not SearchPin.objects.exists()


@pytest.mark.parametrize("do", ["pin", "name", "want", "raise", ""])
def test_a_patron_does_nothing(do, client, people, asked):
    client.force_login(people["patron"])

    assert act(client, "telescope", do=do).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"do": "pin", "key": "kmsite.user:1", "where": "words"},
        {"do": "pin", "where": "words"},
        {"do": "name", "concept": "999999999", "kind": "hidden", "language": "en"},
        {"do": "name", "kind": "pref", "language": "en"},
    ],
)
def test_what_cannot_be_is_refused_on_the_page(said, client, people, asked):
    client.force_login(people["librarian"])
    response = act(client, "telescope", **said)

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()


def test_the_list_of_pins_says_what_is_broken_ended_and_closed(client, people, asked):
    client.force_login(people["librarian"])
    for number, (key, days) in enumerate(
        [(key_of(asked[1]), 1), (key_of(asked[1]), -1), (key_of(asked[2]), 1), ("knowledge.entry:999999", 1)]
    ):
        until = timezone.localdate() + timedelta(days=days)
        SearchPin.objects.create(folded=f"w{number}", query=f"w{number}", key=key, until=until)

    assert [line.state for line in page(client, "search_pins").context["lines"]] == ["holds", "ended", "closed", "gone"]


def test_pins_are_raised_and_taken_away_from_the_list(client, people, asked):
    client.force_login(people["librarian"])
    pins = [
        SearchPin.objects.create(folded="w", query="w", key=key_of(thing), order=at)
        for at, thing in enumerate(asked[:2])
    ]
    client.post(reverse("search_pins"), {"pin": pins[1].pk, "do": "raise"})
    assert list(SearchPin.objects.values_list("pk", flat=True)) == [pins[1].pk, pins[0].pk]

    away = client.post(reverse("search_pins"), {"pin": pins[0].pk, "do": "drop", "back": "https://evil.example/"})
    assert (away.status_code, away.url) == (302, reverse("search_pins"))
    assert SearchPin.objects.count() == 1


# ---------------------------------------------------------------- for others
def test_a_topic_searched_in_vain_on_three_days_is_told_to_who_may_know(people, library):
    for days in (0, 1, 2):
        recorded("telescope loan", days=days)

    assert reports.searched_in_vain(people["librarian"], 9) == [(library[3].pk, 3)]


def test_a_topic_searched_in_vain_on_one_day_is_not(people, library):
    for _time in range(5):
        recorded("telescope loan")

    assert reports.searched_in_vain(people["librarian"], 9) == []
