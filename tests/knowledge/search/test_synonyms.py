"""Other names of what was typed: where they are added, how much they count, and that a reader can leave them out."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from knowledge.models import ConceptLabel
from knowledge.outbox import key_of
from knowledge.search import api, indexing
from knowledge.search.analysis import fold
from knowledge.search.query import parse
from knowledge.search.synonyms import WEIGHT, widen
from tests.factories import make_concept, make_entry
from tests.knowledge.test_vocabulary_admin import edit, kept_labels, label

pytestmark = pytest.mark.django_db


def name(concept, text, kind="alt", language="en"):
    return ConceptLabel.objects.create(concept=concept, kind=kind, language=language, text=text, folded=fold(text))


def added(text, **more):
    """{what was typed: the labels that were added to it}."""
    _query, widenings = widen(parse(text), **more)
    return {widening.typed: {label.text for label in widening.labels} for widening in widenings}


def tokens(query):
    """What satisfies each clause of the query, as text."""
    return [{" ".join(match.tokens) for match in clause.matches} for clause in query.wanted]


@pytest.fixture
def loan():
    concept = make_concept("Interlibrary loan", "馆际互借")
    name(concept, "ILL", "hidden")
    name(concept, "Document supply")
    return concept


@pytest.mark.parametrize(
    "text",
    [
        "what an interlibrary loan costs",
        "Interlibrary Loans",
        "inter-library loans",
        "ｉｎｔｅｒｌｉｂｒａｒｙ loan fee",
        'cost -desk interlibrary loan "study room"',
    ],
)
def test_a_label_is_widened_wherever_it_stands(text, loan):
    (labels,) = added(text).values()

    assert {"馆际互借", "Document supply"} <= labels


@pytest.mark.parametrize("text", ["馆际互借要多少钱", "館際互借", "怎么办理馆际互借", "ill 费用", "馆际 互借"])
def test_a_chinese_or_hidden_label_is_widened_wherever_it_stands(text, loan):
    (labels,) = added(text).values()

    assert {"Interlibrary loan", "Document supply"} <= labels | {"Interlibrary loan"}


@pytest.mark.parametrize("text", ['"interlibrary loan"', "cost -interlibrary -loan", "interlibrary -loan", "interlib*"])
def test_quoted_excluded_and_begun_words_stay_as_typed(text, loan):
    assert added(text) == {}


def test_a_name_does_not_run_over_a_quotation_or_an_exclusion(loan):
    assert added('interlibrary "study room" loan') == {}
    assert added("interlibrary -desk loan") == {}


def test_the_longest_name_comes_first(loan):
    short = make_concept("Loan", "借阅")

    assert added("interlibrary loan") == {"interlibrary loan": {"馆际互借", "Document supply"}}
    assert added("loan of an interlibrary loan").keys() == {"loan", "interlibrary loan"}
    assert [one.concepts for one in widen(parse("a loan"))[1]] == [(short.pk,)]


def test_a_name_of_several_words_is_added_whole(loan):
    query, _widenings = widen(parse("馆际互借"))

    (clause,) = query.wanted
    assert ("document", "suppli") in {match.tokens for match in clause.matches if match.adjacent}


def test_what_is_added_counts_less_than_what_was_typed(loan):
    query, _widenings = widen(parse("interlibrary loan cost"))

    weights = {match.weight for clause in query.wanted for match in clause.matches}
    assert weights == {1.0, WEIGHT}
    assert query.typed == parse("interlibrary loan cost")
    assert query.lightest == WEIGHT


def test_the_rest_of_a_chinese_run_is_still_wanted(loan):
    query, _widenings = widen(parse("馆际互借费用"))

    assert tokens(query) == [
        {"馆际 际互 互借 借费", "interlibrari loan", "document suppli", "ill"},
        {"费用"},
    ]


def test_a_character_left_beside_a_name_is_still_wanted():
    make_concept("Library", "图书馆")

    query, _widenings = widen(parse("图书馆员"))

    assert tokens(query) == [{"图书 书馆 馆员", "librari"}, {"员"}]


def test_two_characters_of_a_longer_word_are_no_name():
    make_concept("Book", "图书")

    assert added("图书馆") == {}
    assert added("图书目录") == {"图书": {"Book"}}


def test_a_name_is_met_in_the_singular_and_the_plural():
    make_concept("Public libraries", "公共图书馆")
    make_concept("Study room", "自习室")

    assert added("a public library") == {"public library": {"公共图书馆"}}
    assert added("study rooms") == {"study rooms": {"自习室"}}


def test_a_concept_that_is_no_longer_used_adds_nothing(loan):
    loan.status = "deprecated"
    loan.save()

    assert added("interlibrary loan") == {}


def test_labels_of_other_languages_are_neither_met_nor_added(loan):
    name(loan, "Prêt entre bibliothèques", language="fr")
    name(loan, "Pain", language="fr")

    assert added("interlibrary loan") == {"interlibrary loan": {"馆际互借", "Document supply"}}
    assert added("pain") == {}


def test_one_character_is_not_added():
    book = make_concept("Book", "图书")
    name(book, "书", language="zh-Hans")

    assert added("book") == {"book": {"图书"}}


def test_two_concepts_of_one_name_can_be_left_out_one_by_one():
    bank, shore = make_concept("Bank", "银行"), make_concept("bank", "河岸", uri="https://example.org/concepts/shore")

    assert [one.concepts for one in widen(parse("bank"))[1]] == [(bank.pk,), (shore.pk,)]
    assert added("bank", left_out=(bank.pk,)) == {"bank": {"河岸"}}


def test_concepts_that_would_add_the_same_are_left_out_together():
    first = make_concept("Bank", "银行")
    second = make_concept("bank", "银行", uri="https://example.org/concepts/other")

    assert [one.concepts for one in widen(parse("bank"))[1]] == [(first.pk, second.pk)]


def test_a_name_that_is_left_out_is_not_cut_into_shorter_ones(loan):
    make_concept("Loan", "借阅")

    assert added("interlibrary loan", left_out=(loan.pk,)) == {}


@pytest.mark.parametrize("text", ["loan", "interlibrary loan cost 馆际互借 loan " * 20, "借" * 300])
def test_widening_takes_two_queries_at_most(text, loan, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        widen(parse(text))


# ---------------------------------------------------------------- as readers meet it
@pytest.fixture
def written(loan):
    things = [
        make_entry("Document supply: what it costs"),
        make_entry("馆际互借要多少钱", language="zh-hans"),
        make_entry("What an interlibrary loan costs"),
    ]
    indexing.index([key_of(thing) for thing in things])
    return things


def test_a_question_finds_what_is_written_under_another_name(written, people):
    results = api.search("cost of an interlibrary loan", people["visitor"])

    assert {hit.title for hit in results.hits} == {
        "What an <mark>interlibrary</mark> <mark>loan</mark> <mark>costs</mark>",
        "<mark>Document supply</mark>: what it <mark>costs</mark>",
    }


def test_what_was_typed_comes_before_other_names(written, people):
    assert api.search("interlibrary loan", people["visitor"]).hits[0].thing == written[2]
    assert api.search("document supply", people["visitor"]).hits[0].thing == written[0]


def test_a_label_acts_the_moment_it_is_saved(written, loan, people, client):
    assert api.search("bookferry", people["visitor"]).total == 0

    client.force_login(people["administrator"])
    edit(client, loan, labels=[*kept_labels(loan), label("Bookferry", "alt")])

    assert api.search("bookferry", people["visitor"]).total == 3


def test_what_is_typed_is_suggested_by_its_other_names(written, people):
    assert {hit.thing for hit in api.suggest("document supply", people["visitor"])} == set(written)


def test_the_page_says_what_was_added_and_lets_a_reader_leave_it_out(client, written, loan):
    with override("en"):
        address = reverse("search")
    response = client.get(address, {"q": "interlibrary loan"})
    ((_widening, url),) = response.context["widenings"]

    page = response.content.decode()
    assert "is also searched as" in page
    assert "馆际互借" in page
    assert url == f"{address}?q=interlibrary+loan&without={loan.pk}"
    assert [hit.thing for hit in client.get(url).context["results"].hits] == [written[2]]
    assert client.get(url).context["widely"] == f"{address}?q=interlibrary+loan"


def test_all_that_was_added_can_be_left_out_at_once(client, written):
    with override("en"):
        address = reverse("search")

    exactly = client.get(address, {"q": "interlibrary loan"}).context["exactly"]

    assert [hit.thing for hit in client.get(exactly).context["results"].hits] == [written[2]]


@pytest.mark.parametrize("value", ["abc", "9" * 40, "-1", "", "٣"])
def test_nonsense_to_leave_out_is_left_aside(value, client, written):
    assert client.get("/en/search/", {"q": "interlibrary loan", "without": value}).context["results"].total == 3
