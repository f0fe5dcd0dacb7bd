"""The audit log in the admin: read only, for administrators."""

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView

from knowledge.audit import ACTIONS
from knowledge.models import AuditEvent
from knowledge.policies import allows, check_administer


class AuditFilters(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    action = django_filters.ChoiceFilter(label=_("What"), choices=lambda: list(ACTIONS.items()))
    actor_name = django_filters.CharFilter(label=_("Who"), lookup_expr="icontains")
    object_label = django_filters.CharFilter(label=_("Object"), lookup_expr="icontains")

    class Meta:
        model = AuditEvent
        fields = ["at", "action", "actor_name", "object_label"]


def action_name(event):
    return ACTIONS.get(event.action, event.action)


def difference(event):
    """“roles: – → librarian”, one part a key that changed."""
    keys = [*event.before, *(key for key in event.after if key not in event.before)]
    return " · ".join(f"{key}: {_shown(event.before.get(key))} → {_shown(event.after.get(key))}" for key in keys)


def _shown(value):
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    return str(value) if value not in (None, "") else "–"


class AuditView(ReportView):
    page_title = _("Audit log")
    header_icon = "history"
    index_url_name = "audit"
    index_results_url_name = "audit_results"
    model = AuditEvent
    filterset_class = AuditFilters
    default_ordering = "-pk"
    paginate_by = 50
    columns = [
        DateColumn("at", label=_("When"), width="15%"),
        Column("actor_name", label=_("Who"), width="15%"),
        Column("action", label=_("What"), accessor=action_name, width="20%"),
        Column("object_label", label=_("Object"), width="20%"),
        Column("difference", label=_("Before → after"), accessor=difference),
    ]
    list_export = ["at", "actor_name", "action", "object_key", "object_label", "before", "after"]

    def dispatch(self, request, *args, **kwargs):
        check_administer(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return AuditEvent.objects.all()


class AuditMenuItem(MenuItem):
    def is_shown(self, request):
        return allows(check_administer, request.user)


def audit_menu_item():
    return AuditMenuItem(_("Audit log"), reverse("audit"), name="audit", icon_name="history", order=900)
