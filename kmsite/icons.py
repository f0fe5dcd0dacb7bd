"""The icons of the site: our word for each, and its name in the set that `manage.py vendor` fetches.

Kinds of entry and of node are told apart by shape, never by colour.
"""

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

SET = "lucide"
FOLDER = Path(__file__).parent / "static" / "vendor" / SET / "icons"

ICONS = {
    # the frame
    "search": "search",
    "globe": "globe",
    "user": "user-round",
    "menu": "menu",
    "bell": "bell",
    "desk": "notebook-pen",
    "sign-in": "log-in",
    "sign-out": "log-out",
    "settings": "settings",
    # the four kinds of entry
    "about": "contact-round",
    "for": "book-open",
    "from": "message-square-reply",
    "cocreated": "blend",
    # what is said of a thing
    "checked": "shield-check",
    "due": "clock-alert",
    "draft": "pencil-line",
    "lock": "lock",
    "withdrawn": "eye-off",
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "no": "circle-alert",
    # what one can do
    "edit": "pencil",
    "add": "plus",
    "tick": "check",
    "x": "x",
    "down": "chevron-down",
    "previous": "chevron-left",
    "next": "chevron-right",
    "filter": "list-filter",
    "cite": "quote",
    "history": "history",
    "compare": "git-compare",
    "print": "printer",
    "download": "download",
    "upload": "upload",
    "copy": "copy",
    "link": "link",
    "outside": "external-link",
    "delete": "trash-2",
    "send": "send",
    "again": "rotate-cw",
    "feed": "rss",
    # things
    "file": "file-text",
    "picture": "image",
    "mail": "mail",
    "day": "calendar",
    "clock": "clock",
    "house": "building-2",
    "inbox": "inbox",
    "tag": "tag",
    "people": "users-round",
    "key": "key-round",
    "phone": "smartphone",
    "chart": "chart-column",
    # talk and its spiral
    "thread": "messages-square",
    "post": "message-square",
    "reply": "reply",
    "helpful": "thumbs-up",
    "flag": "flag",
    "watch": "bell-ring",
    "unwatch": "bell-off",
    "distillation": "feather",
    "practice": "footprints",
    "turn": "refresh-cw",
    "skip": "chevrons-right",
    "hide": "eye-off",
    "show": "eye",
    "move": "move-right",
    # maps
    "map": "waypoints",
    "table": "table",
    "text": "text",
    "expand": "circle-plus",
    "path": "route",
    "gap": "circle-dashed",
    "zoom-in": "zoom-in",
    "zoom-out": "zoom-out",
    "whole": "maximize",
}

# Person, document, topic: the same three shapes in every list and on every map.
SHAPES = {
    "person": [("circle", {"cx": "10", "cy": "10", "r": "7"})],
    "document": [("path", {"d": "M3.8 3.8h12.4v12.4H3.8z"})],
    "topic": [("path", {"d": "M10 1.5 18.5 10 10 18.5 1.5 10z"})],
}


@cache
def icon(name):
    """The drawing of `name` as SVG that takes the colour and, in `em`, the size of the text around it."""
    return _svg("i", "0 0 24 24", _parts(ICONS[name]))


@cache
def shape(name):
    """The filled shape that stands for a person, a document or a topic."""
    return _svg("shape", "0 0 20 20", SHAPES[name])


def _parts(name):
    """What the drawing consists of: (element, attributes), as the set has it."""
    root = ElementTree.parse(FOLDER / f"{name}.svg").getroot()  # noqa: S314 - a file of our own, its hash is checked
    return [(part.tag.rpartition("}")[2], part.attrib) for part in root]


def _svg(css, box, parts):
    inner = format_html_join("", "<{}{}/>", ((tag, flatatt(attributes)) for tag, attributes in parts))
    return format_html('<svg class="{}" viewBox="{}" aria-hidden="true">{}</svg>', css, box, inner)
