"""One row checked: what it would become, or what is wrong with it and what to do."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from knowledge.dialects import plain_markdown
from knowledge.models.entry import Licence
from knowledge.rules import EntryForm, Kind, Visibility
from knowledge.text import clean

SPACE = uuid.UUID("5a5bd0f4-6a0e-4a6e-9f0c-2f5f4f7f7a10")  # makes translation keys of the same text the same key
FORMATS = ("markdown", "html", "text")
LANGUAGES = {"en": "en", "zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans", "zh-hans-cn": "zh-hans"}
LICENCES = [
    (re.compile(r"^\s*CC[ -]?0", re.I), Licence.CC0),
    (re.compile(r"^\s*CC[ -]BY[ -]SA[ -]4", re.I), Licence.CC_BY_SA),
    (re.compile(r"^\s*CC[ -]BY[ -]NC[ -]4", re.I), Licence.CC_BY_NC),
    (re.compile(r"^\s*CC[ -]BY[ -]4", re.I), Licence.CC_BY),
]


@dataclass
class EntryRow:
    """What a row becomes. `origin` is its key, `source:id`; `notes` tell what was turned into something plainer."""

    origin: str
    language: str
    title: str
    body: str
    body_format: str = "markdown"
    summary: str = ""
    kind: str = Kind.FOR
    form: str = EntryForm.GUIDE
    visibility: str = Visibility.PUBLIC
    tags: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    licence: str = Licence.RESERVED
    rights: str = ""
    source_title: str = ""
    source_url: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    translation_key: uuid.UUID | None = None
    notes: list[str] = field(default_factory=list)


class BadRow(Exception):
    """What is wrong with a row, and what to do."""


def check_row(values, defaults):
    """Make an `EntryRow` of `values` (dict of a row) and `defaults` (dict: kind, form, visibility, source, language).

    Raises `BadRow` with every fault of the row in one message.
    """
    faults = []
    text = {key: _text(values.get(key), key, faults) for key in ("id", "title", "body", "summary", "licence", "source")}
    for key in ("id", "title", "body"):
        if not text[key].strip():
            faults.append(_("“%(key)s” is missing or empty.") % {"key": key})
    row = EntryRow(
        origin=f"{text['source'] or defaults['source']}:{text['id']}"[:300],
        language=_language(values.get("lang") or defaults["language"], faults),
        title=" ".join(text["title"].split())[:255],
        body=text["body"],
        body_format=_one_of(values.get("body_format") or "markdown", FORMATS, "body_format", faults),
        summary=text["summary"].strip()[:500],
        kind=_one_of(values.get("kind") or defaults["kind"], Kind.values, "kind", faults),
        form=_one_of(values.get("form") or defaults["form"], EntryForm.values, "form", faults),
        visibility=_one_of(values.get("visibility") or defaults["visibility"], VISIBLE, "visibility", faults),
        tags=_tags(values, faults),
        authors=_list(values.get("authors"), "authors", faults),
        source_title=text["source"] or defaults["source"],
        source_url=_url(values.get("url")),
        created=_moment(values.get("created"), "created", faults),
        updated=_moment(values.get("updated"), "updated", faults),
    )
    row.licence, row.rights = _licence(text["licence"])
    if values.get("translation_key"):
        row.translation_key = uuid.uuid5(SPACE, f"{row.source_title}:{values['translation_key']}")
    if faults:
        raise BadRow(" ".join(faults))
    if row.kind == Kind.ABOUT:
        row.visibility = Visibility.STAFF
    if row.body_format == "markdown":
        plain = plain_markdown(row.body)
        row.body, row.notes = plain.source, [str(note) for note in plain.notes]
    return row


VISIBLE = [value for value in Visibility.values if value != Visibility.GROUP]


def _text(value, key, faults):
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        faults.append(_("“%(key)s” must be text.") % {"key": key})
        return ""
    return clean(str(value))


def _one_of(value, allowed, key, faults):
    if value not in allowed:
        faults.append(
            _("“%(key)s” is “%(value)s”, but must be one of: %(allowed)s.")
            % {"key": key, "value": str(value)[:60], "allowed": ", ".join(allowed)}
        )
    return value


def _language(value, faults):
    found = LANGUAGES.get(str(value).lower())
    if found is None:
        codes = ", ".join(code for code, _name in settings.LANGUAGES)
        faults.append(
            _("“lang” is “%(value)s”, but must be one of: %(codes)s.") % {"value": str(value)[:40], "codes": codes}
        )
    return found


def _list(value, key, faults):
    if value in (None, ""):
        return []
    if isinstance(value, str):
        value = value.split("|")
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        faults.append(_("“%(key)s” must be a list of texts.") % {"key": key})
        return []
    return [cleaned for part in value if (cleaned := " ".join(clean(part).split())[:200])]


def _tags(values, faults):
    """Subjects, tags and the parts of the category path: all of them say what it is about."""
    found = [tag for key in ("subject", "tags", "category_path") for tag in _list(values.get(key), key, faults)]
    return list(dict.fromkeys(found))


def _moment(value, key, faults):
    if not value:
        return None
    try:
        moment = parse_datetime(str(value)) or _midnight(parse_date(str(value)))
    except ValueError:
        moment = None
    if not moment:
        faults.append(
            _("“%(key)s” is “%(value)s”; write dates as 2026-11-25.") % {"key": key, "value": str(value)[:40]}
        )
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _midnight(day):
    return datetime(day.year, day.month, day.day) if day else None


def _licence(text):
    for pattern, licence in LICENCES:
        if pattern.match(text):
            return licence, text[:300]
    return (Licence.OTHER, text[:300]) if text else (Licence.RESERVED, "")


def _url(value):
    text = str(value or "")
    return text[:1000] if text.startswith(("http://", "https://")) else ""
