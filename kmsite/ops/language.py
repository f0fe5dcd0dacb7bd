"""The language of a request: what its address says; elsewhere what the reader chose or the browser asks for.

Only `/` is redirected. Django's own middleware turns every 404 outside `/en/` into a redirect when a catch-all stands
in `i18n_patterns`, as Wagtail's pages do.
"""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path, get_language_from_request


class LanguageMiddleware:
    """Stands behind AuthenticationMiddleware, since an account has a language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        in_path = get_language_from_path(request.path_info)
        language = in_path or language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = _home(language) if request.path_info == "/" else self.get_response(request)
        if not in_path:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request):
    """The account's language, else the cookie's, else the best that the browser asks for."""
    chosen = getattr(request.user, "language", None)
    return chosen if chosen in dict(settings.LANGUAGES) else get_language_from_request(request)


def _home(language):
    response = HttpResponseRedirect(f"/{language}/")
    response["Cache-Control"] = "private, no-cache"
    return response
