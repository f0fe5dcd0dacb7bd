"""The inbox in the admin: what came in, who looks after it, and what is made of it."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import DetailView, FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminPageChooser

from knowledge.acquisition import triage
from knowledge.acquisition.telling import take_in
from knowledge.application.inventory import AGES, waiting_for
from knowledge.forms.capture import CaptureForm, DropForm
from knowledge.models import Capture, CaptureEvidence, Entry
from knowledge.policies import allows, check_curate, check_work
from knowledge.rules import CaptureState, Channel


class StaffOnlyMixin:
    """Who works here; others get the admin's refusal with the reason."""

    def dispatch(self, request, *args, **kwargs):
        check_work(request.user)
        return super().dispatch(request, *args, **kwargs)


class CaptureFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=CaptureState.choices)
    channel = django_filters.MultipleChoiceFilter(label=gettext_lazy("Channel"), choices=Channel.choices)
    age = django_filters.ChoiceFilter(
        label=gettext_lazy("Waiting"), choices=[(age, AGES[age][0]) for age in AGES], method="by_age"
    )
    mine = django_filters.BooleanFilter(label=gettext_lazy("Claimed by me"), method="by_me")

    class Meta:
        model = Capture
        fields = ["state", "channel", "language", "age", "mine"]

    def by_age(self, captures, _name, age):
        return waiting_for(captures, age)

    def by_me(self, captures, _name, mine):
        user = self.request.user
        return captures.filter(claimed_by=user) if mine else captures.exclude(claimed_by=user)


class InboxView(StaffOnlyMixin, generic.IndexView):
    """The list: newest first, filtered by state, channel, language, age and who claimed it."""

    model = Capture
    page_title = gettext_lazy("Inbox")
    header_icon = "mail"
    filterset_class = CaptureFilterSet
    default_ordering = "-created_at"
    paginate_by = 30
    is_searchable = True
    search_fields = ["text", "teller_name", "about"]
    search_backend_name = None
    index_url_name = "inbox:index"
    index_results_url_name = "inbox:index_results"
    add_url_name = "inbox:add"
    edit_url_name = "inbox:triage"
    add_item_label = gettext_lazy("Take something down")
    _show_breadcrumbs = True

    def get_base_queryset(self):
        return Capture.objects.visible_to(self.request.user).select_related("claimed_by__person", "entry")

    @cached_property
    def columns(self):
        return [
            TitleColumn(
                "text", label=_("What was said"), accessor=lambda c: c.text[:140], url_name="inbox:triage", width="50%"
            ),
            Column("channel", label=_("Channel"), accessor="get_channel_display"),
            Column("state", label=_("State"), accessor="get_state_display"),
            Column("claimed_by", label=_("Claimed by"), accessor=lambda c: c.claimed_by or ""),
            DateColumn("created_at", label=_("Came in"), sort_key="created_at"),
        ]

    def user_has_permission(self, permission):
        return permission != "delete"  # `check_work` has let them in; nothing leaves the inbox untraced

    def user_has_any_permission(self, permissions):
        return True


class AddView(StaffOnlyMixin, WagtailAdminTemplateMixin, FormView):
    """The quick form: what was said is enough."""

    form_class = CaptureForm
    template_name = "knowledge/admin/capture_add.html"
    page_title = gettext_lazy("Take something down")
    header_icon = "mail"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        inbox = {"url": reverse("inbox:index"), "label": _("Inbox")}
        return [*super().get_breadcrumbs_items(), inbox, {"url": "", "label": self.page_title}]

    def form_valid(self, form):
        said = form.cleaned_data
        names = ("channel", "heard_on", "teller_name", "teller_email", "may_name")
        capture = take_in(
            said["text"],
            by=self.request.user,
            form_key=said["form_key"],
            evidence=form.evidence(),
            **{name: said[name] for name in names},
        )
        messages.success(self.request, _("Taken down. It waits in the inbox."))
        again = "again" in self.request.POST
        return redirect("inbox:add") if again else redirect("inbox:triage", pk=capture.pk)


