"""The form by which an entry is edited in the admin, and the panels that are ours."""

import secrets

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.models import WorkflowState

from knowledge.rules import Facet, Role, Visibility, check_kind

# The buttons after which others read the entry: it has to be classified by then.
ASKS_FOR_SUBJECT = ("action-submit", "action-restart-workflow", "action-publish")
SUBJECT_MISSING = _("Choose at least one topic of the facet “Subject” before the entry is submitted or approved.")


def new_key():
    return secrets.token_urlsafe(18)


class VisibilityPanel(FieldPanel):
    """A field of the form that stands in no revision, so there is nothing to compare."""

    def get_comparison(self):
        return []


class ReviewPanel(Panel):
    """Above everything else: that the entry was sent back, by whom and why."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "knowledge/admin/sent_back.html"

        def is_shown(self):
            return bool(self.instance and self.instance.pk and self.sent_back)

        @property
        def sent_back(self):
            state = self.instance.current_workflow_state
            return state.current_task_state if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES else None

        def get_context_data(self, parent_context=None):
            return {**super().get_context_data(parent_context), "sent_back": self.sent_back}


class EntryPageForm(WagtailAdminPageForm):
    """Beside the entry's own fields: who may read it, which acts at once and is no part of a version."""

    visibility = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Visibility.choices,
        required=False,
        help_text=_(
            "Acts as soon as you save, on the published version too. Saving in the background leaves it as it is."
        ),
    )
    visible_group = forms.ModelChoiceField(
        Group.objects.none(), label=_("Which group"), required=False, help_text=_("Only for “One group”.")
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        state = state_of(self.instance)
        self.fields["visible_group"].queryset = Group.objects.exclude(name__in=Role.values)
        if state:
            self.initial |= {"visibility": state.visibility, "visible_group": state.group_id}
        else:
            self.initial |= {"visibility": Visibility.STAFF if self.instance.pk else Visibility.PUBLIC}
        if self.instance.pk:
            del self.fields["form_key"]
        else:
            self.initial["form_key"] = new_key()

    def clean(self):
        cleaned = super().clean()
        cleaned["visibility"] = cleaned.get("visibility") or self.initial["visibility"]
        self._check_visibility(cleaned["visibility"], cleaned)
        if self._asks_for_subject() and not self._has_subject():
            self.add_error(None, SUBJECT_MISSING)
        return cleaned

    def _check_visibility(self, visibility, cleaned):
        if visibility != Visibility.GROUP:
            cleaned["visible_group"] = None
        elif not cleaned.get("visible_group"):
            self.add_error("visible_group", _("Choose the group that may read it."))
        try:
            check_kind(cleaned.get("kind"), visibility)
        except ValidationError as error:
            self.add_error("visibility", error)

    def _asks_for_subject(self):
        approves = self.data.get("action-workflow-action") and self.data.get("workflow-action-name") == "approve"
        return approves or any(self.data.get(name) for name in ASKS_FOR_SUBJECT)

    def _has_subject(self):
        chosen = [
            form.cleaned_data.get("concept")
            for form in self.formsets["entry_concepts"].forms
            if form.is_valid() and not form.cleaned_data.get("DELETE")
        ]
        return any(concept.schemes.filter(facet=Facet.SUBJECT).exists() for concept in chosen if concept)

    def save(self, commit=True):
        page = super().save(commit=commit)
        page.wanted = {name: self.cleaned_data.get(name) for name in ("visibility", "visible_group", "form_key")}
        return page


def state_of(entry):
    """The state of an entry; None for one that is not saved yet or has none."""
    try:
        return entry.state if entry.pk else None
    except ObjectDoesNotExist:
        return None
