"""Whatever is asked gets an answer, in time, from every engine: on the page, in suggestions, in what a browser asks, in a search
that is kept and its feed, never a fault."""

import json
import logging
import time
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from knowledge.models import SavedSearch
from knowledge.outbox import key_of
from knowledge.search import api, indexing
from tests.factories import make_concept, make_entry
from tests.knowledge.search.elastic import settle
from tests.knowledge.search.golden import ODD

KEEP = "/en/search/saved/new/"
ADDRESSES = ["/en/search/", "/zh-hans/search/", "/en/search/suggest/", "/en/search/opensearch.json", KEEP]
ANSWERS = (200, 302, 400)
LONGEST_ANSWER = 5  # seconds, on a busy machine
LONG = [
    "a" * 10_000,
    "馆" * 10_000,
    "ﾊﾞ" * 5_000,
    "- " * 5_000,
    '"' * 5_000,
    '"a' * 5_000,
    "(" * 5_000,
    "[{(<" * 1_250,
    "*" * 5_000,
    "a* " * 2_500,
    "?" * 5_000,
    "-a " * 3_000,
    "ａ －“" * 2_500,
    "\u202e馆\u200f" * 2_000,
    "a\x00" * 2_000,
    "\ud800\udc00" * 2_000,
    " AND OR NOT" * 500,
    " ".join(f"word{number}" for number in range(1_500)),
    "馆际互借" * 8 + " " + "借阅" * 2_000,
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)], autouse=True)
def engine(request, db):
    """The engine that answers; Elasticsearch has what the database has."""
    if request.param == "elasticsearch":
        request.getfixturevalue("own_indices")
    make_concept("Telescope", "望远镜")
    indexing.index([key_of(make_entry("Borrowing a telescope"))])
    if request.param == "elasticsearch":
        settle()
    return request.param


@pytest.fixture(autouse=True)
def understood(engine, caplog):
    """That the database answers is no way out: Elasticsearch has to understand every question."""
    yield
    assert not [
        record for record in caplog.records if record.name.endswith("sheltered") and record.levelno >= logging.ERROR
    ]


@pytest.fixture
def client(client, people, settings):
    settings.LIMIT_FACTOR = 10_000  # how often somebody asks is another question
    client.raise_request_exception = False  # a 500 is an answer to look at, here
    client.force_login(people["patron"])
    return client


def sent(text):
    """`text` as an address carries it, with what no browser would send."""
    return quote(text.encode("utf-8", "surrogatepass"))


def answer(client, address, text):
    """The status of the answer, which came in time."""
    began = time.monotonic()
    status = client.get(
        f"{address}?" + "&".join(f"{name}={sent(text)}" for name in ("q", "without", "type", "page"))
    ).status_code
    assert time.monotonic() - began < LONGEST_ANSWER
    return status


def faults(ask, texts, allowed):
    """(beginning of the text, what was answered) where that is none of what is allowed."""
    return [(text[:40], said) for text in texts if (said := ask(text)) not in allowed]


@pytest.mark.parametrize("address", ADDRESSES)
def test_odd_and_endless_input_is_answered(address, client):
    assert faults(lambda text: answer(client, address, text), [*ODD, *LONG], ANSWERS) == []


def test_long_queries_reach_the_engine_and_are_answered(people):
    for text in LONG:
        began = time.monotonic()
        assert api.search(f"telescope {text}", people["visitor"]).total >= 0
        assert isinstance(api.suggest(text, people["visitor"]), tuple)
        assert time.monotonic() - began < LONGEST_ANSWER, text[:40]


# ---------------------------------------------------------------- kept searches
def keep(client, text):
    """The status of keeping a search, and of its feed where it was kept."""
    said = f"name={sent(text[:100])}"
    kept = client.post(f"{KEEP}?q={sent(text)}", said, content_type="application/x-www-form-urlencoded").status_code
    saved = SavedSearch.objects.first()
    if saved is None:
        return kept, None
    response = client.get(saved.feed)
    ElementTree.fromstring(response.content)
    saved.delete()
    return kept, response.status_code


def test_odd_searches_are_kept_or_refused_and_their_feeds_are_answers(client):
    allowed = {(status, feed) for status in ANSWERS for feed in (None, 200)}

    assert faults(lambda text: keep(client, text), [*ODD, *LONG], allowed) == []


def feed_of(text, user):
    query = text.encode("utf-8", "replace").decode().replace("\x00", "")
    return SavedSearch(user=user, name=query[:100] or "x", query=query[:300], filters={"form": [query[:20]]})


def test_feeds_of_odd_searches_are_answers_however_they_came_there(client, people):
    for text in [*ODD, *LONG, "\x08\x1b\x7f", "]]>", "<!--"]:
        saved = feed_of(text, people["patron"])
        saved.save()
        response = client.get(saved.feed)
        assert response.status_code == 200, text[:40]
        ElementTree.fromstring(response.content)


# ---------------------------------------------------------------- strings that break programs
@pytest.fixture
def strings(real_data):
    return json.loads((real_data / "hostile" / "blns.json").read_text())


@pytest.mark.data
@pytest.mark.parametrize("address", ADDRESSES)
def test_strings_that_break_programs_are_answered(address, client, strings):
    assert len(strings) > 500
    assert faults(lambda text: answer(client, address, text), strings, ANSWERS) == []


@pytest.mark.data
def test_searches_for_strings_that_break_programs_are_kept_and_followed(client, strings):
    answers = {text: keep(client, text) for text in strings}

    assert {kept for kept, _feed in answers.values()} <= set(ANSWERS)
    assert {feed for _kept, feed in answers.values()} <= {None, 200}
    assert sum(feed == 200 for _kept, feed in answers.values()) > 400


@pytest.mark.data
def test_strings_that_break_programs_are_answered_beside_a_word(people, strings):
    for text in strings:
        for asked in (text, f"telescope {text}", f'望远镜 -"{text}'):
            results = api.search(asked, people["visitor"])
            assert results.total >= len(results.hits)
            assert isinstance(api.suggest(asked, people["visitor"]), tuple)
