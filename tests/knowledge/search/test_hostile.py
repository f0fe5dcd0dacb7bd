"""Whatever is asked gets an answer: on the page, in suggestions, in what a browser asks, never a fault."""

import json
from xml.etree import ElementTree

import pytest

from knowledge import throttle
from knowledge.models import SavedSearch
from knowledge.outbox import key_of
from knowledge.search import api, indexing
from tests.factories import make_concept, make_entry
from tests.knowledge.search.golden import ODD

ADDRESSES = ["/en/search/", "/zh-hans/search/", "/en/search/suggest/", "/en/search/opensearch.json"]
LONG = [
    "a" * 10_000,
    "馆" * 10_000,
    "- " * 5_000,
    '"' * 10_000,
    "-a " * 3_000,
    "ａ －“" * 2_500,
    "\u202e馆\u200f" * 2_000,
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def library(db):
    make_concept("Telescope", "望远镜")
    indexing.index([key_of(make_entry("Borrowing a telescope"))])


@pytest.fixture
def client(client):
    client.raise_request_exception = False  # a 500 is an answer to look at, here
    return client


def answer(client, address, text):
    throttle.process_counts.clear()
    return client.get(address, {"q": text, "without": text, "type": text, "page": text}).status_code


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", [*ODD, *LONG], ids=lambda text: ascii(text[:12]))
def test_odd_and_endless_input_is_answered(text, address, client):
    assert answer(client, address, text.encode("utf-8", "replace").decode()) in (200, 400)


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:12]))
def test_a_long_query_reaches_the_engine_and_is_answered(text, people):
    assert api.search(f"telescope {text}", people["visitor"]).total >= 0


def feed_of(text, user):
    return SavedSearch(user=user, name=text[:100] or "x", query=text[:300], filters={"form": [text[:20]]})


@pytest.mark.parametrize("text", [*ODD, *LONG, "\x08\x1b\x7f", "]]>", "<!--"], ids=lambda text: ascii(text[:12]))
def test_the_feed_of_an_odd_search_is_an_answer(text, client, people):
    saved = feed_of(text.encode("utf-8", "replace").decode().replace("\x00", ""), people["patron"])
    saved.save()
    throttle.process_counts.clear()

    response = client.get(saved.feed)

    assert response.status_code == 200
    ElementTree.fromstring(response.content)


@pytest.mark.data
def test_feeds_of_strings_that_break_programs_are_answers(client, people, real_data):
    strings = json.loads((real_data / "hostile" / "blns.json").read_text())
    kept = [feed_of(text.replace("\x00", ""), people["patron"]) for text in strings]
    SavedSearch.objects.bulk_create(kept)

    for saved in kept:
        throttle.process_counts.clear()
        response = client.get(saved.feed)
        assert response.status_code == 200, saved.query
        ElementTree.fromstring(response.content)


@pytest.mark.data
@pytest.mark.parametrize("address", ADDRESSES)
def test_strings_that_break_programs_are_answered(address, client, real_data):
    strings = json.loads((real_data / "hostile" / "blns.json").read_text())

    answers = {text: answer(client, address, text) for text in strings}

    assert len(strings) > 500
    assert {text: code for text, code in answers.items() if code not in (200, 400)} == {}


@pytest.mark.data
def test_strings_that_break_programs_are_answered_beside_a_word(people, real_data):
    strings = json.loads((real_data / "hostile" / "blns.json").read_text())

    for text in strings:
        for asked in (text, f"telescope {text}", f'望远镜 -"{text}'):
            results = api.search(asked, people["visitor"])
            assert results.total >= len(results.hits)
            assert isinstance(api.suggest(asked, people["visitor"]), tuple)
