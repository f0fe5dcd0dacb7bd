"""What the commands that import talk have in common: options, runs, progress, counts."""

import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from communities.acquisition.runs import import_talk, undo
from communities.acquisition.talk import TalkReport, source_name
from communities.models import Community
from knowledge.acquisition.imports.reading import UnreadableFile
from knowledge.models import ImportRun
from knowledge.outbox import work_off

WORDS = {
    "skipped": "rows of other kinds passed over",
    "known": "here already",
    "changed": "of them changed since and left",
    "undated": "without a date of their own",
    "unnamed": "without an author",
    "plain": "texts made plainer",
}


class TalkImport(BaseCommand):
    """A command that brings talk of one kind into a community; `bring_in` of a subclass reads it."""

    kind = ""
    kind_metavar = ""
    place_help = ""

    def add_arguments(self, parser):
        parser.add_argument("place", nargs="?", metavar=self.kind_metavar, help=self.place_help)
        parser.add_argument("--community", help="address (slug) of the community that it comes into")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", default="en", choices=languages, help="language of talk that names none")
        parser.add_argument(
            "--source", default="", help="name that keys of this talk begin with (default: of the file)"
        )
        parser.add_argument("--by", help="e-mail address of the account that answers for it")
        parser.add_argument("--undo", type=int, metavar="RUN", help="take back what came from the source of a run")
        parser.add_argument("--no-index", action="store_true", help="leave search and maps to the worker")

    def handle(self, *, place, **options):
        if options["undo"]:
            return self.take_back(options["undo"])
        if not place:
            raise CommandError(f"Name the {self.kind_metavar.lower()} to read.")
        community = self._community(options["community"])
        run, report = self._run(place, community, options), TalkReport()
        try:
            self.bring_in(run, community, report)
        except UnreadableFile as error:
            self._tell(run, report)
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._tell(run, report)
            raise CommandError("Stopped. The same command goes on where it stopped.") from None
        self._tell(run, report)
        if not options["no_index"]:
            self._index()
        if report.counts["faulty"]:
            sys.exit(1)

    def source_of(self, place):
        """How the source is called when nobody says."""
        raise NotImplementedError

    def bring_in(self, run, community, report):
        """Read what the run names, and give it to `import_talks`."""
        raise NotImplementedError

    def import_talks(self, run, community, report, talks, total=None):
        import_talk(run, self.bar(talks, " threads", total), community=community, report=report)

    def bar(self, things, unit, total=None):
        return tqdm(things, unit=unit, total=total, disable=not sys.stderr.isatty())

    def take_back(self, pk):
        run = ImportRun.objects.filter(pk=pk, kind=self.kind).first()
        if run is None:
            raise CommandError(f"There is no import {pk} of this kind.")
        kept = undo(run, progress=lambda pieces: self.bar(pieces, " batches"))
        for thread in kept:
            self.stdout.write(f"people went on with it here, left: {thread.title} (thread {thread.pk})")
        self._index()
        self.stdout.write(f"Run {pk} is taken back, {len(kept)} threads left.")

    def _community(self, slug):
        if not slug:
            raise CommandError("Say into which community: --community SLUG.")
        community = Community.objects.filter(slug=slug).first()
        if community is None:
            slugs = ", ".join(Community.objects.order_by("slug").values_list("slug", flat=True)[:30]) or "none yet"
            raise CommandError(f"There is no community “{slug}”. There are: {slugs}.")
        return community

    def _run(self, place, community, options):
        source = source_name(options["source"]) or source_name(self.source_of(place))
        kept = {"source": source, "language": options["language"], "community": community.slug}
        return ImportRun.objects.create(
            kind=self.kind, files=[str(Path(place).resolve())], options=kept, by=self._account(options["by"])
        )

    def _account(self, email):
        users = get_user_model().objects.filter(is_active=True)
        if not email:
            return users.filter(is_superuser=True).first()
        found = users.filter(email__iexact=email).first()
        if found is None:
            raise CommandError(f"No active account has the address {email}.")
        return found

    def _tell(self, run, report):
        for line in report.lines:
            self.stderr.write(line)
        always = ("threads", "posts", "comments", "known")
        counts = {name: number for name, number in report.counts.items() if number or name in always}
        told = ", ".join(f"{number} {WORDS.get(name, name)}" for name, number in counts.items() if name != "read")
        self.stdout.write(f"Run {run.pk}: {told}.")

    def _index(self):
        """Work off what the batches told; a worker beside it does the same, and neither does it twice."""
        with self.bar(None, " steps") as bar:
            while step := work_off(limit=5):
                bar.update(step)
