"""Readers never wait for Elasticsearch: where it is slow, away or behind, the database answers, and says so."""

import logging
import threading
import time
from dataclasses import replace

from knowledge.search.backends.base import Engine
from knowledge.search.backends.elastic.connection import Unavailable

log = logging.getLogger(__name__)

REST = 5  # seconds without a question to a cluster that failed


class Breaker:
    """Lets nothing through for a while after a failure, then one to see whether it goes again."""

    def __init__(self, rest=REST):
        self.rest, self.until, self.lock = rest, 0.0, threading.Lock()

    def lets_through(self):
        with self.lock:
            now = time.monotonic()
            if now < self.until:
                return False
            if self.until:
                self.until = now + self.rest  # the others wait for how this one fares
            return True

    def fail(self):
        with self.lock:
            self.until = time.monotonic() + self.rest

    def mend(self):
        with self.lock:
            self.until = 0.0


class Sheltered(Engine):
    """`first` answers while it `is_ready` and does not fail, `reserve` otherwise."""

    def __init__(self, first, reserve, is_ready):
        self.first, self.reserve, self.is_ready, self.breaker = first, reserve, is_ready, Breaker()

    def search(self, request):
        found = self._ask("search", request)
        if found and found.before_filters:
            return found
        # That there is nothing is believed only when both say so: somebody may have emptied the index.
        makeshift = replace(self.reserve.search(request), is_makeshift=True)
        return makeshift if makeshift.before_filters or not found else found

    def suggest(self, *asked):
        found = self._ask("suggest", *asked)
        return self.reserve.suggest(*asked) if found is None else found

    def alike(self, *asked):
        found = self._ask("alike", *asked)
        return self.reserve.alike(*asked) if found is None else found

    def _ask(self, what, *asked):
        """The answer of the first engine; None when the other one has to."""
        if not self.breaker.lets_through() or not self.is_ready():
            return None
        try:
            answer = getattr(self.first, what)(*asked)
        except Unavailable as error:
            if error.is_ours:
                log.exception("Elasticsearch did not understand a search; the database answered")
            else:
                log.warning("the database answers for Elasticsearch: %s", error)
                self.breaker.fail()
            return None
        self.breaker.mend()
        return answer
