"""Bring in entries from JSONL, CSV or XLSX files; go on with a run; take one back."""

import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from knowledge.acquisition.imports.reading import UnreadableFile
from knowledge.acquisition.imports.runs import Report, import_entries, start_run, undo
from knowledge.models import ImportRun
from knowledge.outbox import work_off
from knowledge.rules import EntryForm, Kind, Visibility


class Command(BaseCommand):
    help = (
        "Bring in entries from JSONL, CSV or XLSX files. Columns: id, title, body, lang, source, summary, body_format, tags, "
        "category_path, authors, created, updated, licence, translation_key, kind, form, visibility; lists are split by |. "
        "A row whose source and id are there already is left as it is, so the command can be run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument(
            "--publish", action="store_true", help="publish rows that have a subject; the others stay drafts"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--kind", choices=Kind.values, default=Kind.FOR.value)
        parser.add_argument("--form", choices=EntryForm.values, default=EntryForm.GUIDE.value)
        parser.add_argument(
            "--visibility", choices=[v for v in Visibility.values if v != "group"], default=Visibility.PUBLIC.value
        )
        parser.add_argument("--subject", action="append", default=[], help="a subject for every row (may be repeated)")
        parser.add_argument("--language", default="en", help="language of rows that name none")
        parser.add_argument("--source", default="", help="source of rows that name none (default: the file's name)")
        parser.add_argument("--by", help="e-mail address of the account that answers for it")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with a run that was cut off")
        parser.add_argument("--undo", type=int, metavar="RUN", help="take back what a run added")
        parser.add_argument("--no-index", action="store_true", help="leave search to the worker")

    def handle(self, *, files, **options):
        by = self._account(options["by"])
        if options["undo"]:
            return self.take_back(options["undo"], by)
        run, options = self._run(files, options, by)
        report = Report()
        try:
            self.bring_in(run, options, by, report)
        except UnreadableFile as error:
            self._tell(run, report, options["dry_run"])
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._tell(run, report, options["dry_run"])
            raise CommandError(f"Stopped. Go on with: manage.py import_entries --resume {run.pk}") from None
        self._tell(run, report, options["dry_run"])
        if not options["dry_run"] and not options["no_index"]:
            self._index()
        if report.counts["faulty"]:
            sys.exit(1)

    def bring_in(self, run, options, by, report):
        names = ("kind", "form", "visibility", "language", "subject")
        defaults = {name: options[name] for name in names} | {"source": options["source"] or Path(run.files[0]).stem}
        import_entries(
            run,
            by=by,
            publish=options["publish"],
            dry_run=options["dry_run"],
            defaults=defaults,
            progress=lambda rows: iter(tqdm(rows, unit=" rows", disable=not sys.stderr.isatty())),
            report=report,
        )

    def take_back(self, pk, by):
        run = ImportRun.objects.filter(pk=pk, kind="entries").first()
        if run is None:
            raise CommandError(f"There is no import {pk}.")
        total = run.rows.count()
        kept = undo(run, by=by, progress=lambda rows: tqdm(rows, unit=" entries", disable=not sys.stderr.isatty()))
        for entry in kept:
            self.stdout.write(f"edited since, left: {entry.title} (page {entry.pk})")
        self._index()
        self.stdout.write(f"Run {pk} is taken back: {total - len(kept)} entries removed, {len(kept)} left.")

    def _run(self, files, options, by):
        if options["resume"]:
            run = ImportRun.objects.filter(pk=options["resume"], kind="entries").first()
            if run is None:
                raise CommandError(f"There is no import {options['resume']}.")
            return run, {**options, **run.options}
        if not files:
            raise CommandError("Name at least one file.")
        kept = ("publish", "kind", "form", "visibility", "subject", "language", "source")
        absolute = [file.resolve() for file in files]
        if options["dry_run"]:
            return ImportRun(kind="entries", files=[str(file) for file in absolute]), options
        return start_run(absolute, {name: options[name] for name in kept}, by), options

    def _account(self, email):
        users = get_user_model().objects.filter(is_active=True)
        if email:
            found = users.filter(email__iexact=email).first()
            if found is None:
                raise CommandError(f"No active account has the address {email}.")
            return found
        return users.filter(is_superuser=True).first()

    def _tell(self, run, report, dry_run):
        for line in report.lines:
            self.stderr.write(line)
        counts = ", ".join(f"{number} {name}" for name, number in report.counts.items())
        self.stdout.write(f"{'Would be' if dry_run else f'Run {run.pk}'}: {counts}.")

    def _index(self):
        """Work off what the batches told; a worker beside it does the same, and neither does it twice."""
        done = 0
        with tqdm(unit=" steps", desc="indexing", disable=not sys.stderr.isatty()) as bar:
            while step := work_off(limit=5):
                done += step
                bar.update(step)
