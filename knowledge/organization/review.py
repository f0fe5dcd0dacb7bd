"""Approval: submitted, approved or sent back with a reason, and checked again from time to time."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask
from wagtail.signals import workflow_approved, workflow_rejected, workflow_submitted

from knowledge.application.own import register_section
from knowledge.audit import ACTIONS, record
from knowledge.house import one_may_approve
from knowledge.models import ApprovalTask, Entry, EntryIndex, EntryState
from knowledge.models.review import REASON_MISSING, writers_of
from knowledge.organization.classify import check_classified
from knowledge.organization.editing import locked, move_on
from knowledge.outbox import hears, tell
from knowledge.policies import allows, check_approve, check_curate

ACTIONS.update({"entry-checked": _("Entry checked")})
WORKFLOW = "Approval"
TASK = "Another librarian"  # Wagtail keeps both names in the database, in one language


@transaction.atomic
def lay_workflow():
    """Give both trees of entries the approval by another librarian; return the workflow. Laying it again changes nothing."""
    task = ApprovalTask.objects.filter(name=TASK).first() or ApprovalTask.objects.create(name=TASK)
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for index in EntryIndex.objects.all():
        WorkflowPage.objects.get_or_create(page=index.page_ptr, defaults={"workflow": workflow})
    WorkflowPage.objects.filter(
        page__depth=1, workflow__name="Moderators approval"
    ).delete()  # Wagtail's, whose group is gone
    return workflow


# ---------------------------------------------------------------- the three steps
@transaction.atomic
def submit(entry, *, by):
    """Ask another librarian to approve the newest version of `entry`. Raises `ValidationError` when it is not classified."""
    check_curate(by)
    entry = locked(entry)
    draft = entry.get_latest_revision_as_object()
    check_classified(draft)
    state = entry.current_workflow_state
    if state and state.status == WorkflowState.STATUS_IN_PROGRESS:
        raise ValidationError(_("This entry waits for approval already."))
    if state:
        state.resume(user=by)
    else:
        entry.get_workflow().start(entry, by)
    return entry


@transaction.atomic
def approve(entry, *, by):
    """Approve the version that waits; it is published. Raises `PermissionDenied` for who wrote it."""
    entry, waiting = _waiting(entry)
    check_may_approve(by, entry)
    check_classified(entry.get_latest_revision_as_object())
    waiting.task.specific.on_action(waiting, by, "approve")
    return Entry.objects.get(pk=entry.pk)


@transaction.atomic
def reject(entry, reason, *, by):
    """Send the version that waits back to its author, who reads the reason."""
    check_curate(by)
    entry, waiting = _waiting(entry)
    if not reason.strip():
        raise ValidationError(REASON_MISSING)
    waiting.task.specific.on_action(waiting, by, "reject", comment=reason.strip())
    return Entry.objects.get(pk=entry.pk)


def _waiting(entry):
    """The locked entry and the task that waits. Raises `ValidationError` when nothing does."""
    entry = locked(entry)
    waiting = entry.current_workflow_task_state
    if waiting is None or waiting.status != TaskState.STATUS_IN_PROGRESS:
        raise ValidationError(_("Nothing waits for approval here. Somebody may have settled it meanwhile."))
    return entry, waiting


def check_may_approve(user, entry):
    """The policy of approval for the version of `entry` that waits."""
    wrote = user.pk in writers_of(entry)
    check_approve(user, author=user if wrote else None, one_may_approve=one_may_approve())


def may_approve(user, entry):
    return allows(partial(check_may_approve, user), entry)


# ---------------------------------------------------------------- checked again
def may_check(user):
    """Whether `user` edits entries and vouches for them."""
    return allows(check_curate, user)


@transaction.atomic
def verify(entry, until, *, by):
    """Vouch for `entry` until that day: `by` has read it and it holds. Acts at once, on the published version."""
    check_curate(by)
    if until <= timezone.localdate():
        raise ValidationError(_("Choose a day to come: until then readers may rely on the entry."))
    entry = locked(entry)
    state, _created = EntryState.objects.select_for_update().get_or_create(entry=entry)
    before = {"until": str(state.check_due or "")}
    state.check_again(until, by=getattr(by, "person", None), at=timezone.now())
    record("entry-checked", entry, by=by, before=before, after={"until": str(until)})
    move_on(entry)
    return state


# ---------------------------------------------------------------- telling the author
def _told(kind, instance, user, **payload):
    entry = Entry.objects.filter(pk=instance.object_id).first()
    if entry is not None:  # other pages may have workflows of their own
        tell(kind, entry, by=user.pk if user else None, to=instance.requested_by_id, **payload)


def tell_submitted(instance, user=None, **_signal):
    _told("submitted", instance, user)


def tell_approved(instance, user=None, **_signal):
    _told("approved", instance, user)


def tell_sent_back(instance, user=None, **_signal):
    _told("sent_back", instance, user, reason=instance.current_task_state.comment)


# Wagtail mails inside the transaction and waits for the mail server. Ours stand in the place of its receivers (a signal keeps the
# first of two with one name, and knowledge comes before wagtail.admin in INSTALLED_APPS) and write outbox rows instead.
workflow_submitted.connect(
    tell_submitted, sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification"
)
workflow_approved.connect(
    tell_approved, sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification"
)
workflow_rejected.connect(
    tell_sent_back, sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification"
)


@hears("sent_back", "approved")
def mail_author(row):
    """Let who submitted it know; who decided alone needs no mail."""
    entry = Entry.objects.filter(pk=row.key.rpartition(":")[2]).select_related("owner", "locale").first()
    if entry is None or row.payload["to"] in (None, row.payload["by"]):
        return
    reader = entry._meta.get_field("owner").related_model.objects.filter(pk=row.payload["to"], is_active=True).first()
    if reader is None or not reader.email:
        return
    with translation.override(reader.language):
        edit = f"{settings.BASE_URL}{reverse('wagtailadmin_pages:edit', args=[entry.pk])}"
        context = {"entry": entry, "edit": edit, "reason": row.payload.get("reason", "")}
        context["address"] = f"{settings.BASE_URL}{entry.url}"
        subject, _blank, body = render_to_string(f"knowledge/mail/{row.kind}.txt", context).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [reader.email])


def reviews_of(user):
    """What was sent back to `user` and what waits for their approval, for their own page; None when there is nothing."""
    if not allows(check_curate, user):
        return None
    states = WorkflowState.objects.active().select_related("current_task_state__finished_by").order_by("-created_at")
    back = states.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
    waiting = states.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    if not one_may_approve():
        waiting = waiting.exclude(requested_by=user)
    context = {"sent_back": _with_entries(back, user), "waiting": _with_entries(waiting, user)}
    return context if any(context.values()) else None


SHOWN = 20


def _with_entries(states, user):
    """The newest of `states` whose entry `user` may see: a list of {"entry", "title", "task"}."""
    states = list(states[:SHOWN])
    entries = (
        Entry.objects.visible_to(user).select_related("locale").in_bulk([int(state.object_id) for state in states])
    )
    return [
        {"entry": entries[int(state.object_id)], "task": state.current_task_state}
        for state in states
        if int(state.object_id) in entries
    ]


register_section(10, reviews_of, "knowledge/own/reviews.html")
