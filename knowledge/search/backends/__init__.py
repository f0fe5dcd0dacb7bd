"""The engines; `engine()` is the one that answers."""

from functools import cache

from django.db import connection

from knowledge.search.backends.postgres import PostgresBackend
from knowledge.search.backends.sqlite import SqliteBackend

OF_DATABASE = {"sqlite": SqliteBackend, "postgresql": PostgresBackend}


@cache
def engine():
    """The database's own index."""
    return OF_DATABASE[connection.vendor]()
