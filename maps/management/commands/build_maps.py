"""Make the map anew, or see whether it is right. Safe while people read and write; safe to stop and start again."""

import time

from django.core.management.base import BaseCommand, CommandError

from maps.building import build, drift, size

WIDTH = 40
MOST_NAMED = 20


class Command(BaseCommand):
    help = (
        "Make every node and edge of the map anew, in place: nothing is away meanwhile. "
        "--check changes nothing and ends with 1 where the map differs from what it is made from."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only compare; end with 1 when something differs")

    def handle(self, *, check, **options):
        self.total, self.done, self.began = size(), 0, time.monotonic()
        self.compare() if check else self.rebuild()

    def rebuild(self):
        differed = build(progress=self.advance)
        seconds = max(time.monotonic() - self.began, 0.001)
        self.stdout.write(
            f"Went through {self.done} things in {seconds:.1f} s ({self.done / seconds:.0f} a second); "
            f"{differed} rows differed and are right now."
        )

    def advance(self, number):
        self.done += number
        if self.stdout.isatty():
            full = int(WIDTH * min(self.done / max(self.total, 1), 1))
            bar = "█" * full + "·" * (WIDTH - full)
            self.stdout.write(f"\r{bar} {self.done} of {self.total}", ending="\n" if self.done >= self.total else "")
            self.stdout.flush()

    def compare(self):
        found = list(drift(progress=self.advance))
        if not found:
            self.stdout.write("The map is right.")
            return
        for keys, differs in found[:MOST_NAMED]:
            self.stdout.write(f"{keys[0]} … {keys[-1]}: {differs} rows")
        differ = sum(differs for _keys, differs in found)
        raise CommandError(f"The map has drifted: {differ} rows differ. Run build_maps.")
