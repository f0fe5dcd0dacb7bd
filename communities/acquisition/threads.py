"""Threads out of a JSONL file, one a line: `title`, `tags`, `author`, `created`, and `posts[]`, each with a body."""

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.acquisition.formulas import own_markup
from communities.acquisition.talk import Author, Said, Talk, moment, origin, source_name
from communities.rules import PostKind, SourceFormat
from knowledge.acquisition.imports.reading import UnreadableFile, read_rows
from knowledge.acquisition.imports.rows import LANGUAGES, BadRow
from knowledge.dialects import plain_markdown
from knowledge.text import clean

BODIES = {"body_html": SourceFormat.HTML, "body_markdown": SourceFormat.MARKDOWN, "body_text": SourceFormat.TEXT}
MOST_POSTS = 50_000  # of a thread


class ThreadFile:
    """The talks of a file of threads. `language` is that of lines that name none, `source` likewise."""

    def __init__(self, path, *, source, language, report):
        self.path, self.source, self.language, self.report = Path(path), source, language, report
        self.seen = set()
        if self.path.suffix.lower() not in (".jsonl", ".ndjson"):
            raise UnreadableFile(_("%(file)s: only .jsonl can be read.") % {"file": self.path.name})

    def __iter__(self):
        for row in read_rows(self.path):
            try:
                if row.fault:
                    raise BadRow(row.fault)
                yield self._talk(row)
            except BadRow as fault:
                self._fault(row.place, str(fault))

    def _fault(self, place, message):
        self.report.count("faulty")
        self.report.say(place, message)

    def _talk(self, row):
        values = row.values
        name, title = _line(values.get("id")), _line(values.get("title"))
        if not name or not title:
            raise BadRow(_("“%(key)s” is missing or empty.") % {"key": "title" if name else "id"})
        source = source_name(_line(values.get("source"))) or self.source
        key = origin(source, name)
        if key in self.seen:
            raise BadRow(_("The key %(key)s stands in this file twice; this row is left out.") % {"key": key})
        self.seen.add(key)
        return Talk(
            source=source,
            key=key,
            place=row.place,
            title=title,
            language=LANGUAGES.get(str(values.get("lang")).lower(), self.language),
            posts=self._posts(values, key, source, row.place),
            tags=_list(values.get("tags")),
            score=_score(values.get("score")),
        )

    def _posts(self, values, key, source, place):
        """The posts by date, the first one first, each with its comments. A faulty one is told and left out."""
        rows = values.get("posts")
        if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
            raise BadRow(_("“posts” must be a list with the first post at its head."))
        if len(rows) > MOST_POSTS:
            raise BadRow(_("This thread has more than %(n)d posts.") % {"n": MOST_POSTS})
        asked = {"author": values.get("author"), "created": values.get("created"), "body_text": values.get("title")}
        rows = [asked | {name: value for name, value in rows[0].items() if value not in (None, "")}, *rows[1:]]
        said, under = {}, {}
        at = None
        for number, row in enumerate(rows, 1):
            try:
                one, name = self._said(row, key, source, f"{place}, post {number}", at)
            except BadRow as fault:
                self._fault(f"{place}, post {number}", str(fault))
                continue
            at = one.at
            if name in said or name in under:
                message = _("The number %(number)s stands in this thread twice; this post is left out.")
                self._fault(one.place, message % {"number": name[:40]})
            elif row.get("kind") == PostKind.COMMENT and (post := said.get(_line(row.get("parent_id")))):
                post.comments.append(one)
                under[name] = one
            else:
                said[name] = one
        first, *others = said.values() if said else [None]
        if first is None or first.place != f"{place}, post 1":
            raise BadRow(_("The first post of this thread cannot be read; the thread is left out."))
        return [first, *sorted(others, key=lambda one: one.at)]

    def _said(self, row, key, source, place, before):
        if not isinstance(row, dict):
            raise BadRow(_("A post must be an object with keys."))
        name = _line(row.get("id")) or place.rpartition(" ")[2]
        text, kind = _body(row)
        said = Said(key=origin(key, name), place=place, text=text, format=kind, at=self._when(row, before))
        said.author = self._author(row, source)
        said.edited_at = moment(row.get("updated"))
        said.accepted_at = said.at if row.get("is_accepted") is True else None
        said.score = _score(row.get("score"))
        return said, name

    def _when(self, row, before):
        """When it was written; where that is not said, as the post before it."""
        at = moment(row.get("created"))
        if at is None:
            self.report.count("undated")
        return at or before or timezone.now()

    def _author(self, row, source):
        name = _line(row.get("author"))
        if not name:
            self.report.count("unnamed")
            return None
        return Author(origin(source, f"user-{name}"), name)


def _line(value):
    """A short text or number as one line; anything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(clean(str(value)).split())


def _list(value):
    return [line for one in value if (line := _line(one))] if isinstance(value, list) else []


def _score(value):
    whole = isinstance(value, int) and not isinstance(value, bool)
    return max(min(value, 2**31 - 1), -(2**31)) if whole else None


def _body(row):
    """(text, format) of a post: the first body that it has."""
    found = [(row.get("body"), row.get("body_format") or SourceFormat.MARKDOWN)]
    found += [(row.get(key), kind) for key, kind in BODIES.items()]
    text, kind = next(((text, kind) for text, kind in found if isinstance(text, str) and text.strip()), ("", ""))
    if not text:
        raise BadRow(_("“%(key)s” is missing or empty.") % {"key": "body"})
    if kind not in SourceFormat.values:
        message = _("“%(key)s” is “%(value)s”, but must be one of: %(allowed)s.")
        allowed = ", ".join(SourceFormat.values)
        raise BadRow(message % {"key": "body_format", "value": str(kind)[:60], "allowed": allowed})
    text = clean(text)
    if kind == SourceFormat.HTML:
        return own_markup(text), kind
    return (plain_markdown(text).source if kind == SourceFormat.MARKDOWN else text), kind
