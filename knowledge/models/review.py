"""Approval by another librarian, as a task of Wagtail's workflows."""

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
    latest = entry.get_latest_revision()
    writer = latest.user_id if latest and latest.user_id else entry.owner_id
    state = entry.current_workflow_state
    if state is None or state.requested_by_id is None:
        return {writer} - {None}
    submitted = state.task_states.order_by("pk").values_list("revision_id", flat=True).first()
    if latest and latest.pk != submitted and writer != state.requested_by_id:
        return {writer} - {None}
    return {writer, state.requested_by_id} - {None}


def may_approve(user, entry):
    """Whether other eyes than those of the writers look at it, or the house lets one suffice."""
    return one_may_approve() or user.pk not in writers_of(entry)
