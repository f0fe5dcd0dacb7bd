"""Tables that leave the site: CSV that a spreadsheet opens as text."""

import csv
import re

from django.http import HttpResponse

# A spreadsheet takes a cell for a formula when it begins so; blanks and full-width twins before it do not help.
FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")


def cell(value):
    """`value` as text that no spreadsheet runs: a formula gets an apostrophe before it. Numbers stay numbers."""
    if isinstance(value, int | float):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def csv_response(name, header, rows):
    """A CSV download named `name`, UTF-8 with a byte order mark (Excel shows Chinese rightly only with it)."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
