"""The index of a database filled with made documents, by the functions that write it for the site."""

import json
import sys
import time
from contextlib import contextmanager

from django.db import connection, transaction

from benchmarks.search.making import in_place_of_things
from knowledge.models import SearchEntry
from knowledge.search import indexing, mirror
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import client, is_configured
from knowledge.search.backends.sqlite import TABLE
from knowledge.search.documents import FIELDS

BATCH = 1_000
WIDTH = 40
SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


MOVED = ("id", "key", "family")
MODEL_OF_KEY = {"sqlite": 'substr("key", 1, instr("key", \':\') - 1)', "postgresql": "split_part(\"key\", ':', 1)"}


class Clock:
    """Seconds on the wall and of this process."""

    def __init__(self, wall=0.0, process=0.0):
        self.wall, self.process = wall, process

    @contextmanager
    def running(self):
        wall, process = time.perf_counter(), time.process_time()
        yield
        self.wall += time.perf_counter() - wall
        self.process += time.process_time() - process


class Notes:
    """What was measured while a database was filled, kept in a file beside it: filling goes on after a stop."""

    def __init__(self, path):
        self.path = path
        self.said = json.loads(path.read_text()) if path.exists() else {}

    def note(self, **said):
        self.said |= said
        self.path.write_text(json.dumps(self.said, indent=1))


def progress(what, done, total):
    """A bar on a terminal, nothing anywhere else."""
    if sys.stderr.isatty():
        full = int(WIDTH * min(1, done / max(total, 1)))
        print(f"\r{what:24} {'█' * full}{'·' * (WIDTH - full)} {done:,} of {total:,} ", end="", file=sys.stderr)
        if done >= total:
            print(file=sys.stderr)


def fill(making, notes, written=None):
    """Write the documents that are not there yet. Seconds and sizes add up in `notes` from run to run.

    Beyond `written` documents the others become copies of these, made within the database, which takes a tenth of the time.
    """
    written = min(making.size, written or making.size)
    there = SearchEntry.objects.count()
    if not notes.said:
        notes.note(empty=size_of_database(), documents=0, wall=0.0, process=0.0)
    clock = Clock(notes.said["wall"], notes.said["process"])
    for first in range(there + 1, written + 1, BATCH):
        docs = [making.document(number) for number in range(first, min(first + BATCH, written + 1))]
        with clock.running():
            write(docs)
        done = notes.said["documents"] + len(docs)
        notes.note(documents=done, wall=clock.wall, process=clock.process)
        progress("writing", first + len(docs) - 1, making.size)
    copy(making)
    if there < making.size:
        settle()


@transaction.atomic
def write(docs):
    state = indexing.lock()
    indexing.write(docs, state.round, state.next_serial())


def copy(making):
    """Copy documents until there are enough: each from one that has the same original, with a family of its own."""
    cycle, there = len(making.repeated), SearchEntry.objects.count()
    shift = cycle * ((there - len(making.firsts)) // cycle)
    while there < making.size:
        last = min(there + cycle, making.size)
        _copy(there - shift, last - shift, shift)
        there = last
        progress("copying", there, making.size)


@transaction.atomic
def _copy(after, last, shift):
    """The documents with these numbers once more, under numbers that are larger by `shift`."""
    columns = [field.column for field in SearchEntry._meta.concrete_fields if field.column not in MOVED]
    columns += ["tokens"] if connection.vendor == "postgresql" else []
    kept = ", ".join(columns)
    key = f"{MODEL_OF_KEY[connection.vendor]} || ':' || (id + {shift})"
    family = f"CASE WHEN family = '' THEN '' ELSE family || '.{shift}' END"
    fields = ", ".join(FIELDS)
    statements = [
        f"""INSERT INTO knowledge_searchentry (id, "key", family, {kept})
            SELECT id + {shift}, {key}, {family}, {kept} FROM knowledge_searchentry""",
        f"""INSERT INTO knowledge_searchtext (entry_id, summary, body)
            SELECT id + {shift}, summary, body FROM (SELECT entry_id AS id, summary, body FROM knowledge_searchtext) AS t""",
    ]
    if connection.vendor == "sqlite":
        statements.append(
            f"""INSERT INTO {TABLE} (rowid, {fields})
                SELECT id + {shift}, {fields} FROM (SELECT rowid AS id, {fields} FROM {TABLE}) AS t"""
        )
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"{statement} WHERE id > %s AND id <= %s", [after, last])


def settle():
    """Let the planner know what is there."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def index_figures(notes):
    """Documents a second while they were written, and bytes of each."""
    size = size_of_database() - notes.said["empty"]
    return {
        "documents": SearchEntry.objects.count(),
        "a_second": round(notes.said["documents"] / notes.said["wall"]),
        "a_second_of_process": round(notes.said["documents"] / notes.said["process"]),
        "bytes_a_document": round(size / SearchEntry.objects.count()),
    }


def size_of_database():
    with connection.cursor() as cursor:
        cursor.execute(SIZE[connection.vendor])
        return cursor.fetchone()[0]


# ---------------------------------------------------------------- again, and elsewhere
def rebuild(making):
    """Seconds of `search_rebuild` in the database, which makes every document anew and finds each right."""
    done, clock = 0, Clock()

    def advance(number):
        nonlocal done
        done += number
        progress("rebuilding", done, making.size)

    with in_place_of_things(making), clock.running():
        differed = indexing.rebuild(progress=advance)
    return {"rebuild": round(clock.wall, 1), "rebuild_of_process": round(clock.process, 1), "differed": differed}


def fill_elasticsearch(making, notes):
    """Build the mirror as `search_rebuild` does, unless this index is there and read; its figures go into `notes`."""
    if not is_configured() or (mirror.is_ready() and _is_whole(making)):
        return
    done, clock = 0, Clock()
    with in_place_of_things(making), clock.running():
        name = mirror.make_anew()
        while mirror.is_building(name):
            done += mirror.keep_up()
            progress("into Elasticsearch", min(done, making.size), making.size)
    notes.note(elastic={"wall": clock.wall, "process": clock.process})


def _is_whole(making):
    return indices.exists(indices.alias()) and indices.count(indices.alias()) == making.size


def elastic_figures(making, notes):
    store = client(patient=True).indices.stats(index=indices.alias(), metric="store")
    size = store["_all"]["primaries"]["store"]["size_in_bytes"]
    taken = notes.said["elastic"]
    return {
        "documents": indices.count(indices.alias()),
        "a_second": round(making.size / taken["wall"]),
        "a_second_of_process": round(making.size / taken["process"]),
        "bytes_a_document": round(size / making.size),
        "rebuild": round(taken["wall"], 1),
        "rebuild_of_process": round(taken["process"], 1),
    }
