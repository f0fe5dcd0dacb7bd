"""The manager's page: figures, the lists behind them, and both as CSV."""

from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from knowledge.application.exports import csv_response
from knowledge.application.inventory import (
    STATES,
    narrowed_captures,
    narrowed_entries,
    tables,
    topics_without_entry,
)
from knowledge.policies import check_work


class StaffMixin(LoginRequiredMixin):
    """For librarians, managers and administrators; others learn who may."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            check_work(request.user)
        return super().dispatch(request, *args, **kwargs)


def address_of(figure):
    """Where the list behind a figure is."""
    address = reverse(figure.list)
    return f"{address}?{urlencode(figure.query)}" if figure.query else address


class InventoryView(StaffMixin, TemplateView):
    template_name = "knowledge/inventory.html"

    def get(self, request, *args, **kwargs):
        found = tables(request.user)
        if request.GET.get("as") == "csv":
            rows = [(table.title, figure.label, figure.number) for table in found for figure in table.figures]
            return csv_response("inventory.csv", [_("Table"), _("What"), _("Number")], rows)
        for table in found:
            for figure in table.figures:
                figure.url = address_of(figure)
        return self.render_to_response(self.get_context_data(tables=found, now=timezone.now()))


class NarrowedList(StaffMixin, ListView):
    """A list that a figure opens, in pages, or whole as CSV."""

    paginate_by = 50
    template_name = "knowledge/inventory_list.html"
    name = title = ""
    header = ()

    def get(self, request, *args, **kwargs):
        if request.GET.get("as") == "csv":
            return csv_response(f"{self.name}.csv", self.header, (self.row(thing)[1] for thing in self.get_queryset()))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [(*self.row(thing), self.language_of(thing)) for thing in context["object_list"]]
        crumbs = [(reverse("inventory"), _("How are we doing"))]
        return {**context, "title": self.title, "header": self.header, "rows": rows, "crumbs": crumbs}

    def row(self, thing):
        """Address and cells of one line."""
        raise NotImplementedError

    def language_of(self, thing):
        """The language tag of its first cell; empty for that of the page."""
        return ""


class EntriesView(NarrowedList):
    name = "entries"

    @property
    def title(self):
        return _("Entries")

    @property
    def header(self):
        return [_("Title"), _("Kind"), _("Form"), _("Language"), _("State"), _("Who may read it"), _("Last changed")]

    def get_queryset(self):
        return narrowed_entries(self.request.user, self.request.GET)

    def row(self, entry):
        address = entry.url if entry.live else reverse("wagtailadmin_pages:edit", args=[entry.pk])
        changed = (
            timezone.localtime(entry.latest_revision_created_at).date() if entry.latest_revision_created_at else ""
        )
        cells = [
            entry.title,
            entry.get_kind_display(),
            entry.get_form_display(),
            entry.locale.get_display_name(),
            STATES[entry.state_name],
            entry.state.get_visibility_display(),
            changed,
        ]
        return address, cells

    def language_of(self, entry):
        return "en" if entry.locale.language_code == "en" else "zh-Hans"


class CapturesView(NarrowedList):
    name = "captures"

    @property
    def title(self):
        return _("What people told us")

    @property
    def header(self):
        return [_("What was said"), _("Channel"), _("State"), _("Came in")]

    def get_queryset(self):
        return narrowed_captures(self.request.user, self.request.GET)

    def row(self, capture):
        came_in = timezone.localtime(capture.created_at).date()
        cells = [capture.text[:200], capture.get_channel_display(), capture.get_state_display(), came_in]
        return reverse("inbox:triage", args=[capture.pk]), cells

    def language_of(self, capture):
        return capture.language


class TopicsWithoutEntryView(NarrowedList):
    name = "topics"

    @property
    def title(self):
        return _("Topics without an entry")

    @property
    def header(self):
        return [_("Topic"), _("URI")]

    def get_queryset(self):
        return topics_without_entry(self.request.user).with_labels()

    def row(self, concept):
        return concept.get_absolute_url(), [concept.name, concept.uri]
