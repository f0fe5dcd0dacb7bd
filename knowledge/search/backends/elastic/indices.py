"""The indices of the cluster: made, filled, swapped and dropped. Readers ask an alias that names the version of the
mapping, so that no version of kmsite ever reads what another one wrote."""

import logging
import secrets
import time

from django.conf import settings
from elasticsearch import ApiError
from elasticsearch.helpers import scan, streaming_bulk

from knowledge.search.backends.elastic.connection import Unavailable, client, reaching
from knowledge.search.backends.elastic.documents import VERSION, index_of, source

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024  # of one request
CHUNK = 200  # documents of one request, at most
SMALLEST = 10  # of one to a cluster that is too busy
ATTEMPTS = 4  # at a request that the cluster is too busy to take: 1, 2, 4 … seconds apart
BUSY = (429, 503)
BEHIND = 409  # a newer state of the document is there


class Busy(Unavailable):
    """The cluster is there, and has no time."""


class Pace:
    """How many documents a request of this process brings: half as many after one for which the cluster was too busy, twice as many
    after one that it took."""

    def __init__(self):
        self.size = CHUNK

    def slower(self):
        self.size = max(SMALLEST, self.size // 2)

    def faster(self):
        self.size = min(CHUNK, self.size * 2)


_pace = Pace()


def alias():
    """The name that readers ask."""
    return f"{settings.ELASTICSEARCH_INDEX}-v{VERSION}"


@reaching()
def make():
    """Make an empty index and return its name; it is not read before `swap`."""
    name = f"{alias()}-{secrets.token_hex(4)}"
    index = index_of(name, shards=settings.ELASTICSEARCH_SHARDS, replicas=settings.ELASTICSEARCH_REPLICAS)
    index.aliases(**{_for_writing(name): {}})
    index.create(using=client(patient=True))
    return name


def _for_writing(name):
    """The alias through which an index is written. Written to under its own name, one that was dropped a moment ago would be made
    again, with whatever mapping."""
    return f"write-{name}"


@reaching()
def greet():
    """Raise `Unavailable`, soon, when nobody is there."""
    client().info()


@reaching()
def exists(name):
    return bool(client(patient=True).indices.exists(index=name))


@reaching()
def is_read(name):
    """Whether readers are led to this index."""
    return bool(client(patient=True).indices.exists_alias(index=name, name=alias()))


@reaching()
def swap(name):
    """Lead readers to this index, in one step, and drop all others of ours."""
    indices = client(patient=True).indices
    indices.refresh(index=name)
    indices.update_aliases(
        actions=[
            {"remove": {"index": f"{alias()}-*", "alias": alias(), "must_exist": False}},
            {"add": {"index": name, "alias": alias()}},
        ]
    )
    drop(ours() - {name})


@reaching()
def ours():
    """The names of all indices that this site has in the cluster, of whatever version."""
    found = client(patient=True).indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-v*", features=["aliases"])
    return set(found)


@reaching()
def drop(names):
    for name in names:
        client(patient=True).indices.delete(index=name, ignore_unavailable=True)


@reaching()
def refresh(name):
    client(patient=True).indices.refresh(index=name)


@reaching()
def count(name):
    """How many documents can be found in an index."""
    return client(patient=True).count(index=name)["count"]


@reaching()
def send(names, docs=(), gone=(), *, patient=True):
    """Write documents (pairs of `SearchDoc` and serial) and drop keys (pairs of key and serial) in each of the indices.

    The cluster compares serials, so what arrives late overwrites nothing newer, and what is sent twice does no harm. One that is
    too busy is given time and less at once, unless the caller is not `patient`. Raises `Unavailable` when it cannot take them;
    that it does not understand a single document is logged, for waiting would not help.
    """
    for name in names:
        _write([*(_index(name, *pair) for pair in docs), *(_delete(name, *pair) for pair in gone)], patient)


def _write(actions, patient):
    at = refused = 0
    while at < len(actions):
        portion = actions[at : at + _pace.size]
        try:
            _take(portion, patient)
        except Busy:
            _pace.slower()
            refused += 1
            if not patient or refused > ATTEMPTS:
                raise
            time.sleep(2 ** (refused - 1))
        else:
            _pace.faster()
            at, refused = at + len(portion), 0


def _take(actions, patient):
    """Let the cluster take these, in one request unless they are large."""
    answers = streaming_bulk(
        client(patient=patient),
        actions,
        chunk_size=len(actions),
        max_chunk_bytes=MOST_BYTES,
        max_retries=0,
        raise_on_error=False,
        require_alias=True,
    )
    try:
        for is_done, answer in answers:
            if not is_done:
                _judge(answer)
    except ApiError as error:
        if error.status_code in BUSY:
            raise Busy(f"it is too busy: {error}") from error
        raise


def _index(name, doc, serial):
    return {"_op_type": "index", "_source": source(doc)} | _place(name, doc.key, serial)


def _delete(name, key, serial):
    return {"_op_type": "delete"} | _place(name, key, serial)


def _place(name, key, serial):
    return {"_index": _for_writing(name), "_id": key, "version": serial, "version_type": "external_gte"}


def _judge(answer):
    """What to do about a document that was not taken."""
    outcome = next(iter(answer.values()))
    status, error = outcome["status"], outcome.get("error")
    if status == BEHIND or (status == 404 and not error):  # something newer is there, or nothing that could be dropped
        return
    if status in BUSY:
        raise Busy(f"it was too busy for {outcome['_id']}: {error}")
    if status in (404, 500):
        raise Unavailable(f"{outcome['_id']} was not taken: {error}")
    log.error("Elasticsearch did not understand %s: %s", outcome["_id"], error)


def serials(name):
    """Yield (key, serial) of every document of an index."""
    with reaching():
        for hit in scan(client(patient=True), index=name, size=2_000, version=True, _source=False):
            yield hit["_id"], hit["_version"]
