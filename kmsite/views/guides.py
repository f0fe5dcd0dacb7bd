"""The guides, for reading on the site itself."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from kmsite.guides import guide, guide_of


@require_safe
def to_own_guide(request):
    """Lead to the guide for what the reader does here."""
    return redirect("guide", guide_of(request.user))


class GuideView(TemplateView):
    template_name = "kmsite/guide.html"

    def get_context_data(self, **kwargs):
        found = guide(kwargs["name"], get_language())
        if found is None:
            raise Http404
        return {**super().get_context_data(**kwargs), "guide": found}
