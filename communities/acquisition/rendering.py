"""Texts from elsewhere through the one boundary, before any lock is taken. A text that cannot be taken as it is loses no other."""

from html.parser import HTMLParser

from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.rules import SourceFormat
from knowledge.text import MAX_SOURCE, RENDERERS, TextRefused, TextTooDeep, render_text


def render_all(talks, known, report):
    """Render every text of `talks` whose key is not in `known`; what had to be made plainer is told."""
    for talk in talks:
        for said in talk.everything():
            if said.key not in known:
                _render(said, talk.language, report)


def _render(said, language, report):
    try:
        said.html = RENDERERS[said.format](said.text).html
    except TextRefused as refusal:
        report.count("plain")
        report.say(said.place, " ".join(refusal.messages) + " " + _make_plain(said, refusal, language))


def _make_plain(said, refusal, language):
    """Keep the words of a text that is nested too deeply, and the place of one that is too long; say which."""
    words = _words(said.text) if isinstance(refusal, TextTooDeep) else ""
    said.format = SourceFormat.TEXT
    if words and len(words) <= MAX_SOURCE:
        said.text, told = words, _("Its words were kept without markup.")
    else:
        with override(language):
            said.text = _("This text was too long to be brought in.")
        told = _("It was left out; its place and what others wrote about it are kept.")
    said.html = render_text(said.text).html
    return told


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.pieces = []

    def handle_data(self, data):
        self.pieces.append(data)


def _words(html):
    parser = _Words()
    parser.feed(html)
    parser.close()
    return " ".join(" ".join(parser.pieces).split())
