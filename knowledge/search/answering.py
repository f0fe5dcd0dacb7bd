"""Which engine answers readers: Elasticsearch where there is one and it is right, the database otherwise."""

from functools import cache

from knowledge.search import mirror
from knowledge.search.backends import engine
from knowledge.search.backends.elastic.connection import is_configured
from knowledge.search.backends.elastic.engine import ElasticEngine
from knowledge.search.backends.sheltered import Sheltered


def answering():
    """The engine that answers."""
    return _sheltered() if is_configured() else engine()


@cache
def _sheltered():
    """One for the process: its breaker remembers how the last questions fared."""
    return Sheltered(ElasticEngine(), engine(), mirror.is_ready)
