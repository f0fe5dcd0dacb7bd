"""A run of the import: begun, gone on with, taken back; and what follows from each batch."""

from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from modelsearch import index
from wagtail.models import Page, ReferenceIndex

from knowledge.acquisition.imports.reading import read_rows
from knowledge.acquisition.imports.rows import BadRow, check_row
from knowledge.acquisition.imports.writing import Prepared, has_subject, write_batch
from knowledge.blocks import body_text, written_body
from knowledge.models import Entry, EntryState, ImportRun
from knowledge.models.imports import RunState
from knowledge.organization.matching import match_tags
from knowledge.outbox import hears, tell

BATCH = 100  # rows a transaction: well under two seconds, so that nobody else waits long
SHORTEST = 30  # characters; a line below that is a heading, not the beginning of a text


class Report:
    """What an import did: counts, and a line for each thing that a person should know."""

    def __init__(self):
        self.counts = dict.fromkeys(("read", "added", "published", "drafts", "known", "faulty"), 0)
        self.lines = []

    def say(self, place, message):
        self.lines.append(f"{place}: {message}")

    def count(self, name, number=1):
        self.counts[name] += number


def import_entries(run, *, by, publish=False, dry_run=False, defaults, progress=iter, report=None):
    """Read the files of `run` and make entries of their rows; return the `Report`.

    Rows whose `source:id` is there already are left as they are, so a run that was cut off goes on where it stopped.
    A faulty row is told and the others go on. `defaults`: dict with kind, form, visibility, language, source, subject (list of labels).
    `progress` wraps the iterator of rows. Raises `UnreadableFile` when a file as a whole cannot be read.
    """
    report = report or Report()
    for path in run.files:
        rows = progress(read_rows(path))
        while batch := list(islice(rows, BATCH)):
            _do_batch(batch, run, by, publish, dry_run, defaults, report)
    if not dry_run:
        run.counts = report.counts
        run.state, run.finished_at = RunState.DONE, timezone.now()
        run.save()
    return report


def _do_batch(batch, run, by, publish, dry_run, defaults, report):
    checked = _checked(batch, defaults, report)
    new = _not_known(checked, report)
    if dry_run:
        report.count("added", len(new))
        return
    prepared = _prepared(new, defaults, report)
    if not prepared:
        return
    entries = write_batch(prepared, run=run, by=by, publish=publish)
    live = sum(entry.live for entry in entries)
    report.count("added", len(entries))
    report.count("published", live)
    report.count("drafts", len(entries) - live)


def _checked(batch, defaults, report):
    """(place, EntryRow) of the rows that hold together; the others are told."""
    found = []
    for raw in batch:
        report.count("read")
        try:
            if raw.fault:
                raise BadRow(raw.fault)
            row = check_row(raw.values, defaults)
        except BadRow as fault:
            report.count("faulty")
            report.say(raw.place, str(fault))
            continue
        for note in row.notes:
            report.say(raw.place, note)
        found.append((raw.place, row))
    return found


def _not_known(checked, report):
    """Those that are not in the library yet; a key that comes twice is told."""
    origins = [row.origin for _place, row in checked]
    known = set(EntryState.objects.filter(origin__in=origins).values_list("origin", flat=True))
    fresh, seen = [], set()
    for place, row in checked:
        if row.origin in known:
            report.count("known")
        elif row.origin in seen:
            report.count("faulty")
            report.say(
                place, _("The key %(key)s stands in this file twice; this row is left out.") % {"key": row.origin}
            )
        else:
            seen.add(row.origin)
            fresh.append((place, row))
    return fresh


def _prepared(new, defaults, report):
    """Render the bodies and match the tags, before any lock is taken."""
    tags = {tag for _place, row in new for tag in row.tags} | set(defaults["subject"])
    concepts = match_tags(tags, defaults["language"])
    prepared = []
    for place, row in new:
        try:
            body = written_body(row.body, row.body_format)
        except ValidationError as fault:
            report.count("faulty")
            report.say(place, " ".join(fault.messages))
            continue
        names = [*row.tags, *defaults["subject"]]
        chosen = list({concepts[name].pk: concepts[name] for name in names if name in concepts}.values())
        row.summary = row.summary or _first_words(body)
        if not has_subject(chosen):
            report.say(place, _("“%(title)s” has no subject, so it stays a draft.") % {"title": row.title})
        prepared.append(Prepared(row, body, chosen))
    return prepared


def _first_words(body, limit=200):
    """A summary for a text that brought none: the beginning of its first paragraph."""
    for line in body_text(body).splitlines():
        if len(line.strip()) > SHORTEST:
            return line.strip()[:limit]
    return ""


# ---------------------------------------------------------------- taking back
def undo(run, *, by, progress=iter):
    """Take back what `run` added; entries that were edited since stay and are returned."""
    kept = []
    for row in progress(list(run.rows.select_related("entry").order_by("-pk"))):
        if not _take_back(row, by):
            kept.append(row.entry)
    run.state = RunState.UNDONE
    run.save(update_fields=["state"])
    return kept


@transaction.atomic
def _take_back(row, by):
    entry = Entry.objects.select_for_update().get(pk=row.entry_id)
    if entry.latest_revision_id != row.revision_id:
        return False
    Page.objects.select_for_update().filter(pk=entry.get_parent().pk).first()
    tell("entry_deleted", entry)
    Entry.objects.get(pk=entry.pk).delete(user=by)
    return True


@hears("entries_imported")
def keep_indexes(row):
    """Wagtail's reference index and its search for the admin; both are safe to do again."""
    pks = [key.rpartition(":")[2] for key in row.payload["keys"]]
    for entry in Entry.objects.filter(pk__in=pks):
        ReferenceIndex.create_or_update_for_object(entry)
        index.insert_or_update_object(entry)


def start_run(files, options, by):
    """A new run over `files` (absolute paths)."""
    return ImportRun.objects.create(kind="entries", files=[str(file) for file in files], options=options, by=by)
