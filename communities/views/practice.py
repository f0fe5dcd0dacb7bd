"""Internalization: telling what one tried, changing it, taking it back."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.forms.spiral import PractiseForm, RewriteReportForm
from communities.interaction.internalization import delete_report, practise, rewrite_report
from communities.interaction.socialization import drop_draft
from communities.models import PracticeReport
from communities.policies import check_edit_report, check_practise
from communities.views.both import BothTexts
from communities.views.finding import TalkView
from communities.views.writing import Writing
from knowledge.models import Entry

PARTS = ("tried", "happened", "learned", "useful", "language")


def entry_of(request, pk):
    """The published entry that the reader of `request` may read; the unseen is missing."""
    if not str(pk or "").isdecimal() or len(str(pk)) > 18:
        raise Http404
    readable = Entry.objects.live().visible_to(request.user).select_related("locale", "state")
    return get_object_or_404(readable, pk=pk)


def report_of(request, pk):
    """The report that the reader of `request` may read, with its entry."""
    readable = PracticeReport.objects.visible_to(request.user)
    return get_object_or_404(readable.select_related("entry__locale", "author"), pk=pk)


def crumbs_to(entry, *more):
    """The way to what was tried of `entry`."""
    return [(reverse("browse"), _("Knowledge")), (entry.get_url(), entry.title), *more]


class Reporting(TalkView):
    """The form of a report; what is typed is kept as a draft."""

    template_name = "communities/practise.html"

    def get_initial(self):
        writing = Writing(self.place, self.request.user)
        self.draft_saved = writing.saved_at
        return {**self.before(), **writing.kept}

    def get_context_data(self, **kwargs):
        context = {"entry": self.entry, "crumbs": crumbs_to(self.entry), "place": self.place}
        context = super().get_context_data(**context | kwargs)
        return {"draft_saved": getattr(self, "draft_saved", None), **context}


class PractiseView(Reporting):
    """`?entry=12`: three short fields, whether it helped, and the question that it left."""

    form_class = PractiseForm
    counted_as = "post"

    def find(self):
        self.entry = entry_of(self.request, self.request.GET.get("entry"))
        self.place = f"practise:{self.entry.pk}"

    def check(self):
        check_practise(self.request.user, self.entry)

    def before(self):
        return {"language": get_language()}

    def act(self, form):
        report = practise(self.entry, by=self.request.user, **form.cleaned_data)
        drop_draft(self.request.user, self.place)
        if form.cleaned_data["question"]:
            said = _("Thank you. Your report stands with the entry, and your question has its own thread.")
        else:
            said = _("Thank you. Your report stands with the entry for everybody who tries it next.")
        messages.success(self.request, said)
        return report


class RewriteReportView(BothTexts, Reporting):
    """One's own report; who has it open twice is shown both texts."""

    form_class = RewriteReportForm

    def find(self):
        self.report = report_of(self.request, self.kwargs["pk"])
        self.entry, self.place = self.report.entry, f"report:{self.report.pk}"

    def check(self):
        check_edit_report(self.request.user, self.report)

    def before(self):
        return {name: getattr(self.report, name) for name in (*PARTS, "version")}

    def get_context_data(self, **kwargs):
        crumbs = crumbs_to(self.entry, (self.report.get_absolute_url(), _("Practice report")))
        return super().get_context_data(**{"report": self.report, "crumbs": crumbs, **kwargs})

    def act(self, form):
        texts = {name: form.cleaned_data[name] for name in PARTS}
        report = rewrite_report(self.report, version=form.cleaned_data["version"], by=self.request.user, **texts)
        drop_draft(self.request.user, self.place)
        messages.success(self.request, _("Saved."))
        return report

    def stands(self, current):
        return {
            "theirs_by": current.author,
            "theirs_at": current.edited_at or current.created_at,
            "edit_url": reverse("practice_edit", args=[current.pk]),
        }


class DeleteReportView(TalkView):
    """Taking one's own report back."""

    form_class = Form
    template_name = "communities/confirm.html"

    def find(self):
        self.report = report_of(self.request, self.kwargs["pk"])

    def check(self):
        check_edit_report(self.request.user, self.report)

    def get_context_data(self, **kwargs):
        report = self.report
        return super().get_context_data(
            title=_("Take your report back"),
            lead=_(
                "It is not shown any more and counts no more. A question that it opened stays with those who answered it."
            ),
            action=_("Take it back"),
            back=report.get_absolute_url(),
            is_grave=True,
            crumbs=crumbs_to(report.entry, (report.get_absolute_url(), _("Practice report"))),
            **kwargs,
        )

    def act(self, form):
        entry = self.report.entry
        delete_report(self.report, by=self.request.user)
        messages.success(self.request, _("Your report was taken back."))
        return entry.get_url(self.request)
