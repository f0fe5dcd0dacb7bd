"""How talk becomes knowledge, in figures: for all communities or for one, on a page and as the same table in CSV."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from communities.flow import flow
from communities.models import Community
from knowledge.application.exports import csv_response

SPANS = [
    ("", gettext_lazy("the beginning")),
    ("year", gettext_lazy("a year ago")),
    ("quarter", gettext_lazy("three months ago")),
]
DAYS = {"year": 365, "quarter": 91}


def day_of(text):
    """The day that `since` names: a span of SPANS or a date; None for the beginning and for what is neither."""
    if text in DAYS:
        return timezone.localdate() - timedelta(days=DAYS[text])
    try:
        return parse_date(text)
    except ValueError:
        return None


class FlowView(TemplateView):
    """All communities that the reader reads."""

    template_name = "communities/flow.html"
    as_csv = False

    def get(self, request, *args, **kwargs):
        communities, lists = self.subject()
        found = flow(communities, since=day_of(request.GET.get("since", "")))
        if self.as_csv:
            return csv_response("flow.csv", found.header(), found.rows())
        return self.render_to_response(self.get_context_data(flow=found, lists=lists, **self.words()))

    def subject(self):
        """The communities, and where their lists of threads are."""
        return Community.objects.visible_to(self.request.user).values("pk"), reverse("threads")

    def words(self):
        return {
            "title": _("What becomes of our talk"),
            "spans": SPANS,
            "since": self.request.GET.get("since", ""),
            "csv": with_since(reverse("flow_csv"), self.request),
            "crumbs": [(reverse("communities"), _("Communities"))],
        }


class CommunityFlowView(FlowView):
    """One community."""

    def subject(self):
        readable = Community.objects.visible_to(self.request.user)
        self.community = get_object_or_404(readable, slug=self.kwargs["slug"])
        return [self.community.pk], reverse("community_threads", args=[self.community.slug])

    def words(self):
        community = self.community
        return {
            **super().words(),
            "community": community,
            "csv": with_since(reverse("community_flow_csv", args=[community.slug]), self.request),
            "crumbs": [
                (reverse("communities"), _("Communities")),
                (community.get_absolute_url(), community.name),
            ],
        }


def with_since(address, request):
    since = request.GET.get("since")
    return f"{address}?{urlencode({'since': since})}" if since else address
