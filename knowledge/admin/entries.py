"""Entries in the admin: their list, the buttons of the editor, what follows when somebody saved."""

import django_filters
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from knowledge.application.exports import cell
from knowledge.application.inventory import STATES, with_state
from knowledge.forms.entry import state_of
from knowledge.models import Entry, EntryIndex, Person
from knowledge.organization.editing import finish_creation, set_visibility
from knowledge.rules import EntryForm, Kind, Visibility


# ---------------------------------------------------------------- the list
class EntryFilterSet(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=Kind.choices)
    form = django_filters.MultipleChoiceFilter(label=_("Form"), choices=EntryForm.choices)
    state_name = django_filters.MultipleChoiceFilter(label=_("State"), choices=list(STATES.items()))
    visibility = django_filters.MultipleChoiceFilter(
        label=_("Who may read it"), choices=Visibility.choices, field_name="state__visibility"
    )
    language = django_filters.MultipleChoiceFilter(
        label=_("Language"), choices=settings.LANGUAGES, field_name="locale__language_code"
    )

    class Meta:
        model = Entry
        fields = ["kind", "form", "state_name", "visibility", "language"]


def readers(entry):
    state = state_of(entry)
    return state.get_visibility_display() if state else "–"


class EntryListView(IndexView):
    """Every entry that the librarian may see, newest first."""

    model = Entry
    filterset_class = EntryFilterSet
    list_export = [
        "pk",
        "title",
        "locale.language_code",
        "kind",
        "form",
        "state_name",
        "state.visibility",
        "first_published_at",
        "last_published_at",
        "latest_revision_created_at",
        "full_url",
    ]
    export_headings = {
        "pk": _("Number"),
        "locale.language_code": _("Language"),
        "state_name": _("State"),
        "state.visibility": _("Who may read it"),
        "full_url": _("Address"),
    }

    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("form", label=_("Form"), accessor="get_form_display", sort_key="form"),
        Column("readers", label=_("Who may read it"), accessor=readers),
        DateColumn("latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at"),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ]

    def get_base_queryset(self):
        seen = Entry.objects.visible_to(self.request.user).values("pk")
        return super().get_base_queryset().filter(pk__in=seen)

    def annotate_queryset(self, pages):
        """As for every page, without looking up again what kind of page each is, which would forget its state."""
        pages = pages.prefetch_related("content_type", "sites_rooted_here").prefetch_workflow_states()
        pages = pages.annotate_has_untranslated_locale().annotate_site_root_state().annotate_approved_schedule()
        return with_state(pages.select_related("state", "locale").defer("body"))

    def preprocess_field_value(self, field, value, export_format):
        return cell(super().preprocess_field_value(field, value, export_format))


class EntryListingViewSet(PageListingViewSet):
    model = Entry
    name = "entries"
    url_prefix = "entries"
    menu_label = _("Knowledge")
    icon = "doc-full"
    menu_order = 100
    add_to_admin_menu = True
    index_view_class = EntryListView
    columns = EntryListView.columns
    filterset_class = EntryFilterSet
    export_filename = "entries"


# ---------------------------------------------------------------- who made it
class PersonSearchForm(SearchFilterMixin, BaseFilterForm):
    def filter(self, objects):
        words = self.cleaned_data.get("q")
        self.is_searching, self.search_query = bool(words), words
        return objects.filter(name__icontains=words) if words else objects


class PersonChooseMixin:
    filter_form_class = PersonSearchForm

    def get_object_list(self):
        return Person.objects.filter(erased_at=None)


class PersonChooseView(PersonChooseMixin, chooser.ChooseView):
    pass


class PersonChooseResultsView(PersonChooseMixin, chooser.ChooseResultsView):
    pass


class PersonChooserViewSet(ChooserViewSet):
    """Who made it: people by name, with or without an account."""

    model = Person
    name = "person_chooser"
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView
    per_page = 20


# ---------------------------------------------------------------- the editor
class SubmitItem(SubmitForModerationMenuItem):
    """Says what it does, not what Wagtail calls the workflow."""

    def get_context_data(self, parent_context):
        return {**super().get_context_data(parent_context), "label": _("Submit for approval")}


def order_buttons(menu_items, request, context):
    """Entries are published by approval, so no other way is offered; who may approve finds that first."""
    if not (isinstance(context.get("page"), Entry) or isinstance(context.get("parent_page"), EntryIndex)):
        return
    kept = [item for item in menu_items if item.name != "action-publish"]
    offered = [SubmitItem(item.order) if item.name == "action-submit" else item for item in kept]
    menu_items[:] = sorted(offered, key=lambda item: item.name != "approve")


def follow_creation(request, page):
    if isinstance(page, Entry):
        wanted = getattr(page, "wanted", {})
        finish_creation(page, by=request.user, form_key=wanted.get("form_key"))
        _open(request, page, wanted)


def follow_edit(request, page):
    """Saving in the background changes nobody's sight; pressing the button does."""
    if isinstance(page, Entry) and request.accepts("text/html"):
        _open(request, page, getattr(page, "wanted", {}))


def _open(request, entry, wanted):
    if wanted.get("visibility"):
        set_visibility(entry, wanted["visibility"], group=wanted.get("visible_group"), by=request.user)


# ---------------------------------------------------------------- what others see of the explorer
def explored(parent_page, pages, request):
    return without_unseen(pages, request)


def without_unseen(pages, request):
    """The explorer and the choosers list only what `visible_to` lets through."""
    unseen = Entry.objects.exclude(pk__in=Entry.objects.visible_to(request.user).values("pk"))
    return pages.exclude(pk__in=unseen.values("pk"))
