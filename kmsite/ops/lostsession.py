"""A form that comes without its key: refuse it, and give back what was typed.

Sessions end and pages stand open for days; whoever wrote for an hour must not lose it to our caution.
"""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from knowledge.forms.typed import typed


@never_cache
def lost_session(request, reason=""):
    """The page that says so, with status 403. It takes nothing from the form but the words."""
    if not request.accepts("text/html"):
        message = _("The session ended or the page is too old. Nothing was saved. Load the page again, then repeat it.")
        return JsonResponse({"error": message}, status=403)
    context = {"texts": typed(request.POST), "address": request.get_full_path()}
    return render(request, "403_csrf.html", context, status=403)
