"""Reading what was tried: one report, and all of an entry."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from communities.components.people import Speakers
from communities.interaction.internalization import practice_sums
from communities.interaction.turns import grown_from
from communities.lineage import lineage_of
from communities.models import PracticeReport
from communities.policies import check_edit_report, check_moderate
from communities.rules import TalkState, Useful
from communities.views.practice import crumbs_to, entry_of, report_of
from knowledge.policies import allows


class ReportView(DetailView):
    """One report: what it is about, its three parts, the thread that it opened, its lineage."""

    template_name = "communities/practice.html"
    context_object_name = "report"

    def get_object(self, queryset=None):
        return report_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        reader, report = self.request.user, self.object
        is_own = reader.is_authenticated and allows(check_edit_report, reader, report)
        return super().get_context_data(
            lineage=lineage_of(report, reader),
            opened=list(grown_from(report, reader).filter(state=TalkState.VISIBLE)),
            writer=Speakers([report.author], reader).of(report.author),
            is_own=is_own,
            may_flag=reader.is_authenticated and not is_own,
            may_moderate=reader.is_authenticated and allows(check_moderate, reader, None),
            crumbs=crumbs_to(report.entry, (f"{reverse('practice_list')}?entry={report.entry_id}", _("Tried out"))),
            **kwargs,
        )


class ReportsView(ListView):
    """`?entry=12`: everything that was reported on an entry; `useful=no` of those whom it did not help."""

    template_name = "communities/practice_list.html"
    context_object_name = "reports"
    paginate_by = 20

    def get_queryset(self):
        self.entry = entry_of(self.request, self.request.GET.get("entry"))
        reports = PracticeReport.objects.visible_to(self.request.user).filter(entry=self.entry, state=TalkState.VISIBLE)
        if self.useful:
            reports = reports.filter(useful=self.useful)
        return reports.select_related("author").order_by("-created_at", "-pk")

    @property
    def useful(self):
        asked = self.request.GET.get("useful")
        return asked if asked in Useful.values else ""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        speakers = Speakers([report.author for report in context["reports"]], self.request.user)
        for report in context["reports"]:
            report.speaker = speakers.of(report.author)
        sums = practice_sums(self.entry)
        narrowed = [("", _("All"), sum(sums.values()))]
        narrowed += [(useful.value, useful.label, sums[useful.value]) for useful in Useful]
        more = {"entry": self.entry, "sums": narrowed, "useful": self.useful, "crumbs": crumbs_to(self.entry)}
        return {**context, **more}
