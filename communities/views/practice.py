"""Internalization: telling what one tried, and the page of such a report."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import DetailView, ListView

from communities.forms.spiral import PractiseForm, RewriteReportForm
from communities.interaction.internalization import delete_report, practice_sums, practise, rewrite_report
from communities.lineage import lineage_of
from communities.models import PracticeReport, Thread
from communities.policies import check_practise
from communities.rules import TalkState, Useful
from communities.views.acting import ActingView
from knowledge.models import Entry, Person
from knowledge.outbox import key_of
from knowledge.throttle import throttled


def entry_of(request, pk):
    """The published entry that the reader of `request` may read; the unseen is missing."""
    if not str(pk or "").isdecimal() or len(str(pk)) > 18:
        raise Http404
    readable = Entry.objects.live().visible_to(request.user).select_related("locale", "state")
    return get_object_or_404(readable, pk=pk)


@method_decorator(throttled("post"), name="dispatch")
class PractiseView(ActingView):
    """`?entry=12`: three short fields, whether it helped, and the question that it left."""

    form_class = PractiseForm
    template_name = "communities/practise.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.entry = entry_of(request, request.GET.get("entry"))

    def get(self, request, *args, **kwargs):
        check_practise(request.user, self.entry)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"language": get_language()}

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("browse"), _("Knowledge")), (self.entry.get_url(self.request), self.entry.title)]
        return super().get_context_data(entry=self.entry, crumbs=crumbs, **kwargs)

    def act(self, form):
        report = practise(self.entry, by=self.request.user, **form.cleaned_data)
        if form.cleaned_data["question"]:
            messages.success(
                self.request, _("Thank you. Your report stands with the entry, and your question has its own thread.")
            )
        else:
            messages.success(
                self.request, _("Thank you. Your report stands with the entry for everybody who tries it next.")
            )
        return report


class ReportView(DetailView):
    """One report: what it is about, its three parts, the thread that it opened, its lineage."""

    template_name = "communities/practice.html"
    context_object_name = "report"

    def get_queryset(self):
        readable = PracticeReport.objects.visible_to(self.request.user)
        return readable.select_related("entry__locale", "author")

    def get_context_data(self, **kwargs):
        user, report = self.request.user, self.object
        threads = Thread.objects.visible_to(user).filter(grew_from=key_of(report)).select_related("community")
        crumbs = [(reverse("browse"), _("Knowledge")), (report.entry.get_url(self.request), report.entry.title)]
        return super().get_context_data(
            lineage=lineage_of(report, user),
            opened=list(threads),
            author_is_open=Person.objects.visible_to(user).filter(pk=report.author_id).exists(),
            is_own=user.is_authenticated and report.author is not None and report.author.user_id == user.pk,
            crumbs=crumbs,
            **kwargs,
        )


@method_decorator(throttled("edit"), name="dispatch")
class RewriteReportView(ActingView):
    form_class = RewriteReportForm
    template_name = "communities/practise.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = PracticeReport.objects.visible_to(request.user).filter(author__user=request.user.pk or 0)
        self.report = get_object_or_404(own.select_related("entry__locale"), pk=kwargs["pk"])

    def get_initial(self):
        names = ("tried", "happened", "learned", "useful", "language", "version")
        return {name: getattr(self.report, name) for name in names}

    def get_context_data(self, **kwargs):
        entry = self.report.entry
        crumbs = [(reverse("browse"), _("Knowledge")), (entry.get_url(self.request), entry.title)]
        return super().get_context_data(entry=entry, report=self.report, crumbs=crumbs, **kwargs)

    def act(self, form):
        texts = {name: form.cleaned_data[name] for name in ("tried", "happened", "learned", "useful", "language")}
        report = rewrite_report(self.report, version=form.cleaned_data["version"], by=self.request.user, **texts)
        messages.success(self.request, _("Saved."))
        return report


class DeleteReportView(ActingView):
    """Taking one's own report back."""

    form_class = Form
    template_name = "communities/confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        own = PracticeReport.objects.visible_to(request.user).filter(author__user=request.user.pk or 0)
        self.report = get_object_or_404(own.select_related("entry__locale"), pk=kwargs["pk"])

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("browse"), _("Knowledge")), (self.report.get_absolute_url(), _("Practice report"))]
        return super().get_context_data(
            title=_("Take your report back"),
            lead=_(
                "It is not shown any more and counts no more. A question that it opened stays with those who answered it."
            ),
            action=_("Take it back"),
            back=self.report.get_absolute_url(),
            is_grave=True,
            crumbs=crumbs,
            **kwargs,
        )

    def act(self, form):
        entry = self.report.entry
        delete_report(self.report, by=self.request.user)
        messages.success(self.request, _("Your report was taken back."))
        return entry.get_url(self.request)


class ReportsView(ListView):
    """`?entry=12`: everything that was reported on an entry."""

    template_name = "communities/practice_list.html"
    context_object_name = "reports"
    paginate_by = 20

    def get_queryset(self):
        self.entry = entry_of(self.request, self.request.GET.get("entry"))
        reports = PracticeReport.objects.visible_to(self.request.user).filter(entry=self.entry, state=TalkState.VISIBLE)
        if self.request.GET.get("useful") in Useful.values:
            reports = reports.filter(useful=self.request.GET["useful"])
        return reports.select_related("author").order_by("-created_at", "-pk")

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("browse"), _("Knowledge")), (self.entry.get_url(self.request), self.entry.title)]
        return super().get_context_data(entry=self.entry, sums=practice_sums(self.entry), crumbs=crumbs, **kwargs)
