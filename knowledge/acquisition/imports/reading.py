"""Rows out of CSV, XLSX and JSONL files, each with the place where it stands. Nothing is believed: sizes, encodings, shapes."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

LARGEST_FILE = 200_000_000  # bytes
LONGEST_LINE = 10_000_000  # characters
MOST_ROWS = 200_000
LIST_KEYS = ("category_path", "tags", "authors", "subject")
XLSX_SECONDS = 30


class UnreadableFile(Exception):
    """The whole file cannot be read; the message names it, the line, and what to do."""


@dataclass(frozen=True)
class Row:
    """One row: `values` by key, or `fault` when it could not be read; `file` and `line` say where it stands."""

    file: str
    line: int
    values: dict
    fault: str = ""

    @property
    def place(self):
        return f"{self.file}:{self.line}"


def read_rows(path) -> Iterator[Row]:
    """The rows of a `.jsonl`, `.csv` or `.xlsx` file, one after the other.

    Raises `UnreadableFile` for a file that is missing, too large, in a wrong encoding, or of a form that is not known.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(_("%(file)s: only .jsonl, .csv and .xlsx can be read.") % {"file": path.name})
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableFile(
            _("%(file)s cannot be opened: %(why)s.") % {"file": path, "why": error.strerror}
        ) from error
    if size > LARGEST_FILE:
        limit = LARGEST_FILE // 1_000_000
        raise UnreadableFile(_("%(file)s is larger than %(limit)d MB. Split it.") % {"file": path.name, "limit": limit})
    if size == 0:
        raise UnreadableFile(_("%(file)s is empty.") % {"file": path.name})
    for number, row in enumerate(reader(path), 1):
        if number > MOST_ROWS:
            raise UnreadableFile(
                _("%(file)s has more than %(n)d rows. Split it.") % {"file": path.name, "n": MOST_ROWS}
            )
        yield row


def _lines(path):
    """Numbered lines of a UTF-8 file (a byte order mark is passed over)."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
                yield number, line
    except UnicodeDecodeError as error:
        message = _("%(file)s, after line %(line)d: this is not UTF-8. Save the file as UTF-8 and start again.")
        raise UnreadableFile(message % {"file": path.name, "line": number}) from error


def _jsonl(path):
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            why = getattr(error, "msg", None) or type(error).__name__
            yield Row(
                path.name, number, {}, _("This line is not JSON (%(why)s). It may have been cut off.") % {"why": why}
            )
            continue
        if not isinstance(values, dict):
            yield Row(path.name, number, {}, _("This line is JSON, but not an object with keys."))
            continue
        yield Row(path.name, number, values)


def _csv(path):
    lines = (line for _number, line in _lines(path))
    reader = csv.reader(lines, strict=True)
    csv.field_size_limit(LONGEST_LINE)
    try:
        header = next(reader, [])
        _check_header(path, header)
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _cells_to_row(path, start, header, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        message = _(
            "%(file)s, line %(line)d: the table breaks off here (%(why)s). Look for a quotation mark that is not closed."
        )
        raise UnreadableFile(message % {"file": path.name, "line": reader.line_num, "why": error}) from error


def _xlsx(path):
    """The first sheet, read by a child process with limits of its own (knowledge/acquisition/imports/xlsx.py)."""
    command = [sys.executable, "-m", "knowledge.acquisition.imports.xlsx", str(path)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=XLSX_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        message = _("%(file)s takes too long to read. Save it as CSV and import that.")
        raise UnreadableFile(message % {"file": path.name}) from error
    if child.returncode:
        lines = child.stderr.decode(errors="replace").strip().splitlines()
        why = lines[-1] if lines else _("it needs too much memory")
        message = _("%(file)s cannot be read: %(why)s. Save it as CSV and import that.")
        raise UnreadableFile(message % {"file": path.name, "why": why})
    rows = [json.loads(line) for line in child.stdout.decode().splitlines()]
    header = [str(cell).strip() for cell in rows[0]] if rows else []
    _check_header(path, header)
    for number, cells in enumerate(rows[1:], 2):
        if any(str(cell).strip() for cell in cells):
            yield _cells_to_row(path, number, header, [str(cell) for cell in cells])


def _check_header(path, header):
    missing = [name for name in ("id", "title", "body") if name not in header]
    if missing:
        message = _("%(file)s, line 1: the column %(names)s is missing. The first line names the columns.")
        raise UnreadableFile(message % {"file": path.name, "names": ", ".join(missing)})


def _cells_to_row(path, number, header, cells):
    if len(cells) > len(header):
        fault = _("This row has %(n)d cells, but there are %(m)d columns.") % {"n": len(cells), "m": len(header)}
        return Row(path.name, number, {}, fault)
    values = {name: cell for name, cell in zip(header, cells, strict=False) if cell != ""}
    for key in LIST_KEYS:
        if key in values:
            values[key] = [part.strip() for part in values[key].split("|") if part.strip()]
    return Row(path.name, number, values)


READERS = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".xlsx": _xlsx}
