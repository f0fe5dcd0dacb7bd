"""Make the search index anew, or see whether it is right. Safe while people read and write; safe to stop and start
again."""

import time
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from knowledge.models import SearchEntry
from knowledge.search import mirror
from knowledge.search.backends.elastic.connection import Unavailable, is_configured
from knowledge.search.indexing import drift, rebuild
from knowledge.search.registry import KINDS

WIDTH = 40
MOST_NAMED = 20


class Command(BaseCommand):
    help = (
        "Make every search document anew, in place: nothing is away meanwhile. A rebuild that was broken off goes on "
        "where it ended. --check changes nothing and ends with 1 where the index differs from what it is made from."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only compare; end with 1 when something differs")
        parser.add_argument(
            "--afresh", action="store_true", help="begin at the beginning, even after a broken-off rebuild"
        )

    def handle(self, *, check, afresh, **options):
        self.compare() if check else self.rebuild(afresh)

    def rebuild(self, afresh):
        self.total = sum(known.model._default_manager.count() for known in KINDS.values())
        self.done, self.began = 0, time.monotonic()
        differed = rebuild(progress=self.advance, afresh=afresh)
        seconds = max(time.monotonic() - self.began, 0.001)
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(
            f"Went through {self.done} things in {seconds:.1f} s ({self.done / seconds:.0f} a second); "
            f"{differed} documents differed and are right now."
        )
        if is_configured():
            self.fill_elasticsearch()

    def fill_elasticsearch(self):
        """Fill a new index beside the one that is read, and lead readers to it."""
        self.total, self.done = SearchEntry.objects.count(), 0
        try:
            while not (name := mirror.make_anew()):
                time.sleep(0.5)  # a worker has it in hand
            while mirror.is_building(name):
                done = mirror.keep_up()
                self.advance(done)
                if not done:
                    time.sleep(0.5)  # a worker has it in hand
        except Unavailable as error:
            raise CommandError(
                f"Elasticsearch is away: {error}. The database answers; the worker goes on when it is back."
            ) from error
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"Elasticsearch has a new index, {name}, and readers are led to it.")

    def advance(self, number):
        self.done += number
        if self.stdout.isatty():
            full = int(WIDTH * min(self.done / max(self.total, 1), 1))
            bar = "█" * full + "·" * (WIDTH - full)
            self.stdout.write(f"\r{bar} {self.done} of {self.total}", ending="")
            self.stdout.flush()

    def compare(self):
        try:
            found = [*drift(), *mirror.drift()]
        except Unavailable as error:
            raise CommandError(f"Elasticsearch is away: {error}") from error
        if not found:
            self.stdout.write("The search index is right.")
            return
        for key, fault in found[:MOST_NAMED]:
            self.stdout.write(f"{key}: {fault}")
        counts = ", ".join(f"{number} {fault}" for fault, number in Counter(fault for _key, fault in found).items())
        raise CommandError(f"The search index has drifted: {counts}. Run search_rebuild.")
