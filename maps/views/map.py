"""The map page: where to start, and then one state as drawing, table and text from the same address."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from knowledge.search.api import suggest
from maps import starts
from maps.components import MapFace
from maps.rules import SORTS
from maps.state import LANGUAGES, VIEWS, State

SEARCHED = ("concept", "person", "entry", "thread")
YEARS = 5


class MapView(TemplateView):
    """`?q=` finds where to start; `?node=` shows what is around it."""

    def get(self, request, *args, **kwargs):
        words = request.GET.get("q", "").strip()[:200]
        state = State.of(request.GET)
        if words:
            return self.found(words, state)
        if not state.node:
            return self.render_to_response(self.beginning())
        return self.render_to_response(self.map(state))

    def get_template_names(self):
        return [self.template]

    def found(self, words, state):
        """One thing of that name is shown at once; several are offered."""
        hits = suggest(words, self.request.user, kinds=SEARCHED, limit=12)
        keys = [(hit, f"{SORTS[hit.entry.key.partition(':')[0]]}:{hit.thing.pk}") for hit in hits]
        if len(keys) == 1:
            return redirect(state.starting(keys[0][1]))
        offered = [(hit, state.starting(key)) for hit, key in keys]
        return self.render_to_response(self.beginning(words=words, offered=offered))

    def beginning(self, words="", offered=()):
        self.template = "maps/start.html"
        return self.get_context_data(words=words, offered=offered, **starts.starts(self.request.user))

    def map(self, state):
        self.template = "maps/map.html"
        face = MapFace(state, self.request.user)
        year = timezone.localdate().year
        return self.get_context_data(
            face=face,
            state=state,
            views=[(name, label, state.url(view=name), name == state.view) for name, label in VIEWS.items()],
            years=range(year, year - YEARS, -1),
            languages=LANGUAGES,
            crumbs=[(reverse("maps"), _("Maps"))],
        )
