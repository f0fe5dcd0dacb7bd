"""How fast talk comes in: a dump made by rule goes through the import, then the same rows through plain `bulk_create`.

    python -m benchmarks.talk_import                      # 100,000 posts into the database that DATABASE_URL names
    python -m benchmarks.talk_import --posts 10000 --keep # leave them there, for benchmarks.pages

Reading, rendering, database and indexing are timed apart. *Database* is everything that speaks to it: looking up what is there,
matching tags, people, threads, posts, comments, conversions, outbox. Everything is taken back at the end, unless `--keep` is given.
"""

# ruff: noqa: SIM905  a list of words reads better as words

import argparse
import os
import random
import resource
import sys
import time
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import quoteattr

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")

import django

django.setup()

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from communities.acquisition.rendering import render_all
from communities.acquisition.runs import concepts_for, undo
from communities.acquisition.stackexchange import Dump
from communities.acquisition.talk import TalkReport, batches
from communities.acquisition.writing import Here, write_batch
from communities.models import Community, Conversion, ConversionCredit, ConversionPart, Post, Thread, ThreadConcept
from knowledge.models import ImportRun, OutboxRow, Person
from knowledge.outbox import work_off

SOURCE = "benchmark.example"
ANSWERS = 4  # a question
PEOPLE = 2000
WORDS = (
    "library loan shelf reader catalogue map archive thesis index journal licence desk renewal reserve search subject"
    " holding edition author citation preprint dataset scan request branch weekend opening group room training survey"
).split()


# ---------------------------------------------------------------- a dump by rule
def write_dump(folder, posts):
    """A dump of `posts` questions and answers (one to four) with a comment under every second one; the same every time."""
    chance, start = random.Random(1897), datetime(2015, 1, 1)
    with _file(folder, "Users") as row:
        for number in range(1, PEOPLE + 1):
            row(Id=number, DisplayName=f"Reader {number}")
    with _file(folder, "Posts") as post, _file(folder, "Comments") as comment:
        for number in range(1, posts + 1):
            place = (number - 1) % (ANSWERS + 1)
            at = (start + timedelta(minutes=number)).isoformat()
            fields = {"Id": number, "CreationDate": at, "Score": chance.randrange(20)}
            fields |= {"OwnerUserId": chance.randint(1, PEOPLE), "Body": _body(chance)}
            if place:
                post(**fields, PostTypeId=2, ParentId=number - place)
            else:
                tags = "".join(f"<{word}>" for word in chance.sample(WORDS, 3))
                title = " ".join(chance.choices(WORDS, k=8)).capitalize() + "?"
                post(
                    **fields, PostTypeId=1, Title=title, Tags=tags, AcceptedAnswerId=number + chance.randint(1, ANSWERS)
                )
            if number % 2:
                text = " ".join(chance.choices(WORDS, k=20))
                comment(Id=number, PostId=number, CreationDate=at, UserId=chance.randint(1, PEOPLE), Text=text)


def _body(chance):
    first, second = (" ".join(chance.choices(WORDS, k=45)) for _time in range(2))
    return f'<p>{first}</p>\n\n<p><em>{second}</em> <a href="https://example.org/a">there</a> <code>x = 1</code></p>'


@contextmanager
def _file(folder, name):
    with (folder / f"{name}.xml").open("w", encoding="utf-8") as file:
        file.write(f"<{name.lower()}>\n")
        yield lambda **row: file.write(
            "<row {} />\n".format(" ".join(f"{k}={quoteattr(str(v))}" for k, v in row.items()))
        )
        file.write(f"</{name.lower()}>\n")


# ---------------------------------------------------------------- measuring
class Clock:
    """Seconds on the wall and of this process, by part. On a machine that others use too, compare those of the process."""

    def __init__(self):
        self.wall, self.cpu, self.longest = defaultdict(float), defaultdict(float), defaultdict(float)

    @contextmanager
    def __call__(self, what):
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        took = time.perf_counter() - wall
        self.wall[what] += took
        self.cpu[what] += time.process_time() - cpu
        self.longest[what] = max(self.longest[what], took)


