"""Markdown as other sites write it, turned into the Markdown of this one, for imports.

Front matter, `:::` containers, shortcodes and HTML become plain parts; what has no plain form is left out and told.
"""

import re
import tomllib
from dataclasses import dataclass, field
from html.parser import HTMLParser

import yaml
from django.utils.translation import gettext_lazy as _

from knowledge.text import MAX_SOURCE, TextTooLong, clean

LONGEST_FRONT_MATTER = 10_000

_FRONT_MATTER = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|$)", re.DOTALL)
_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>.*)")
_FENCE_TITLE = re.compile(r"^(?P<language>[\w+#.-]*).*?\[(?P<title>[^\]]+)\]")
_OPENS = re.compile(r"(?P<indent>[ \t]*):{3,}[ \t]*(?P<kind>[\w-]+)[ \t]*(?P<title>.*)")
_CLOSES = re.compile(r"[ \t]*:{3,}[ \t]*$")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(?P<end>/?)\s*(?P<name>[\w-]+)(?P<rest>[^{}]*?)\s*/?[%>]\}\}")
_SHORTCODE_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\(\s*\{\{[<%][^{}]*[%>]\}\}[^)]*\)")
_ALERT_ENDS = re.compile(r".*\{\{[<%]\s*/\s*alert\s*[%>]\}\}\s*")
_PARAMETER = re.compile(r'title\s*=\s*"([^"]*)"')
_CONTENTS_LINE = re.compile(r"[ \t]*\[\[?toc\]\]?[ \t]*$", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_BADGE = re.compile(r"""\s*<Badge\b[^>]*?\btext=["']([^"']*)["'][^>]*?/?>(?:</Badge>)?""")
_LINK_TAG = re.compile(r"""<a\b[^>]*?\bhref=["']([^"']*)["'][^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
_FRAME = re.compile(r"<(iframe|script|style|video|audio)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(r"^[ \t]*<table\b.*?</table>[ \t]*$", re.IGNORECASE | re.DOTALL | re.MULTILINE)
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "kbd": "`"}
_TAG = re.compile(
    r"</?(b|strong|i|em|code|kbd|br|p|div|span|sub|sup|u|ul|ol|li|center|font|details|summary|table|thead|tbody|tr|td|th|img|hr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


@dataclass
class Plain:
    """A document in plain Markdown: what its head said, its text, and what could not be kept."""

    front_matter: dict
    source: str
    notes: list = field(default_factory=list)

    def note(self, message):
        if message not in self.notes:
            self.notes.append(message)


def plain_markdown(source):
    """Turn the Markdown of VitePress, Hugo and their like into `Plain`. Text in code is left as it is."""
    front_matter, body = split_front_matter(clean(source))
    plain = Plain(front_matter, body)
    plain.source = _outside_code(plain.source, lambda text: _COMMENT.sub("", text))
    plain.source = _outside_code(plain.source, lambda text: _without_frames(text, plain))
    plain.source = "\n".join(_without_containers(plain.source))
    plain.source = _outside_code(plain.source, lambda text: _plain_inline(text, plain))
    _lift_title(plain)
    plain.source = re.sub(r"\n{3,}", "\n\n", plain.source).strip() + "\n"
    return plain


def split_front_matter(source):
    """(dict, rest) of a document that may begin with YAML or TOML; ({}, source) when it does not or it is broken."""
    match = _FRONT_MATTER.match(source[: LONGEST_FRONT_MATTER * 2])
    if not match or len(match[2]) > LONGEST_FRONT_MATTER:
        return {}, source
    try:
        data = yaml.safe_load(match[2]) if match[1] == "---" else tomllib.loads(match[2])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        return {}, source
    return (data, source[match.end() :]) if isinstance(data, dict) else ({}, source)


# ---------------------------------------------------------------- code is left alone


def _fenced(lines):
    """Pairs (line, whether it belongs to a fence)."""
    ticks = None
    for line in lines:
        match = _FENCE.fullmatch(line)
        if ticks is None and match:
            ticks = match["ticks"]
            yield line, True
        elif ticks is not None:
            yield line, True
            if match and match["ticks"].startswith(ticks) and not match["info"].strip():
                ticks = None
        else:
            yield line, False


def _outside_code(source, change):
    """`source` with `change` made to all text between fences; code spans keep their place."""
    parts, text = [], []
    for line, in_fence in [*_fenced(source.split("\n")), (None, True)]:
        if in_fence and text:
            parts.append(_outside_spans("\n".join(text), change))
            text = []
        if not in_fence:
            text.append(line)
        elif line is not None:
            parts.append(line)
    return "\n".join(parts)


def _outside_spans(text, change):
    spans = []

    def keep(match):
        spans.append(match[0])
        return f"\x02{len(spans) - 1}\x03"

    changed = change(_CODE_SPAN.sub(keep, text))
    return re.sub("\x02(\\d+)\x03", lambda match: spans[int(match[1])], changed)


# ---------------------------------------------------------------- containers


def _without_containers(source):
    """Lines in which containers are quotations under their title, and code groups are their fences."""
    stack, lines = [], []  # (indent, mark) of each open container
    for line, in_fence in _fenced(source.split("\n")):
        opening = None if in_fence else _opening(line)
        if opening:
            indent, kind, title = opening
            _blank(lines, stack)
            outer = sum(width for width, _mark in stack)
            stack.append((max(len(indent) - outer, 0), "" if kind == "code-group" else "> "))
            _title(lines, stack, title)
        elif not in_fence and stack and (_CLOSES.fullmatch(line) or _ALERT_ENDS.fullmatch(line)):
            if lines and not lines[-1].strip(" \t>"):
                lines.pop()
            stack.pop()
            _blank(lines, stack)
        elif not in_fence and stack and not line.strip():
            _blank(lines, stack)
        elif stack:
            if in_fence and (titled := _titled_fence(line)):
                language, title = titled
                _title(lines, stack, title)
                line = language
            lines.append(_prefix(stack) + _strip(line, stack))
        else:
            lines.append(line)
    return lines


def _opening(line):
    """(indent, kind, title) when `line` opens a container or a Hugo alert."""
    match = _OPENS.fullmatch(line)
    if match:
        return match.group("indent", "kind", "title")
    match = _SHORTCODE.search(line)
    if not match or match["name"] != "alert" or match["end"]:
        return None
    title = _PARAMETER.search(match["rest"])
    return line[: len(line) - len(line.lstrip())], "alert", title[1] if title else ""


def _titled_fence(line):
    """(the fence without its title, the title) of the first line of a fence in a code group."""
    match = _FENCE.fullmatch(line)
    titled = match and _FENCE_TITLE.match(match["info"].strip())
    return titled and (f"{match['indent']}{match['ticks']}{titled['language']}", titled["title"])


def _title(lines, stack, title):
    if title.strip():
        lines.append(_prefix(stack) + f"**{title.strip()}**")
        _blank(lines, stack)


def _blank(lines, stack):
    if lines and lines[-1].strip(" \t>"):
        lines.append(_prefix(stack).rstrip() if stack else "")


def _prefix(stack):
    """Where a line of the open containers begins: the indent of the outermost, a mark for each quotation."""
    return " " * stack[0][0] + "".join(mark for _indent, mark in stack) if stack else ""


def _strip(line, stack):
    """`line` without the indent of the containers that it stands in."""
    indent = sum(width for width, _mark in stack)
    return line[min(indent, len(line) - len(line.lstrip(" \t"))) :]


# ---------------------------------------------------------------- within the text


def _without_frames(text, plain):
    if _FRAME.search(text):
        plain.note(_("Embedded videos, frames and scripts were left out."))
    return _TABLE.sub(lambda match: _pipe_table(match[0], plain), _FRAME.sub("", text))


def _plain_inline(text, plain):
    text = "\n".join(line for line in text.split("\n") if not _CONTENTS_LINE.fullmatch(line))
    text, links = _SHORTCODE_LINK.subn(lambda match: match["text"], text)
    if links:
        plain.note(_("Links to other pages of the source became text."))
    text = _SHORTCODE.sub(lambda match: _drop_shortcode(match, plain), text)
    text = _BADGE.sub(lambda match: f" ({match[1]})", text)
    text = _LINK_TAG.sub(lambda match: f"[{match[2]}]({match[1]})", text)
    return _TAG.sub(_plain_tag, text)


def _drop_shortcode(match, plain):
    if not match["end"]:
        plain.note(_("The shortcode “%(name)s” was left out.") % {"name": match["name"]})
    return ""


def _plain_tag(match):
    name = match[1].lower()
    return " " if name == "br" else _EMPHASIS.get(name, "")


class _Table(HTMLParser):
    """Rows of cells of an HTML table, as inline Markdown."""

    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = []
            self.rows = self.rows or [[]]
            self.rows[-1].append(self.cell)
        elif self.cell is not None:
            self.cell.append(_EMPHASIS.get(tag, " "))

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
        elif self.cell is not None:
            self.cell.append(_EMPHASIS.get(tag, " "))

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def _pipe_table(html, plain):
    parser = _Table()
    parser.feed(html)
    rows = [[_cell(cell) for cell in row] for row in parser.rows if row]
    if not rows:
        return ""
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    rows.insert(1, ["---"] * width)
    plain.note(_("HTML tables became Markdown tables."))
    return "\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n\n"


def _cell(pieces):
    return re.sub(r"\*{2}\s*\*{2}", "", " ".join("".join(pieces).split())).replace("|", "\\|")


def _lift_title(plain):
    """Take a first heading of level 1 as the title, and move the others one level down when more remain."""
    lines = list(_fenced(plain.source.strip("\n").split("\n")))
    match = None if not lines or lines[0][1] else _HEADING.fullmatch(lines[0][0])
    if match and len(match[1]) == 1:
        plain.front_matter.setdefault("title", match[2])
        lines = lines[1:]
    if any(not in_fence and line.startswith("# ") for line, in_fence in lines):
        lines = [(f"#{line}", False) if _lowers(line, in_fence) else (line, in_fence) for line, in_fence in lines]
    plain.source = "\n".join(line for line, _in_fence in lines)


def _lowers(line, in_fence):
    match = None if in_fence else _HEADING.fullmatch(line)
    return bool(match) and len(match[1]) < 6


# ---------------------------------------------------------------- long texts


def split_markdown(source, limit=MAX_SOURCE):
    """Divide Markdown into parts of at most `limit` characters, at headings or, within a long section, at paragraphs.

    Fences are never cut and a divided table keeps its head. Raises `TextTooLong` when one piece alone is too long.
    """
    pieces = []
    for section in _sections(source):
        pieces += [section] if len(section) <= limit else _joined(_paragraphs(section, limit), limit)
    return [part.strip("\n") + "\n" for part in _joined(pieces, limit) if part.strip()]


def _sections(source):
    sections = [[]]
    for line, in_fence in _fenced(source.split("\n")):
        if not in_fence and _HEADING.fullmatch(line) and sections[-1]:
            sections.append([])
        sections[-1].append(line)
    return ["\n".join(lines) for lines in sections]


def _paragraphs(section, limit):
    paragraphs, fenced_before = [[]], False
    for line, in_fence in _fenced(section.split("\n")):
        if not line.strip() and not in_fence:
            paragraphs.append([])
        elif in_fence and not fenced_before and _FENCE.fullmatch(line)["indent"] == "":
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
        fenced_before = in_fence
    for lines in filter(None, paragraphs):
        paragraph = "\n".join(lines)
        if len(paragraph) <= limit:
            yield paragraph
        else:
            yield from _table_parts(lines, limit)


def _table_parts(lines, limit):
    """A table over the limit as several with the same head; other paragraphs at line ends."""
    if any(in_fence for _line, in_fence in _fenced(lines)):
        raise TextTooLong(sum(map(len, lines)), limit)
    is_table = len(lines) > 2 and re.fullmatch(r"[ \t]*\|?[ \t:|-]+\|?[ \t]*", lines[1]) and "-" in lines[1]
    head = lines[:2] if is_table else []
    part = list(head)
    for line in lines[len(head) :]:
        if len("\n".join([*part, line])) > limit:
            if len(part) == len(head):
                raise TextTooLong(len(line), limit)
            yield "\n".join(part)
            part = list(head)
        part.append(line)
    if len("\n".join(part)) > limit:
        raise TextTooLong(len("\n".join(part)), limit)
    yield "\n".join(part)


def _joined(pieces, limit):
    """Neighbouring pieces put together as long as they fit."""
    parts = []
    for piece in pieces:
        if parts and len(parts[-1]) + len(piece) + 2 <= limit:
            parts[-1] += "\n\n" + piece
        else:
            parts.append(piece)
    return parts
