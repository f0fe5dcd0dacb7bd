"""Answer 400 to input that breaks parsers and databases, before anything else meets it; who typed it gets it back.

NUL and lone surrogates cannot be stored, deep JSON ends in a RecursionError, a number of thousands of digits in a
ValueError: each would be a 500.
"""

import json
import logging
import re

from django.conf import settings
from django.http import HttpResponseBadRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_from_request, gettext, override

from knowledge.forms.typed import typed
from knowledge.text import clean

log = logging.getLogger(__name__)

MAX_NESTING = 100
MAX_DIGITS = 400  # the largest float has 309
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(rf"\s*[-+]?\d{{{MAX_DIGITS}}}[\d_.,eE+-]*\s*")
_DIGITS = re.compile(rf"\d{{{MAX_DIGITS}}}")
_JSON_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_JSON_SYNTAX = re.compile(r"[\s\[\]{},:\d.+\-eEtrufalsnNIiy]*")  # numbers, true, false, null, NaN, Infinity
_BRACKET = re.compile(r"[\[\]{}]")


def sheltered(application):
    """Answer 400 also where Django cannot even make a request of what was sent: its charset may be base64, or none."""

    def answer(environ, start_response):
        try:
            return application(environ, start_response)  # errors of pages do not come this far
        except (LookupError, UnicodeError) as error:
            log.warning("a request could not be read: %s", error)
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"The charset of this request cannot be read.\n"]

    return answer


class BadInputMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_bad(request):
            return refuse(request)
        return self.get_response(request)


def is_bad(request):
    """Whether path, query, form or JSON body hold what no part of the site can take."""
    if bad_text(request.path_info) or _DIGITS.search(request.path_info) or bad_fields(request.GET):
        return True
    if request.content_type not in FORM_TYPES:
        return bad_json(request.body)
    try:
        return bad_fields(request.POST)  # Django itself takes such characters out of file names
    except (LookupError, UnicodeError):  # a charset that is none
        return True


def bad_fields(fields):
    return any(bad_text(name) or any(map(bad_field, values)) for name, values in fields.lists())


def bad_field(value):
    """Whether a form field holds a hostile value; text that only begins with digits or brackets is text."""
    return bool(bad_text(value) or _NUMBER.fullmatch(value) or (value[:1] in ("[", "{") and too_deep(value)))


def bad_text(value):
    return bool(_UNSTORABLE.search(value))


def too_deep(text):
    """Whether JSON `text` nests deeper than `MAX_NESTING`, told without parsing it; a parser goes no further than JSON does."""
    depth = 0
    for bracket in _BRACKET.findall(_JSON_SYNTAX.match(_JSON_STRING.sub("", text))[0]):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_NESTING:
            return True
    return False


def bad_json(body):
    """Whether a JSON body is too deep, holds a number that is too long, or text that cannot be stored."""
    text = body.decode("utf-8", errors="replace")
    if too_deep(text) or _DIGITS.search(_JSON_STRING.sub("", text)):
        return True
    try:
        value = json.loads(text)
    except ValueError:
        return False  # not JSON at all: the view says so in its own words
    return any(map(bad_field, strings(value)))


def strings(value):
    """All strings in a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def refuse(request):
    """A 400 that says in both languages what happened, for the reader's own is not known yet; with what was typed."""
    messages = [message_in(code) for code, _name in settings.LANGUAGES]
    if request.content_type == "application/json":
        return JsonResponse({"error": " ".join(message["text"] for message in messages)}, status=400)
    context = {"messages": messages, "texts": given_back(request)}
    with override(get_language_from_request(request, check_path=True)):
        return HttpResponseBadRequest(render_to_string("kmsite/bad_input.html", context))


def given_back(request):
    """The texts of the form that was sent, as a page can show them."""
    if request.content_type not in FORM_TYPES:
        return []
    try:
        return [clean(text) for text in typed(request.POST)]
    except (LookupError, UnicodeError):  # a charset that is none
        return []


def message_in(language):
    with override(language):
        return {
            "language": language,
            "title": gettext("This cannot be read"),
            "text": gettext(
                "What was sent holds characters, numbers or brackets within brackets that no program can take. "
                "Nothing was saved. Go back, take them out and send it again."
            ),
            "start": f"/{language}/",
            "home": gettext("To the start page"),
        }
