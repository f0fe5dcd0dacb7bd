"""What is the same for many readers is made once and kept, until anything that pages show has changed.

The key of everything kept holds a *generation*, a random token that every change of what pages show replaces, so a hidden thing is
gone at once; 60 seconds are only the net below that. Kept whole are visitors' pages (kmsite/ops/pagecache.py), kept in parts those of
readers who are signed in (`{% kept %}`, knowledge/templatetags/kept.py). docs/decisions/page-cache.md says what may stand in them.
"""

import hashlib
import secrets

from django.core.cache import caches
from django.utils import timezone
from django.utils.translation import get_language

LIFETIME = 60


def generation():
    """The token of what pages show now; shared by every process of the site."""
    return caches["generation"].get("generation") or move_on()


def move_on(**_signal):
    """Forget everything that is kept: something that pages show has changed."""
    token = secrets.token_hex(8)
    caches["generation"].set("generation", token, None)
    return token


def key_of(name, *parts):
    """The name of a kept thing of this generation that any cache takes, however long or odd its parts are."""
    return f"{name}:{generation()}:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def kept(name, parts, make):
    """What `make()` gives, kept for everybody for whom `parts`, the language and the time zone are the same.

    `parts` hold all on which it depends, above all whose access it was made for.
    """
    key = key_of(name, get_language(), timezone.get_current_timezone_name(), *parts)
    found = caches["default"].get(key)
    if found is None:
        found = make()
        caches["default"].set(key, found, LIFETIME)
    return found
