"""What is missing: topics asked about and not written about, with nobody who knows, with nothing written."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from knowledge.application.exports import csv_response
from knowledge.rules import is_staff_member
from knowledge.search.reports import unnamed_words
from maps.gaps import MOST, ORDER, gaps
from maps.rules import GapKind
from maps.saying import evidence_of

WORDS = 10  # that are searched for and name no topic
FIRST = 12  # of each kind, where all kinds stand on one page; the others are folded


class GapsView(TemplateView):
    """Every gap that the reader may see, with what speaks for it; `?kind=` one kind, `?as=csv` the same as a table."""

    template_name = "maps/gaps.html"

    def get(self, request, *args, **kwargs):
        kind = request.GET.get("kind")
        kinds = (GapKind(kind),) if kind in GapKind.values else tuple(GapKind)
        found = gaps(request.user, kinds=kinds)
        if request.GET.get("as") == "csv":
            rows = [(GapKind(gap.kind).label, gap.label, gap.count, evidence_of(gap)) for gap in found]
            return csv_response("gaps.csv", [_("What is missing"), _("Topic"), _("Count"), _("Evidence")], rows)
        is_staff = is_staff_member(request.user)
        groups = [(one, [gap for gap in found if gap.kind == one.value]) for one in ORDER]
        shown = len(found) if len(kinds) == 1 else FIRST
        return self.render_to_response(
            self.get_context_data(
                groups=[(one, listed[:shown], listed[shown:], len(listed)) for one, listed in groups if listed],
                kinds=[(one, one.value == kind) for one in GapKind if one != GapKind.SEARCHED or is_staff],
                kind=kind if kind in GapKind.values else "",
                most=MOST,
                words=unnamed_words(request.user, WORDS),
                crumbs=[(reverse("maps"), _("Maps"))],
            )
        )