class TriageView(StaffOnlyMixin, WagtailAdminTemplateMixin, DetailView):
    """One capture with its trace, and what can be done with it."""

    model = Capture
    context_object_name = "capture"
    template_name = "knowledge/admin/capture.html"
    header_icon = "mail"
    _show_breadcrumbs = True

    def get_queryset(self):
        captures = Capture.objects.visible_to(self.request.user)
        return captures.select_related("entry", "about_entry", "teller", "taken_by__person", "claimed_by__person")

    def get_page_title(self):
        return triage.headline(self.object.text)

    def get_breadcrumbs_items(self):
        inbox = {"url": reverse("inbox:index"), "label": _("Inbox")}
        return [*super().get_breadcrumbs_items(), inbox, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        capture = self.object
        may = capture.is_waiting and allows(check_curate, self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "may_settle": may,
            "mine": capture.claimed_by_id == self.request.user.pk,
            "suggested_title": triage.headline(capture.text),
            "drop_form": kwargs.get("drop_form") or DropForm(auto_id="drop_%s"),
            "entry_chooser": AdminPageChooser(target_models=[Entry]).render("entry", None, {"id": "entry"}),
            "evidence": capture.evidence.all(),
            "events": capture.events.select_related("by__person"),
        }


class ActView(StaffOnlyMixin, View):
    """What a button of the triage page does; a refusal is said there, and nothing is lost."""

    http_method_names = ["post"]

    def post(self, request, pk, action):
        capture = get_object_or_404(Capture.objects.visible_to(request.user), pk=pk)
        act = getattr(self, f"act_{action}", None)
        if act is None:
            raise Http404
        try:
            return act(capture)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
        return redirect("inbox:triage", pk=pk)

    def act_claim(self, capture):
        triage.claim(capture, by=self.request.user)
        return redirect("inbox:triage", pk=capture.pk)

    def act_release(self, capture):
        triage.release(capture, by=self.request.user)
        return redirect("inbox:triage", pk=capture.pk)

    def act_draft(self, capture):
        entry = triage.draft_entry(
            capture, by=self.request.user, title=self.request.POST.get("title", "").strip()[:200]
        )
        messages.success(self.request, _("The draft carries text and source over. Classify it, then submit it."))
        return redirect("wagtailadmin_pages:edit", entry.pk)

    def act_merge(self, capture):
        chosen = self.request.POST.get("entry", "")
        entry = Entry.objects.visible_to(self.request.user).filter(pk=chosen).first() if chosen.isdecimal() else None
        if entry is None:
            raise ValidationError(_("Choose the entry to which it is added."))
        triage.add_to_entry(capture, entry, by=self.request.user)
        messages.success(self.request, _("Added as a source. Work the words in, then submit the entry."))
        return redirect("wagtailadmin_pages:edit", entry.pk)

    def act_drop(self, capture):
        form = DropForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError(_("Say why: the teller reads the reason."))
        triage.drop(capture, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Dropped. The teller sees the reason."))
        return redirect("inbox:index")


class EvidenceView(StaffOnlyMixin, View):
    """A file that came with a capture, for staff; always as a download."""

    def get(self, request, pk):
        visible = CaptureEvidence.objects.filter(capture__in=Capture.objects.visible_to(request.user))
        piece = get_object_or_404(visible.exclude(file=""), pk=pk)
        response = FileResponse(piece.file.open("rb"), as_attachment=True, filename=piece.title or None)
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response


class InboxViewSet(ViewSet):
    """The inbox under /admin/inbox/, with its menu item."""

    name = url_namespace = url_prefix = "inbox"
    menu_label = gettext_lazy("Inbox")
    icon = "mail"
    menu_order = 110
    add_to_admin_menu = True

    def get_menu_item(self, order=None):
        item = super().get_menu_item(order)
        item.url = f"{item.url}?state=new&state=claimed"
        return item

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(InboxView), name="index"),
            path("results/", self.construct_view(InboxView, results_only=True), name="index_results"),
            path("add/", AddView.as_view(), name="add"),
            path("<int:pk>/", TriageView.as_view(), name="triage"),
            path("<int:pk>/<slug:action>/", ActView.as_view(), name="act"),
            path("evidence/<int:pk>/", EvidenceView.as_view(), name="evidence"),
        ]
