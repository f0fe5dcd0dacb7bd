"""Searching as views use it: nobody is shown, counted or offered what they may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knowledge.models import ConceptLabel, EntryState
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import api, indexing
from tests.factories import make_concept, make_entry, make_user
from tests.knowledge.search.golden import ODD

pytestmark = pytest.mark.django_db


def index(*things):
    indexing.index([key_of(thing) for thing in things])
    return things


@pytest.fixture
def closed(people):
    """A staff-only entry with words that stand nowhere else, under a topic of its own, beside an open one."""
    topic = make_concept("Quagmire heating")
    hidden = make_entry("Zanzibarine boilers", summary="Zanzibarine", visibility=Visibility.STAFF, concepts=[topic])
    index(hidden, make_entry("Warm rooms in winter"))
    return hidden


OUTSIDERS = ["visitor", "patron"]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_closed_entry_is_in_no_hit_count_or_facet(role, people, closed):
    results = api.search("zanzibarine", people[role])
    everything = api.browse(people[role])

    assert (results.hits, results.total, results.before_filters, results.counts) == ((), 0, 0, results.counts)
    assert not any(results.counts.values())
    assert everything.total == 1
    assert "subject" not in [panel.name for panel in everything.panels]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_closed_entry_is_never_suggested(role, people, closed):
    assert api.suggest("zanzi", people[role]) == ()


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_word_of_a_closed_entry_is_never_offered_as_a_spelling(role, people, closed):
    assert api.search("zanzibarin", people[role]).corrections == ()


@pytest.mark.parametrize("role", ["librarian", "manager", "administrator"])
def test_staff_find_it_everywhere(role, people, closed):
    user = people[role]

    assert [hit.thing for hit in api.search("zanzibarine", user).hits] == [closed]
    assert [hit.thing for hit in api.suggest("zanzi", user)] == [closed]
    assert api.search("zanzibarinne", user).corrections == ("zanzibarine",)


def test_a_spelling_is_offered_only_when_it_still_finds_something(people, closed):
    closed.live = False
    closed.save(clean=False)
    index(closed)

    assert api.search("zanzibarinne", people["librarian"]).corrections == ()


@pytest.mark.parametrize(
    ("typed", "tip"),
    [
        ("intrelibrary", "interlibrary"),
        ("Interlibary", "interlibrary"),
        ("nterlibrary", "interlibrary"),
        ("interlibrayr", "interlibrary"),
        ("interlibrary", None),
        ("xqzwv", None),
    ],
)
def test_a_slip_of_the_keys_is_noticed(typed, tip, people):
    index(make_entry("Interlibrary loan"))

    assert api.search(typed, people["visitor"]).corrections == ((tip,) if tip else ())


def test_where_nothing_has_all_words_some_are_enough_and_it_is_said(people):
    (entry,) = index(make_entry("Borrowing a telescope"))

    results = api.search("telescope astrolabe", people["visitor"])

    assert [hit.thing for hit in results.hits] == [entry]
    assert results.is_loose


def test_of_a_long_question_that_little_answers_whole_some_words_are_enough(people):
    whole, part = index(make_entry("Borrowing a telescope for one clear night"), make_entry("Telescope in the tower"))

    results = api.search("Where may I go borrowing a telescope on a clear night?", people["visitor"])

    assert [hit.thing for hit in results.hits] == [whole, part]
    assert results.is_loose


def test_how_many_have_all_of_a_long_question_is_said(people, client):
    index(make_entry("Borrowing a telescope for one clear night"), make_entry("Telescope in the tower"))

    page = client.get("/en/search/", {"q": "borrowing telescope clear night"}).content.decode()

    assert "1 result has all of “borrowing telescope clear night”. The others have some of it." in page


def test_what_was_closed_a_moment_ago_is_not_said_to_have_all(people):
    whole, part = index(make_entry("Borrowing a telescope for one clear night"), make_entry("Telescope in the tower"))
    EntryState.objects.filter(entry=whole).update(visibility=Visibility.STAFF)  # the index has not heard of it

    for text in ("borrowing telescope clear night", "borrowing clear telescope"):
        results = api.search(text, people["visitor"])
        assert [hit.thing for hit in results.hits] == [part]
        assert (results.is_loose, results.have_all) == (True, 0)


@pytest.mark.parametrize(
    "text", ['"telescope" borrowing clear night', "borrowing telescope clear night -tower", "telescope night"]
)
def test_quotation_marks_exclusions_and_a_few_words_mean_what_they_say(text, people):
    (whole, _part) = index(make_entry("Borrowing a telescope for one clear night"), make_entry("Telescope stand"))

    results = api.search(text, people["visitor"])

    assert [hit.thing for hit in results.hits] == [whole]
    assert not results.is_loose


def test_another_label_of_a_topic_finds_what_is_written_under_its_name(people):
    concept = make_concept("Interlibrary loan", "馆际互借")
    ConceptLabel.objects.create(concept=concept, kind="hidden", language="en", text="ILL", folded="ill")
    english, chinese = index(
        make_entry("Interlibrary loan: what it costs"), make_entry("馆际互借要多少钱", language="zh-hans")
    )

    results = api.search("ill", people["visitor"])

    assert {hit.thing for hit in results.hits} == {english, chinese}
    assert [label.text for widening in results.widenings for label in widening.labels] == [
        "Interlibrary loan", "馆际互借",
    ]  # fmt: skip
    assert api.search("ill", people["visitor"], exact=True).total == 0


def test_a_hidden_label_is_not_shown_as_a_synonym(people):
    concept = make_concept("Interlibrary loan")
    ConceptLabel.objects.create(concept=concept, kind="hidden", language="en", text="ILL", folded="ill")

    (widening,) = api.search("interlibrary loan", people["visitor"]).widenings
    assert widening.labels == ()


def test_a_group_reads_what_is_its_own(people):
    group = people["second_librarian"].groups.create(name="Local studies")
    member = make_user(email="member@example.org")
    member.groups.add(group)
    (entry,) = index(make_entry("Zanzibarine boilers", visibility=Visibility.GROUP, group=group))

    assert [hit.thing for hit in api.search("zanzibarine", member).hits] == [entry]
    assert api.search("zanzibarine", people["patron"]).total == 0


def test_more_like_this_leaves_out_the_thing_itself_and_what_is_closed(people, closed):
    (here, there) = index(make_entry("Boilers and pipes"), make_entry("Boilers in old houses"))

    assert [hit.thing for hit in api.more_like_this(here, people["visitor"])] == [there]


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:20]))
def test_odd_input_is_answered(text, people):
    index(make_entry("Borrowing a telescope"))

    results = api.search(text, people["visitor"])

    assert results.total >= len(results.hits)
    assert isinstance(api.suggest(text, people["visitor"]), tuple)


def test_the_number_of_queries_does_not_grow_with_the_hits(people, django_assert_max_num_queries):
    concepts = [make_concept(f"Topic {number}") for number in range(5)]
    for number in range(3):
        index(make_entry(f"Telescope {number}", concepts=concepts[:number]))

    def ask():
        list(api.search("telescope", people["visitor"]).panels)
        list(api.browse(people["visitor"]).panels)

    with django_assert_max_num_queries(25) as few:
        ask()
    for number in range(3, 12):
        index(make_entry(f"Telescope {number}", concepts=concepts))
    with django_assert_max_num_queries(25) as many:
        ask()
    assert len(few) == len(many)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite: other databases word a plan otherwise")
def test_suggestions_look_up_no_more_names_than_they_need(people):
    with CaptureQueriesContext(connection) as queries:
        api.suggest("s", people["visitor"])

    statement = next(query["sql"] for query in queries if "AS later" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        assert not any("MATERIALIZE" in row[-1] for row in cursor.fetchall())
