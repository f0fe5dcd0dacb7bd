"""A step that is passed over: by a steward alone, with a reason that stays."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.interaction.events import record_conversion
from communities.interaction.logbook import record
from communities.models import Conversion, Thread
from communities.policies import check_skip
from communities.seci import Mode, Outcome
from knowledge.audit import ACTIONS
from knowledge.outbox import tell

ACTIONS.update({"step-skipped": gettext_lazy("Step of a thread skipped")})
LONGEST = 500


@transaction.atomic
def skip(thread, mode, *, reason, by, at=None):
    """Let `thread` go on without the conversion that it waits for; return the event.

    Raises `PermissionDenied` for who is no steward, `ValidationError` without a reason or for another step.
    """
    thread = Thread.objects.select_for_update().select_related("community").get(pk=thread.pk)
    check_skip(by, thread)
    mode, reason = Mode(mode), reason.strip()[:LONGEST]
    if not reason:
        raise ValidationError(_("Say why: everybody who reads the thread reads the reason."))
    if mode.value != thread.stage:
        raise ValidationError(
            _("The thread does not wait for this step. Where it stands: %(stage)s.")
            % {"stage": thread.get_stage_display()}
        )
    event = record_conversion(
        mode, threads=[thread], by=by.person, inputs=[thread], outcome=Outcome.SKIPPED, reason=reason, at=at
    )
    record("step-skipped", thread, by=by, after={"step": mode.value, "reason": reason})
    tell("thread_changed", thread)
    return event


def reasons_of(thread):
    """Why steps of `thread` were skipped, for everybody who reads it: {mode: the event, with `reason` and `made_by`}."""
    events = Conversion.objects.filter(threads=thread, outcome=Outcome.SKIPPED).select_related("made_by")
    return {Mode(event.mode): event for event in events}
