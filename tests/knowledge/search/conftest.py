"""The golden corpus in every engine that this run has: plain Python, and the database that the tests run on."""

import os

import pytest
from django.db import transaction
from django.test import override_settings

from knowledge.models import SearchEntry
from knowledge.search import answering, indexing
from knowledge.search.backends import engine
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.backends.memory import MemoryBackend
from tests.knowledge.search.golden import CORPUS


@pytest.fixture
def corpus(db):
    """The golden documents in the index of the database."""
    indexing.write(CORPUS)
    return dict(SearchEntry.objects.values_list("key", "pk"))


@pytest.fixture(scope="session")
def cluster():
    """The settings under which the real Elasticsearch of this run is asked, with index names of its own."""
    if not os.environ.get("ELASTICSEARCH_URL"):
        pytest.skip("is about Elasticsearch: ELASTICSEARCH_URL does not name a server")
    return {"ELASTICSEARCH_URL": os.environ["ELASTICSEARCH_URL"], "ELASTICSEARCH_INDEX": f"test-{os.getpid()}"}


@pytest.fixture(scope="session")
def golden_index(cluster):
    """The golden documents in Elasticsearch, written once; the settings to ask for them."""
    with override_settings(**cluster):
        name = indices.make()
        indices.send([name], [(doc, 1) for doc in CORPUS])
        indices.swap(name)
    yield cluster
    with override_settings(**cluster):
        indices.drop(indices.ours())


@pytest.fixture
def own_indices(cluster, db, monkeypatch):
    """A cluster without an index of ours; what waits for a commit is done at once, for a test commits nothing."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())
    answering._sheltered.cache_clear()
    with override_settings(**cluster | {"ELASTICSEARCH_INDEX": f"own-{os.getpid()}"}):
        indices.drop(indices.ours())
        yield
        indices.drop(indices.ours())


@pytest.fixture(params=["memory", "database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def backend(request, corpus):
    """An engine that holds the golden corpus."""
    if request.param == "database":
        return engine()
    if request.param == "elasticsearch":
        settings = request.getfixturevalue("settings")
        for name, value in request.getfixturevalue("golden_index").items():
            setattr(settings, name, value)
        return ElasticEngine()
    memory = MemoryBackend()
    memory.write([(corpus[doc.key], doc) for doc in CORPUS])
    return memory
