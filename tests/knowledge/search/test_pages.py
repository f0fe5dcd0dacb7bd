"""The pages of search and browse, as a browser without script gets them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from knowledge import throttle
from knowledge.models import ConceptRelation, SearchEvent
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import indexing
from tests.factories import make_concept, make_entry
from tests.knowledge.search.golden import ODD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried():
    """Each test counts its requests from nought."""
    throttle.process_counts.clear()


@pytest.fixture
def library(people):
    loan = make_concept("Interlibrary loan", "馆际互借")
    entries = [
        make_entry("Borrowing a telescope", kind="for", form="guide", summary="For one clear night.", concepts=[loan]),
        make_entry(
            "借用望远镜", language="zh-hans", kind="from", form="case", summary="望远镜可以外借。", concepts=[loan]
        ),
        make_entry("Zanzibarine telescope repairs", kind="about", visibility=Visibility.STAFF),
    ]
    indexing.index([key_of(thing) for thing in (*entries, loan)])
    return {"entries": entries, "loan": loan}


def get(client, name, under="en", **query):
    with override(under):
        return client.get(reverse(name), query)


def test_the_page_marks_the_words_and_carries_the_language(client, library):
    page = get(client, "search", q="telescope").content.decode()

    assert "Borrowing a <mark>telescope</mark>" in page
    assert '<li class="hit" lang="en">' in page
    assert "Zanzibarine" not in page


def test_both_languages_are_shown_and_each_row_says_its_own(client, library):
    page = get(client, "browse", "zh-hans").content.decode()

    assert '<li class="hit" lang="zh-Hans">' in page
    assert '<li class="hit" lang="en">' in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"kind": "from"}, ["借用望远镜"]),
        ({"form": "guide"}, ["Borrowing a telescope"]),
        ({"language": "zh-hans"}, ["借用望远镜"]),
        ({"kind": ["from", "for"], "language": "en"}, ["Borrowing a telescope"]),
        ({"kind": "nonsense", "subject": "abc", "page": "-1", "sort": "x"}, ["借用望远镜", "Borrowing a telescope"]),
        ({"state": "checked"}, []),
    ],
)
def test_browse_narrows_by_what_the_address_says(query, titles, client, library):
    hits = get(client, "browse", **query).context["page_obj"].object_list

    assert sorted(str(hit.thing) for hit in hits) == sorted(titles)


def test_a_subject_narrows_and_can_be_taken_out_again(client, library):
    response = get(client, "browse", subject=str(library["loan"].pk))

    ((panel, value, url),) = response.context["chips"]
    assert (panel.name, value.label, url) == ("subject", "Interlibrary loan", reverse("browse"))
    assert "<b>2</b> of 2 entries" in response.content.decode()


@pytest.mark.parametrize(("under", "chip"), [("en", "Subject: <span"), ("zh-hans", "主题：<span")])
def test_a_choice_is_told_as_each_language_writes_it(under, chip, client, library):
    page = get(client, "browse", under, subject=str(library["loan"].pk)).content.decode()

    assert chip in page


def test_browse_shows_another_kind_when_the_address_says_so(client, library):
    response = get(client, "browse", type="person")

    assert not response.context["page_obj"].object_list
    assert [str(label) for label, _url, current in response.context["kinds"] if current] == ["People"]


def test_tabs_tell_how_many_of_each_kind_that_has_something(client, library):
    response = get(client, "search", q="馆际互借")

    assert [(str(label), count) for label, count, _url, _current in response.context["tabs"]] == [
        ("All", 3), ("Knowledge", 2), ("Topics", 1),
    ]  # fmt: skip


def test_nothing_found_leads_to_telling_us_with_the_words(client, library):
    page = get(client, "search", q="astrolabe & co").content.decode()

    assert f"{reverse('tell')}?about=astrolabe+%26+co" in page


@pytest.mark.parametrize("words", ["astrolabe sextant", "鵼鷟鸑"])
def test_nothing_found_does_not_speak_of_what_has_some_of_it(words, client, library):
    page = get(client, "search", q=words).content.decode()

    assert "Nothing was found for" in page
    assert "These have some of it" not in page


def test_nothing_found_leads_to_a_community_with_the_words(client, library):
    page = get(client, "search", q="astrolabe & co").content.decode()

    assert f"{reverse('ask')}?title=astrolabe%20%26%20co" in page


def broader(narrow, wide):
    ConceptRelation.objects.create(source=narrow, target=wide, kind="broader")
    return wide


def test_nothing_found_under_a_topic_leads_to_the_topic_and_a_wider_one_that_has_something(client, library):
    nebula, instrument = make_concept("Nebula", "星云"), make_concept("Telescope", "望远镜")
    broader(nebula, instrument)
    broader(nebula, make_concept("Nothing at all"))

    ways = get(client, "search", q="nebula").context["ways"]

    assert ways["topics"] == (nebula,)
    assert [(label.text, url) for label, url in ways["wider"]] == [("Telescope", f"{reverse('search')}?q=Telescope")]


def test_nothing_found_leads_to_the_name_in_the_other_language_that_has_something(client, library):
    make_concept("Telescope", "望远镜")

    response = get(client, "search", q="望远镜 astrolabe")

    assert [label.text for label, _url in response.context["ways"]["others"]] == ["Telescope"]
    assert 'lang="en">Telescope</a>' in response.content.decode()


def test_a_wider_topic_under_which_only_closed_things_stand_is_not_offered(client, people, library):
    broader(make_concept("Nebula"), make_concept("Zanzibarine"))

    assert get(client, "search", q="nebula").context["ways"]["wider"] == []

    client.force_login(people["librarian"])
    assert [label.text for label, _url in get(client, "search", q="nebula").context["ways"]["wider"]] == ["Zanzibarine"]


def test_a_search_that_found_something_asks_for_no_ways_on(client, library):
    assert get(client, "search", q="telescope").context["ways"] is None


def test_a_slip_is_answered_with_the_right_spelling(client, library):
    page = get(client, "search", q="telescpoe").content.decode()

    assert f'<a href="{reverse("search")}?q=telescope">telescope</a>' in page


def test_choices_that_leave_nothing_can_be_cleared(client, library):
    page = get(client, "search", q="telescope", form="policy").content.decode()

    assert "Nothing fits all that you chose." in page
    assert f'href="{reverse("search")}?q=telescope"' in page


@pytest.mark.parametrize("name", ["search", "search_suggest", "browse"])
@pytest.mark.parametrize("text", [text for text in ODD if "\x00" not in text and "\ud800" not in text][:30])
def test_odd_input_is_never_an_error(name, text, client, library):
    assert get(client, name, q=text, kind=text, subject=text, page=text, sort=text).status_code == 200


def test_suggestions_are_names_that_the_reader_may_see(client, library):
    found = get(client, "search_suggest", q="tele").json()["suggestions"]

    assert [(row["title"], row["lang"]) for row in found] == [("Borrowing a telescope", "en")]


def test_staff_get_suggestions_of_their_own_which_nobody_keeps(client, people, library):
    client.force_login(people["librarian"])

    response = get(client, "search_suggest", q="zanzi")

    assert [row["title"] for row in response.json()["suggestions"]] == ["Zanzibarine telescope repairs"]
    assert "no-store" in response["Cache-Control"]


def test_a_search_leaves_one_event_without_a_person(client, people, library):
    client.force_login(people["patron"])

    get(client, "search", q="  Télescope ", kind="for")
    get(client, "search", q="telescope", page="2")
    get(client, "search", q="")

    event = SearchEvent.objects.get()
    assert (event.query, event.folded, event.filters, event.count) == ("Télescope", "telescope", {"kind": ["for"]}, 1)


def test_a_search_that_finds_only_some_words_counts_as_nothing_found(client, library):
    get(client, "search", q="telescope astrolabe")

    assert SearchEvent.objects.get().count == 0


@pytest.mark.parametrize(("name", "most"), [("search", 23), ("browse", 14)])
def test_a_page_has_few_queries(name, most, client, library, django_assert_max_num_queries):
    get(client, name, q="telescope")

    with django_assert_max_num_queries(most):
        assert get(client, name, q="telescope", sort="title").status_code == 200


def test_naming_more_topics_costs_no_more_queries(client, library, django_assert_max_num_queries):
    words = "borrowing a telescope for one clear night"
    make_concept("Borrowing", "借用")
    get(client, "search", q=words)

    with django_assert_max_num_queries(27) as few:
        get(client, "search", q=words, sort="title")
    for english, chinese in (("Telescope", "望远镜"), ("Clear", "晴朗"), ("Night", "夜晚")):
        make_concept(english, chinese)
    with django_assert_max_num_queries(len(few)):
        found = get(client, "search", q=words, sort="title")
    assert len(found.context["widenings"]) == 4


@pytest.mark.parametrize("text", ["astrolabe", "nebula", "astrolabe nebula galaxy comet", "telescpoe astrolbe"])
def test_a_search_that_found_nothing_has_few_queries(text, client, library, django_assert_max_num_queries):
    for name in ("Nebula", "Galaxy", "Comet"):
        concept = make_concept(name, f"{name}星")
        for number in range(9):
            broader(concept, make_concept(f"Wider {name} {number}"))

    with django_assert_max_num_queries(52):
        get(client, "search", q=text)


@pytest.mark.parametrize("name", ["search_suggest", "opensearch_suggest"])
def test_suggestions_take_few_queries(name, client, library, django_assert_max_num_queries):
    get(client, name, q="tele")

    with django_assert_max_num_queries(8):
        get(client, name, q="interlibrary loan tele")


def test_pages_have_no_inline_script_or_style(client, library):
    for name in ("search", "browse"):
        page = get(client, name, q="telescope").content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page


def test_which_topics_a_query_names_is_asked_once_for_a_page_its_pins_and_its_event(client, library):
    with CaptureQueriesContext(connection) as asked:
        get(client, "search", q="interlibrary loan")

    names = [query for query in asked.captured_queries if '"knowledge_conceptlabel"."folded" IN' in query["sql"]]
    assert len(names) == 1
    assert list(SearchEvent.objects.get().concepts.all()) == [library["loan"]]
