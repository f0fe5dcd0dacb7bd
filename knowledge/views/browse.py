"""Browsing: every entry, narrowed by the five facets, kind, form, state and language."""

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from knowledge.search import api
from knowledge.search.backends.base import Sort
from knowledge.views.narrowing import Counted, Narrowing

SORTS = [(Sort.NEWEST, _("Newest first")), (Sort.TITLE, _("By title"))]


class BrowseView(TemplateView):
    """Entries of both languages, unless the reader narrows them; all choices stand in the address."""

    template_name = "knowledge/browse.html"

    def get_context_data(self, **kwargs):
        narrowing = Narrowing(self.request, sort=Sort.NEWEST)
        filters = {name: values for name, values in narrowing.filters.items() if name != "type"}
        sort = narrowing.sort if narrowing.sort != Sort.RELEVANCE else Sort.NEWEST
        results = api.browse(self.request.user, filters=filters, sort=sort, page=narrowing.page)
        return {
            **super().get_context_data(**kwargs),
            "results": results,
            "page_obj": Counted(results).current(),
            "chips": narrowing.chips(results.panels),
            "cleared": narrowing.cleared,
            "sorts": SORTS,
            "sort": sort,
        }