def bring_in(folder, community, clock):
    """What `import_stackexchange` does, with a clock on each part; return the run."""
    options = {"source": SOURCE, "community": community.slug, "sources": [SOURCE]}
    run, report = ImportRun.objects.create(kind="stackexchange", options=options), TalkReport()
    with closing(Dump(folder, source=SOURCE, language="en", report=report)) as dump:
        with clock("reading"):
            dump.lay_out()
        talks = batches(dump)
        while True:
            with clock("reading"):
                batch = next(talks, None)
            if batch is None:
                return run
            with clock("database"):
                here = Here(batch)
            with clock("rendering"):
                render_all(batch, here.posts, report)
            with clock("database"):
                write_batch(batch, run=run, community=community, concepts=concepts_for(batch))


def index(clock):
    done = 1
    while done:
        with clock("indexing"):
            done = work_off(limit=1)


def rows_of(community):
    """All that the import wrote, table by table, in memory."""
    threads, posts = Thread.objects.filter(community=community), Post.objects.filter(thread__community=community)
    events = Conversion.objects.filter(threads__community=community)
    links = Conversion.threads.through
    return {
        Person: [list(Person.objects.filter(origin__startswith=f"{SOURCE}:"))],
        Thread: [list(threads)],
        ThreadConcept: [list(ThreadConcept.objects.filter(thread__community=community))],
        Post: [list(posts.posts()), list(posts.comments())],
        Conversion: [list(events)],
        links: [list(links.objects.filter(thread__community=community))],
        ConversionPart: [list(ConversionPart.objects.filter(conversion__in=events.values("pk")))],
        ConversionCredit: [list(ConversionCredit.objects.filter(conversion__in=events.values("pk")))],
    }


def write_plainly(rows, clock):
    """The same rows by `bulk_create` and nothing else: a statement after the other, one transaction a list."""
    for model, lists in rows.items():
        for objects in lists:
            with clock("plain bulk_create"), transaction.atomic():
                model.objects.bulk_create(objects)


def measure(posts, *, keep, with_index):
    clock = Clock()
    community = Community.objects.create(slug="benchmark-talk", name_en="Benchmark", opened_at=timezone.now())
    with TemporaryDirectory() as folder:
        write_dump(Path(folder), posts)
        before = _memory()
        run = bring_in(Path(folder), community, clock)
        grown = _memory() - before
    if with_index:
        index(clock)
    rows = rows_of(community)
    undo(run)
    write_plainly(rows, clock)
    total = sum(len(objects) for lists in rows.values() for objects in lists)
    if not keep:
        undo(run)
        OutboxRow.objects.filter(kind="talk_imported", done_at=None).delete()
        community.delete()
    return clock, total, grown


def _memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # MB


def show(posts, clock, total, grown):
    print(
        f"database: {settings.DATABASES['default']['ENGINE']}; {posts} posts, {total} rows; memory grew by {grown:.0f} MB"
    )
    print("| part | seconds | of the process | posts a second | longest step |\n| --- | ---: | ---: | ---: | ---: |")
    for what, wall in clock.wall.items():
        print(f"| {what} | {wall:.1f} | {clock.cpu[what]:.1f} | {posts / wall:.0f} | {clock.longest[what]:.2f} s |")
    wall, cpu = (seconds["plain bulk_create"] / seconds["database"] for seconds in (clock.wall, clock.cpu))
    print(
        f"\nThe import writes at {wall:.2f} of the speed of plain bulk_create of the same rows ({cpu:.2f} in process time)."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true", help="leave the talk in the database")
    parser.add_argument("--no-index", action="store_true", help="leave search out")
    given = parser.parse_args()
    if Community.objects.filter(slug="benchmark-talk").exists():
        sys.exit("The community benchmark-talk is there already. Take its talk back and delete it first.")
    measured = measure(given.posts, keep=given.keep, with_index=not given.no_index)
    show(given.posts, *measured)
