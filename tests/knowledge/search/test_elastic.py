"""What only Elasticsearch does, and does as little with what is closed as every engine."""

import pytest

from knowledge.search.backends.base import SearchRequest
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.query import parse
from tests.knowledge.search.golden import PUBLIC, STAFF

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def elastic(golden_index, settings):
    for name, value in golden_index.items():
        setattr(settings, name, value)
    return ElasticEngine()


def loosely(elastic, text, access=PUBLIC):
    request = SearchRequest(query=parse(text).loosened(), access=frozenset(access), limit=100, facets=("subject",))
    return elastic.search(request)


def test_a_slip_in_a_latin_word_is_forgiven_where_some_words_are_enough(elastic):
    assert "soft" in loosely(elastic, "brialle tactle").keys


def test_a_word_as_typed_comes_before_one_with_a_slip(elastic):
    assert loosely(elastic, "braille heatin").keys[0] == "soft"


@pytest.mark.parametrize(("access", "is_found"), [(PUBLIC, False), (STAFF, True)])
def test_a_slip_opens_nothing_that_is_closed(elastic, access, is_found):
    found = loosely(elastic, "xyzzyqa complant", access)

    assert ("staff" in found.keys) is is_found
    assert ("9" in dict(found.counts["subject"])) is is_found


def test_what_is_alike_shares_words_and_not_the_key(elastic):
    alike = elastic.alike("ill", parse("Interlibrary loan"), PUBLIC)

    assert alike[0] == "topic-ill"
    assert "ill" not in alike
