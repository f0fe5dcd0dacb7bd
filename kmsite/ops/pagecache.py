"""A visitor's page is the same for every visitor: it is answered from the cache before session and database are touched.

It is kept as knowledge/kept.py keeps things: until anything that pages show has changed. Pages that carry something personal set a
cookie or `Cache-Control` and are not kept.
"""

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import cc_delim_re

from knowledge.kept import LIFETIME, key_of

NEVER = ("/admin/", "/media/", "/documents/", "/healthz", "/readyz")
PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")


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
    return key_of("page", request.scheme, request.get_host(), request.get_full_path())


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
