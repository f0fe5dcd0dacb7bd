"""Approval by another librarian, as a task of Wagtail's workflows."""

import json

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from knowledge.house import one_may_approve
from knowledge.models.entry import Entry
from knowledge.rules import is_curator

REASON_MISSING = _("Say what has to change: the author reads it.")


class SendBackForm(forms.Form):
    comment = forms.CharField(
        label=_("What has to change?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The author reads this."),
        error_messages={"required": REASON_MISSING},
    )


class ApprovalTask(Task):
    """Librarians approve what others wrote; approving publishes. Who wrote the version does not approve it."""

    class Meta:
        verbose_name = _("approval by another librarian")
        verbose_name_plural = _("approvals by another librarian")

    @classmethod
    def get_description(cls):
        return _("Librarians approve what another one wrote; sending back needs a reason.")

    def user_can_access_editor(self, obj, user):
        return is_curator(user)

    def get_actions(self, obj, user):
        if not is_curator(user):
            return []
        actions = [("reject", _("Send back"), True)]
        if may_approve(user, obj):
            actions.append(("approve", _("Approve and publish"), False))
        return actions

    def get_form_for_action(self, action):
        return SendBackForm if action == "reject" else super().get_form_for_action(action)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if not is_curator(user):
            return TaskState.objects.none()
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return waiting if one_may_approve() else waiting.exclude(workflow_state__requested_by=user)

    def on_action(self, task_state, user, action_name, **kwargs):
        """As Wagtail does it, with our two conditions, whatever way the action came."""
        if not is_curator(user):
            raise PermissionDenied(_("Only librarians may do this. Ask an administrator to give you the role."))
        if action_name == "reject" and not kwargs.get("comment", "").strip():
            raise PermissionDenied(REASON_MISSING)
        if action_name == "approve":
            entry = Entry.objects.get(pk=task_state.revision.object_id)
            latest = entry.get_latest_revision()
            if may_approve(user, entry):
                task_state.revision = latest  # edited while it waited; what was read is what goes live
            elif task_state.revision_id == latest.pk:
                raise PermissionDenied(_("Another librarian has to approve what you wrote."))
            # Who changed it while approving has written a new version: Wagtail asks for its approval anew.
        return super().on_action(task_state, user, action_name, **kwargs)


def writers_of(entry):
    """Primary keys of the accounts that stand behind the version that waits, a set.

    Who wrote it and who submitted it; where somebody else changed it while it waited, that one alone, so that in a house of
    two the other can approve.
    """
    version, state = entry.get_latest_revision(), entry.current_workflow_state
    waiting = state.current_task_state.revision if state and state.current_task_state else None
    if waiting and same_words(version, waiting):
        version = waiting  # the editor keeps a new version at every approval, changed or not
    writer = version.user_id if version and version.user_id else entry.owner_id
    if state is None:
        return {writer} - {None}
    submitted = state.task_states.order_by("pk").values_list("revision_id", flat=True).first()
    if version and version.pk != submitted and writer != state.requested_by_id:
        return {writer} - {None}
    return {writer, state.requested_by_id} - {None}


NOT_WORDS = {"latest_revision", "latest_revision_created_at", "live_revision", "has_unpublished_changes", "draft_title"}
NOT_WORDS |= {
    "live",
    "expired",
    "url_path",
    "last_published_at",
    "first_published_at",
    "locked",
    "locked_at",
    "locked_by",
}
CHILDREN = ("entry_concepts", "sources", "contributors")


def same_words(revision, other):
    """Whether two revisions say the same, whatever Wagtail counts beside it."""
    return _words(revision.content) == _words(other.content)


def _words(content):
    words = {name: value for name, value in content.items() if name not in NOT_WORDS}
    words["body"] = json.loads(content.get("body") or "[]")  # databases order the keys in it as they like
    for name in CHILDREN:
        words[name] = [
            {key: value for key, value in child.items() if key not in ("pk", "entry", "sort_order")}
            for child in content.get(name, ())
        ]
    return words


def may_approve(user, entry):
    """Whether other eyes than those of the writers look at it, or the house lets one suffice."""
    return one_may_approve() or user.pk not in writers_of(entry)
