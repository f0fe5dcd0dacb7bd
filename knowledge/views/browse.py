"""Browsing: every entry, narrowed by the five facets, kind, form, state and language; and what else can be found."""

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from knowledge.search import api
from knowledge.search.backends.base import Sort
from knowledge.search.registry import KINDS
from knowledge.views.narrowing import Counted, Narrowing

ENTRY = "entry"
ELSEWHERE = ("concept",)  # topics have their own pages
SORTS = [(Sort.NEWEST, _("Newest first")), (Sort.TITLE, _("By title"))]


class BrowseView(TemplateView):
    """Entries of both languages, unless the reader narrows them; `?type=` another kind. All choices stand in the address."""

    template_name = "knowledge/browse.html"

    def get_context_data(self, **kwargs):
        narrowing = Narrowing(self.request, sort=Sort.NEWEST)
        kind = next((kind for kind in narrowing.filters.get("type", ()) if kind not in ELSEWHERE), ENTRY)
        filters = {name: values for name, values in narrowing.filters.items() if name != "type"}
        sort = narrowing.sort if narrowing.sort != Sort.RELEVANCE else Sort.NEWEST
        results = api.browse(self.request.user, kind=kind, filters=filters, sort=sort, page=narrowing.page)
        return {
            **super().get_context_data(**kwargs),
            "kind": KINDS[kind],
            "kinds": self._kinds(narrowing, kind),
            "results": results,
            "page_obj": Counted(results).current(),
            "chips": narrowing.chips(results.panels),
            "cleared": narrowing.cleared,
            "sorts": SORTS,
            "sort": sort,
        }

    def _kinds(self, narrowing, chosen):
        """(label, address, whether it is the current one) of what can be browsed."""
        return [
            (
                known.label,
                narrowing.without("type") if kind == ENTRY else narrowing.having("type", kind),
                kind == chosen,
            )
            for kind, known in KINDS.items()
            if kind not in ELSEWHERE
        ]
