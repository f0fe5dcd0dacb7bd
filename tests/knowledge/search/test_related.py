"""Words that are telling of what a search found: of what its reader may see alone, in both languages, from Elasticsearch only."""

import pytest
from django.contrib.auth.models import AnonymousUser

from knowledge.rules import Visibility
from knowledge.search import api
from knowledge.search.backends.base import SearchRequest
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.query import parse
from knowledge.search.related import RelatedWord, related_terms
from tests.knowledge.search.elastic import settle, written

SKY = [
    "The telescope stands on a tripod beside the dome.",
    "Ask for the tripod when you take the telescope home.",
    "A telescope without its tripod shakes in any wind.",
    "Our second telescope came with an oak tripod.",
]
HALL = [f"Hall {number} opens at eight and closes when the last reader leaves." for number in range(8)]
LENDING = ["望远镜要用三脚架。", "借望远镜请带三脚架回家。", "三脚架可以和望远镜一起预约。", "这架望远镜没有三脚架。"]
READING = [f"{number}号阅览室八点开门，最后一位读者离开时关门。" for number in "一二三四五六七八"]
CANARY = ["The telescope has a zanzibarine lens.", "Zanzibarine telescope lenses.", "Is the telescope zanzibarine?"]


# ---------------------------------------------------------------- the words of telling tokens
def words(telling, query, *texts):
    return [word.text for word in related_terms(telling, parse(query).marks, [(text, "en") for text in texts])]


def test_a_stem_is_shown_as_it_is_written_most():
    assert words({"tripod": 1.0}, "telescope", "A tripod.", "Two tripods, three tripods.") == ["tripods"]


def test_pairs_of_characters_that_follow_one_another_are_one_word():
    assert words({"三脚": 1.0, "脚架": 0.9}, "望远镜", "望远镜要用三脚架。") == ["三脚架"]


def test_what_was_asked_and_what_runs_into_it_is_not_offered():
    telling = {"远镜": 1.0, "镜三": 1.0, "三脚": 0.9, "脚架": 0.9, "telescop": 1.0}

    assert words(telling, "望远镜 telescope", "望远镜三脚架 telescopes") == ["三脚架"]


def test_a_pair_that_crosses_a_joining_word_is_no_word():
    assert words({"架的": 1.0, "的镜": 1.0, "三脚": 0.5, "脚架": 0.5}, "望远", "三脚架的镜头") == ["三脚架"]


def test_a_telling_token_that_stands_in_no_text_is_not_shown():
    assert words({"zanzibarin": 9.0, "tripod": 1.0}, "telescope", "A tripod.") == ["tripod"]


def test_the_most_telling_words_come_first_each_once():
    assert words({"oak": 2.0, "tripod": 1.0}, "telescope", "Tripod of oak", "an oak tripod") == ["oak", "tripod"]


# ---------------------------------------------------------------- on the server
def body(text):
    return [("markdown", {"source": text, "format": "markdown"})]


@pytest.fixture
def library(own_indices):
    """Public entries about telescopes and about halls, and closed ones about telescopes with a word of their own."""
    for number, text in enumerate([*SKY, *HALL, *LENDING, *READING]):
        language = "en" if text.isascii() else "zh-hans"
        written(f"{number}", language=language, body=body(text))
    for number, text in enumerate(CANARY):
        written(f"Closed {number}", visibility=Visibility.STAFF, body=body(text))
    settle()


def telling(text, *access):
    request = SearchRequest(query=parse(text), access=frozenset(access), telling=60)
    return ElasticEngine().search(request).telling


@pytest.mark.elasticsearch
@pytest.mark.parametrize(
    ("text", "word"), [("telescope", RelatedWord("tripod", "en")), ("望远镜", RelatedWord("三脚架", "zh-Hans"))]
)
def test_words_that_are_frequent_in_what_was_found_and_rare_elsewhere_are_related(text, word, library):
    related = api.search(text, AnonymousUser()).related

    assert related[0] == word
    assert not {"eight", "reader", "阅览室"} & {other.text for other in related}


@pytest.mark.elasticsearch
@pytest.mark.parametrize(("role", "is_shown"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_a_word_of_closed_documents_is_related_for_those_who_may_read_them(role, is_shown, library, people):
    related = {word.text.lower() for word in api.search("telescope", people[role]).related}

    assert ("zanzibarine" in related) is is_shown


@pytest.mark.elasticsearch
def test_how_telling_a_word_is_rests_on_nothing_that_is_closed(library):
    before = telling("telescope", "public")
    for number in range(12):
        written(f"Further {number}", visibility=Visibility.STAFF, body=body("Not one tripod, many a tripod."))
    settle()

    assert "tripod" in before
    assert telling("telescope", "public") == before


@pytest.mark.elasticsearch
def test_the_page_adds_a_related_word_to_the_search(client, library):
    page = client.get("/en/search/", {"q": "telescope", "language": "en"}).content.decode()

    assert 'href="/en/search/?q=telescope+tripod&amp;language=en"' in page


@pytest.mark.elasticsearch
@pytest.mark.parametrize("more", [{"page": 2}, {"whole": True}, {"per_page": 1}])
def test_only_the_first_page_asks_for_related_words(more, library):
    assert api.search("telescope", AnonymousUser(), **more).related == ()


def test_the_index_of_the_database_relates_no_words(db):
    for text in SKY:
        written("Telescopes", body=body(text))

    assert api.search("telescope", AnonymousUser()).related == ()
