"""The guides of docs/guides as pages of the site: one a role, in both languages."""

import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from markdown_it.token import Token

from knowledge.rules import CURATORS, Role, roles_of
from knowledge.text import Heading, anchors, render_markdown

FOLDER = settings.BASE_DIR / "docs" / "guides"
NAMES = ("patron", "librarian", "manager")
ENDINGS = {"en": ".md", "zh-hans": ".zh.md"}
TAGS = {"en": "en", "zh-hans": "zh-Hans"}  # languages as HTML names them
_GUIDE = re.compile(rf"({'|'.join(NAMES)})?(\.zh)?(?:\.md)?(#.+)?")
_ADDRESS = re.compile(r"/(?:en|zh-hans|admin)/[a-z./-]*(?:\?q=[\w+]+)?")  # in which no word stands for one's own


class Guide(NamedTuple):
    title: str
    html: str
    contents: list[Heading]


def guide_of(user):
    """The name of the guide for what `user` does here; visitors read that of patrons."""
    roles = roles_of(user)
    if roles & CURATORS:
        return "librarian"
    return "manager" if Role.MANAGER in roles else "patron"


def guide(name, language):
    """The `Guide` of that name; None where the library has none in this language, or an empty one."""
    path = FOLDER / f"{name}{ENDINGS[language]}"
    if name not in NAMES or not path.is_file() or not path.stat().st_size:
        return None
    return _read(path, language, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path, language, changed):
    """Read and rendered once, until the file has `changed`."""
    title, _newline, text = path.read_text(encoding="utf-8").strip().partition("\n")
    html, contents = anchors(render_markdown(text, change=lambda tokens: _lead_on(tokens, language)).html)
    return Guide(title.lstrip("# "), html, [heading for heading in contents if heading.level == 2])


# ---------------------------------------------------------------- links
def _lead_on(tokens, language):
    """Let links between guides lead to their pages, and addresses to what they name."""
    for token in tokens:
        if token.children:
            token.children = [piece for child in token.children for piece in _linked(child, language)]


def _linked(token, language):
    if token.type == "softbreak" and language == "zh-hans":
        return []  # between Chinese sentences stands no blank
    if token.type == "link_open":
        token.attrs |= _target(token.attrs["href"], language)
    elif token.type == "code_inline" and _ADDRESS.fullmatch(token.content):
        return [Token("link_open", "a", 1, attrs={"href": token.content}), token, Token("link_close", "a", -1)]
    return [token]


def _target(href, language):
    """Where a link of a file leads on the site, with its language where that is another one."""
    match = _GUIDE.fullmatch(href)
    if not match:
        return {"href": href}  # to other papers; their text stays, the link goes
    name, _zh, place = match.groups(default="")
    place = place.replace("#", "#h-", 1)
    if not name:
        return {"href": place}
    there = "zh-hans" if match[2] else "en"
    with override(there):
        address = {"href": reverse("guide", args=[name]) + place}
    return address if there == language else address | {"lang": TAGS[there]}
