"""A visitor's page is the same for every visitor: it is answered from the cache before session and database are touched.

The key holds a *generation*, a random token that every change of what pages show replaces, so a hidden thing is gone at once;
60 seconds are only the net below that. Pages that carry something personal set a cookie or `Cache-Control` and are not kept.
"""

import hashlib
import secrets

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import cc_delim_re

LIFETIME = 60
NEVER = ("/admin/", "/media/", "/documents/", "/healthz", "/readyz")
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")


def generation():
    """The token of what pages show now; shared by every process of the site."""
    shared = caches["generation"]
    token = shared.get("generation")
    if token is None:
        token = move_on()
    return token


def move_on(**_signal):
    """Forget every kept page: something that pages show has changed."""
    token = secrets.token_hex(8)
    caches["generation"].set("generation", token, None)
    return token


class PageCacheMiddleware:
    """Answer visitors' pages from the cache; keep what they were answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not _may_be_kept(request):
            return self.get_response(request)
        key = _key(request)
        kept = caches["default"].get(key)
        if kept is not None:
            return _answer(kept)
        response = self.get_response(request)
        if _is_for_everybody(response):
            # With all its headers: a page may have a content policy of its own.
            caches["default"].set(key, (response.content, dict(response.items())), LIFETIME)
        return response


def _key(request):
    """A name for the answer that any cache takes, however long or odd the address is."""
    address = f"{request.scheme}:{request.get_host()}:{request.get_full_path()}"
    return f"page:{generation()}:{hashlib.sha256(address.encode()).hexdigest()}"


def _may_be_kept(request):
    return (
        request.method == "GET"
        and not request.path.startswith(NEVER)
        and not any(name in request.COOKIES for name in PERSONAL_COOKIES)
        and "HX-Request" not in request.headers
        and "Authorization" not in request.headers
    )


def _is_for_everybody(response):
    directives = {part.lower() for part in cc_delim_re.split(response.get("Cache-Control", ""))}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not directives & {"private", "no-store", "no-cache"}
    )


def _answer(kept):
    content, headers = kept
    response = HttpResponse(content, headers=headers)
    response["X-Page-Cache"] = "hit"
    return response
