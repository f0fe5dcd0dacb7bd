"""Addresses of our own site that an entry may show as a card. The apps say in `ready()` what their addresses are."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings

_RESOLVERS = []


class Embedded(NamedTuple):
    """What a card shows of the thing behind an address."""

    title: str
    url: str
    kind: str
    summary: str = ""


def register(pattern, resolver):
    """Let `resolver(reader, language, **groups)` answer addresses whose path after the language matches `pattern`.

    It starts at `visible_to(reader)` and returns an `Embedded`, or None for the missing and the unseen alike.
    """
    _RESOLVERS.append((re.compile(pattern), resolver))


def own_path(address):
    """(language, path after it) of an address of ours; None when it leads elsewhere."""
    parts = urlsplit(address.strip())
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" != settings.BASE_URL:
        return None
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    match = re.fullmatch(rf"/({languages})/(.+)", unquote(parts.path))
    return match and match.groups()


def resolve(address, reader):
    """What `reader` may see behind `address`, as `Embedded`; None when there is nothing or nothing for them."""
    found = own_path(address)
    if not found:
        return None
    language, path = found
    for pattern, resolver in _RESOLVERS:
        if match := pattern.fullmatch(path):
            return resolver(reader, language, **match.groupdict())
    return None
