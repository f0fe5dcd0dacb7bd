"""The search page, and the suggestions under its box."""

from functools import partial

from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from knowledge.search import api, events
from knowledge.search.backends.base import Sort
from knowledge.search.query import clean
from knowledge.throttle import throttled
from knowledge.views.narrowing import Counted, Narrowing

SORTS = [(Sort.RELEVANCE, _("Best match first")), (Sort.NEWEST, _("Newest first")), (Sort.TITLE, _("By title"))]


class SearchedResponse(TemplateResponse):
    """An answer that notes what was searched once it has been sent, so that nobody waits for it."""

    note = None

    def close(self):
        if self.note:
            self.note()
        super().close()


@method_decorator(throttled("search", methods=("GET",)), name="dispatch")
class SearchView(TemplateView):
    """One box for everything; tabs by kind, facets, order and page stand in the address."""

    template_name = "knowledge/search.html"
    response_class = SearchedResponse

    def get_context_data(self, **kwargs):
        self.words = clean(self.request.GET.get("q", ""))
        self.narrowing = Narrowing(self.request, sort=Sort.RELEVANCE)
        self.results = api.search(
            self.words,
            self.request.user,
            filters=self.narrowing.filters,
            sort=self.narrowing.sort,
            page=self.narrowing.page,
            exact="exact" in self.request.GET,
            left_out=self.narrowing.left_out,
        )
        is_first = bool(self.results.query) and self.results.page == 1
        self.handle = events.new_handle() if is_first and events.is_asked_by_a_reader(self.request) else ""
        return {**super().get_context_data(**kwargs), **self._page(), **self._ways_on()}

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        if self.results.query:
            response["Cache-Control"] = "private, no-cache"  # a page that is kept would leave no event
        if self.handle:
            response.note = partial(
                events.record,
                self.words,
                language=get_language(),
                filters=self.narrowing.filters,
                count=self.results.have_all if self.results.is_loose else self.results.total,
                concepts=self.results.named,
                handle=self.handle,
                after=self.request.GET.get("after", ""),
            )
        return response

    def _page(self):
        results = self.results
        return {
            "query": self.words,
            "results": results,
            "page_obj": Counted(results).current(),
            "tabs": self._tabs(),
            "chips": self.narrowing.chips(results.panels),
            "cleared": self.narrowing.cleared,
            "sorts": SORTS,
            "sort": self.narrowing.sort,
            "gathered": self._gathered(),
            "related": [(word, self.narrowing.having("q", f"{self.words} {word.text}")) for word in results.related],
            "keep": f"{reverse('saved_search_new')}?{self.narrowing.asked}",
            "handle": self.handle,
        }

    def _tabs(self):
        """(label, count, address, whether it is the current one): everything, then each kind that has something."""
        chosen = self.narrowing.filters.get("type", ())
        kinds = [
            (label, count, self.narrowing.having("type", kind), kind in chosen)
            for kind, label, count in self.results.tabs
            if count or kind in chosen
        ]
        everything = sum(count for _label, count, _url, _chosen in kinds)
        return [(_("All"), everything, self.narrowing.without("type"), not chosen), *kinds]

    def _gathered(self):
        """How many posts that were found stand under another one of their thread."""
        chosen = self.narrowing.filters.get("type", ())
        found = sum(count for kind, _label, count in self.results.tabs if not chosen or kind in chosen)
        return max(0, found - self.results.total)

    def _ways_on(self):
        """Where a search that found little leads: other spellings, as typed, and to the library itself."""
        address = reverse("search")
        return {
            "corrections": [(tip, f"{address}?{urlencode({'q': tip})}") for tip in self.results.corrections],
            "widenings": [(one, self.narrowing.leaving_out(one.concepts)) for one in self.results.widenings],
            "exactly": self.narrowing.having("exact", "1"),
            "widely": self._widely(),
            "ways": self._topics_and_names(address),
            "tell_query": urlencode({"about": self.words[:200]}),
        }

    def _topics_and_names(self, address):
        """Topics that were named, and (label, address) of wider ones and of names in the other language."""
        if (
            not self.results.query
            or self.results.have_all
            or (self.results.before_filters and not self.results.is_loose)
        ):
            return None
        ways = api.ways_on(self.results, self.request.user)
        return {
            "topics": ways.topics,
            "wider": [(label, f"{address}?{urlencode({'q': label.text})}") for label in ways.wider],
            "others": [(label, f"{address}?{urlencode({'q': label.text})}") for label in ways.others],
        }

    def _widely(self):
        """The address at which other names of what was typed are searched again; "" when all of them are."""
        is_narrower = "exact" in self.request.GET or self.narrowing.left_out
        return self.narrowing.taking("exact", "without") if is_narrower else ""


@require_safe
def suggest(request):
    """JSON for the box: names that hold what has been typed so far."""
    hits = api.suggest(request.GET.get("q", ""), request.user)
    found = [{"title": hit.entry.title, "url": hit.url, "kind": hit.label, "lang": hit.lang} for hit in hits]
    response = JsonResponse({"suggestions": found})
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response
