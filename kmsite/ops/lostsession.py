"""A form that comes without its key: refuse it, and give back what was typed.

Sessions end and pages stand open for days; whoever wrote for an hour must not lose it to our caution.
"""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

# Never shown again: what is secret, and what the form wrote itself.
SECRET = ("password", "csrf", "token", "code", "key", "secret", "otp", "made", "next", "credential")


@never_cache
def lost_session(request, reason=""):
    """The page that says so, with status 403. It takes nothing from the form but the words."""
    if not request.accepts("text/html"):
        message = _("The session ended or the page is too old. Nothing was saved. Load the page again, then repeat it.")
        return JsonResponse({"error": message}, status=403)
    context = {"texts": typed(request.POST), "address": request.get_full_path()}
    return render(request, "403_csrf.html", context, status=403)


def typed(fields):
    """The texts among `fields`, in their order: what has words in it and is no secret."""
    values = (value for name in fields if not _is_secret(name) for value in fields.getlist(name))
    return [value for value in values if _is_text(value)]


def _is_secret(name):
    return any(word in name.lower() for word in SECRET)


def _is_text(value):
    """More than one word, or a few Chinese characters: not the value of a choice."""
    value = value.strip()
    return " " in value or "\n" in value or sum(ord(letter) > 0x2E80 for letter in value) >= 4
