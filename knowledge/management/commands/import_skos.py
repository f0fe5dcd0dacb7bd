"""Bring in vocabularies from SKOS files."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from knowledge.organization.matching import remaps
from knowledge.organization.skos.importing import ImportRefused, import_files
from knowledge.organization.skos.reading import UnreadableFile
from knowledge.rules import Facet

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Bring in vocabularies from SKOS files (Turtle, N-Triples, RDF/XML, JSON-LD). The files are read and checked "
        "together first; an error stops it, a warning is told. All comes in or nothing. Running it again changes only "
        "what is different."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--facet",
            choices=[*Facet.values, "none"],
            help="what the schemes classify by (default: left as it is, none at first)",
        )
        parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")

    def handle(self, *, files, facet, strict, dry_run, verbosity, **options):
        facet = "" if facet == "none" else facet
        try:
            report = import_files(files, facet_of=facet, strict=strict, dry_run=dry_run, progress=bar)
        except UnreadableFile as fault:
            raise CommandError(str(fault)) from fault
        except ImportRefused as refusal:
            self.list_warnings(refusal.warnings, verbosity)
            raise CommandError("\n".join(shortened(refusal.errors, verbosity)) + "\nNothing was imported.") from refusal
        self.list_warnings(report.warnings, verbosity)
        self.say_what_came(report, dry_run)
        if not dry_run:
            self.offer_remaps()

    def list_warnings(self, warnings, verbosity):
        for warning in shortened(warnings, verbosity):
            self.stderr.write(f"Warning: {warning}")

    def say_what_came(self, report, dry_run):
        say = self.stdout.write
        say("Read: " + ", ".join(f"{number:,} {what}" for what, number in report.read.items() if number) + ".")
        if report.not_kept:
            say(f"Not kept: {sum(report.not_kept.values()):,} statements of {len(report.not_kept)} predicates:")
            for predicate, number in report.not_kept.items():
                say(f"  {number:>7,}  {predicate}")
        for what, counter in (
            ("New", report.outcome.new),
            ("Changed", report.outcome.changed),
            ("Removed", report.outcome.removed),
        ):
            numbers = ", ".join(f"{number:,} {name}" for name, number in counter.items() if number)
            if numbers:
                say(f"{what}: {numbers}.")
        if not report.outcome.rows:
            say("Nothing is different from what is here: 0 rows touched.")
        elif dry_run:
            say("This was a dry run: nothing was written.")

    def offer_remaps(self):
        """Say when a label that came in is the word of a tag that is held without a place; nothing is moved unasked."""
        number = len(remaps())
        if number:
            self.stdout.write(
                f"{number:,} tags that are held without a place match a label now. "
                "Look at them with `manage.py remap_tags`."
            )


def bar(items, label):
    """A progress bar, on a terminal only."""
    return tqdm(items, desc=label, leave=False, disable=not sys.stderr.isatty())


def shortened(sentences, verbosity):
    """The first of `sentences`, and how many more; all of them with `-v 2`."""
    if verbosity > 1 or len(sentences) <= SHOWN:
        return sentences
    return [*sentences[:SHOWN], f"… and {len(sentences) - SHOWN:,} more (-v 2 shows all)."]
