"""What tests about Elasticsearch have in common."""

import os
import signal
import subprocess

import pytest

from knowledge.models import SearchIndexState
from knowledge.search import indexing, mirror
from knowledge.search.backends.base import SearchRequest
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.query import parse
from tests.factories import make_entry


def settle():
    """What the worker does until nothing is left, and the refresh that Elasticsearch makes each second."""
    while mirror.keep_up():
        pass
    for name in SearchIndexState.objects.get().targets:
        indices.refresh(name)


def found(text, access=("public",)):
    """The keys that Elasticsearch itself finds."""
    return set(ElasticEngine().search(SearchRequest(query=parse(text), access=frozenset(access))).keys)


def written(title, **fields):
    """The key of an entry that stands in the database's index."""
    key = f"knowledge.entry:{make_entry(title=title, **fields).pk}"
    indexing.index([key])
    return key


class Server:
    """The server of this run, as far as it may be stopped: `.ci/with-elasticsearch` started it for that."""

    def __init__(self):
        self.command = os.environ.get("ELASTICSEARCH_SERVER")
        if not self.command:
            pytest.skip("is about Elasticsearch: ELASTICSEARCH_SERVER does not name one that may be stopped")

    @property
    def pid(self):
        return int(self._run("pid"))

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def start(self):
        self._run("start")

    def _run(self, what):
        return subprocess.run([self.command, what], check=True, capture_output=True, text=True).stdout
