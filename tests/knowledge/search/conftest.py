"""The golden corpus in every engine that this run has: plain Python, and the database that the tests run on."""

import pytest

from knowledge.models import SearchEntry
from knowledge.search import indexing
from knowledge.search.backends import engine
from knowledge.search.backends.memory import MemoryBackend
from tests.knowledge.search.golden import CORPUS


@pytest.fixture
def corpus(db):
    """The golden documents in the index of the database."""
    indexing.write(CORPUS)
    return dict(SearchEntry.objects.values_list("key", "pk"))


@pytest.fixture(params=["memory", "database"])
def backend(request, corpus):
    """An engine that holds the golden corpus."""
    if request.param == "database":
        return engine()
    memory = MemoryBackend()
    memory.write([(corpus[doc.key], doc) for doc in CORPUS])
    return memory
