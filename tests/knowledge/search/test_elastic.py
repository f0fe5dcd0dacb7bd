"""What only Elasticsearch does, and does as little with what is closed as every engine."""

import os
from dataclasses import replace

import pytest
from django.test import override_settings

from knowledge.search.backends.base import SearchRequest
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.query import parse
from tests.knowledge.search.golden import CORPUS, PUBLIC, STAFF

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


def test_families_whose_names_have_one_hash_are_counted_apart(cluster):
    names = ("thread-3351", "thread-5139")  # Elasticsearch's `cardinality` counts one
    with override_settings(**cluster | {"ELASTICSEARCH_INDEX": f"families-{os.getpid()}"}):
        name = indices.make()
        members = [replace(CORPUS[0], key=f"{family}-{n}", family=family) for family in names for n in (1, 2)]
        indices.send([name], [(doc, 1) for doc in members])
        indices.swap(name)
        request = SearchRequest(query=parse("interlibrary"), access=frozenset(PUBLIC), gathered=True)
        found = ElasticEngine().search(request)
        indices.drop(indices.ours())

    assert (found.total, found.before_filters, set(found.further.values())) == (2, 4, {1})
