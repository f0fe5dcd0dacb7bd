"""Whatever becomes of Elasticsearch, readers get an answer, writers are not held up, and what was written meanwhile is found
afterwards. Against a real server; only what a server cannot be brought to say by itself comes from one of ours."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import AnonymousUser

from knowledge.models import EntryState, SearchEntry, SearchIndexState
from knowledge.rules import Visibility
from knowledge.search import answering, api, indexing, mirror
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import Unavailable, client
from tests.knowledge.search.elastic import Server, found, settle, written
from tests.knowledge.search.golden import CORPUS

pytestmark = [pytest.mark.elasticsearch, pytest.mark.usefixtures("own_indices")]

FIRST, WHILE_OPEN, AFTER = 2.5, 0.5, 60  # seconds
NOTICE = b"The search engine is away for a moment."


@pytest.fixture
def server():
    """The server of this run; afterwards it runs again."""
    server = Server()
    yield server
    server.thaw()
    server.start()


@pytest.fixture
def key():
    """The key of an entry that both indices hold."""
    key = written("The gannet on the roof")
    settle()
    recover()  # the first question to a fresh index may take longer than a reader waits
    return key


def search(text):
    return api.search(text, AnonymousUser())


def keys(results):
    return {hit.entry.key for hit in results.hits}


@contextmanager
def at_most(seconds):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def the_database_answers(*expected):
    """One search that finds out, and one that knows."""
    with at_most(FIRST):
        first = search("gannet")
    with at_most(WHILE_OPEN):
        second = search("gannet")
    assert first.is_makeshift
    assert second.is_makeshift
    assert keys(first) == keys(second) == set(expected)


def recover():
    """The worker at its usual pace until a reader is answered by Elasticsearch again."""
    began = time.monotonic()
    while search("gannet").is_makeshift:
        assert time.monotonic() - began < AFTER
        try:
            mirror.keep_up()
        except Unavailable:
            pass
        time.sleep(0.5)


def test_a_server_that_was_killed_is_noticed_by_nobody_who_writes_or_searches(server, key):
    server.kill()

    the_database_answers(key)
    with at_most(FIRST):
        meanwhile = written("A gannet while nobody listened")
    the_database_answers(key, meanwhile)

    server.start()
    recover()
    assert found("gannet") == {key, meanwhile}
    assert keys(search("gannet")) == {key, meanwhile}


def test_a_server_that_hangs_is_waited_for_once(server, key):
    server.freeze()

    the_database_answers(key)
    with at_most(FIRST):
        meanwhile = written("A gannet while nobody listened")
    with at_most(FIRST), pytest.raises(Unavailable):
        mirror.keep_up()
    the_database_answers(key, meanwhile)

    server.thaw()
    recover()
    assert found("gannet") == {key, meanwhile}


def test_what_was_closed_while_the_server_was_away_is_not_counted_when_it_is_back(server, key):
    server.freeze()
    EntryState.objects.update(visibility=Visibility.STAFF)
    indexing.index([key])
    server.thaw()
    answering._sheltered().breaker.mend()

    seen = []
    for _look in range(4):
        results = search("gannet")
        seen.append((results.before_filters, dict(results.counts["type"])))
        mirror.keep_up()

    assert seen == [(0, {})] * 4


def test_the_page_says_that_another_index_answers(client, key):
    assert NOTICE not in client.get("/en/search/?q=gannet").content
    indices.drop(indices.ours())

    page = client.get("/en/search/?q=gannet")

    assert page.status_code == 200
    assert NOTICE in page.content
    assert b"on the roof" in page.content


def test_suggestions_and_what_is_alike_come_from_the_database_meanwhile(key):
    indices.drop(indices.ours())

    assert keys_of(api.suggest("ganne", AnonymousUser())) == {key}
    second = written("A gannet under the roof")
    things = {hit.entry.key: hit.thing for hit in search("gannet").hits}
    assert keys_of(api.more_like_this(things[key], AnonymousUser())) == {second}


def keys_of(hits):
    return {hit.entry.key for hit in hits}


def test_an_index_that_was_deleted_is_made_anew_while_the_database_answers(key):
    indices.drop(indices.ours())

    the_database_answers(key)

    recover()
    assert found("gannet") == {key}


def test_an_index_that_was_emptied_is_not_believed(key, monkeypatch):
    monkeypatch.setattr(mirror, "COUNTED_EVERY", 0)
    monkeypatch.setattr(mirror, "_watch", mirror.Watch())
    empty([key])

    with at_most(FIRST):
        results = search("gannet")

    assert results.is_makeshift
    assert keys(results) == {key}
    mirror.keep_up()
    recover()
    settle()
    assert found("gannet") == {key}


def empty(gone):
    client(patient=True).bulk(
        operations=[{"delete": {"_id": key}} for key in gone], index=SearchIndexState.objects.get().mirror, refresh=True
    )


def test_a_half_built_index_is_not_read(key, monkeypatch):
    monkeypatch.setattr(mirror, "BATCH", 1)
    second = written("A second gannet")
    indices.drop(indices.ours())

    mirror.keep_up()

    assert SearchIndexState.objects.get().mirror_building
    results = search("gannet")
    assert results.is_makeshift
    assert keys(results) == {key, second}
    recover()
    assert found("gannet") == {key, second}


def test_an_index_of_another_version_is_not_read(key, monkeypatch):
    monkeypatch.setattr(indices, "VERSION", "99.1")

    the_database_answers(key)

    recover()
    assert found("gannet") == {key}


def test_that_nothing_is_found_is_no_fault_when_the_database_says_so_too(key):
    results = search("xyzzyqua")

    assert not results.is_makeshift
    assert results.total == 0


# ---------------------------------------------------------------- a server that is too busy
class Busy(BaseHTTPRequestHandler):
    """Says `status` as often as it is told, then what Elasticsearch says to a bulk."""

    def answer(self):
        self.server.asked.append(self.path)
        said = self.rfile.read(int(self.headers.get("Content-Length") or 0)).splitlines()
        self.server.sizes.append(len(said) // 2)
        is_busy = len(self.server.asked) <= self.server.times
        done = [{"index": {"_id": json.loads(line)["index"]["_id"], "status": 200}} for line in said[::2]]
        body = json.dumps({"error": "too much", "status": self.server.status} if is_busy else {"items": done}).encode()
        self.send_response(self.server.status if is_busy else 200)
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def busy(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    server.asked, server.sizes, server.status, server.times = [], [], 503, 1_000
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone_for_a_while(status, key, busy, settings):
    busy.status = status
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{busy.server_port}"

    the_database_answers(key)
    assert len(busy.asked) == 1
    meanwhile = written("A gannet while nobody listened")

    assert SearchEntry.objects.get(key=meanwhile).waiting
    with pytest.raises(Unavailable):
        mirror.keep_up()
    the_database_answers(key, meanwhile)


@pytest.mark.parametrize("status", [429, 503])
def test_the_worker_gives_a_busy_server_time(status, own_indices, busy, settings):
    busy.status, busy.times = status, 1
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{busy.server_port}"
    began = time.monotonic()

    indices.send(["any"], [(CORPUS[0], 1)])

    assert len(busy.asked) == 2
    assert time.monotonic() - began >= 1


def test_a_busy_server_gets_less_at_once_until_it_takes_it(own_indices, busy, settings, monkeypatch):
    monkeypatch.setattr(indices, "_pace", indices.Pace())
    monkeypatch.setattr(indices._pace, "size", 40)
    busy.status, busy.times = 429, 2
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{busy.server_port}"

    indices.send(["any"], [(doc, 1) for doc in CORPUS])

    assert busy.sizes == [40, 20, 10, 20, 13]


def test_what_a_busy_server_does_not_take_in_the_end_is_not_taken_for_sent(own_indices, busy, settings):
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{busy.server_port}"

    with pytest.raises(Unavailable):
        indices.send(["any"], [(CORPUS[0], 1)], patient=False)
