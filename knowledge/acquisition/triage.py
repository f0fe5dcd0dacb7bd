"""What becomes of a capture: claimed, made into an entry, added to one, or dropped with a reason. Nothing leaves it untraced."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knowledge.models import Capture, Entry
from knowledge.models.entry import ContributorRole, EntryContributor, EntrySource
from knowledge.organization.editing import create_entry, locked, save_draft
from knowledge.outbox import tell
from knowledge.policies import check_curate
from knowledge.rules import CaptureState, EntryForm, Kind, Visibility

# The end of a sentence; a short capitalized word before the dot is a form of address ("Mrs. Adler").
_STOP = re.compile(r"[。？！]|(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})[.?!](?= |$)")


def _unsettled(capture, by):
    """The locked capture, when `by` may work on it and nobody settled it meanwhile."""
    check_curate(by)
    capture = Capture.objects.select_for_update().get(pk=capture.pk)  # two librarians, one capture
    if not capture.is_waiting:
        raise ValidationError(
            _("Somebody has settled this already: %(state)s.") % {"state": capture.get_state_display()}
        )
    return capture


def _waiting(capture, by):
    """The locked capture, when `by` may settle it: it is unclaimed, or theirs."""
    capture = _unsettled(capture, by)
    if capture.claimed_by_id not in (None, by.pk):
        raise PermissionDenied(
            _("%(name)s has claimed this. Ask, or take it over first.") % {"name": capture.claimed_by}
        )
    return capture


@transaction.atomic
def claim(capture, *, by):
    """Say that `by` looks after it; somebody else's claim is taken over, which the trace tells."""
    capture = _unsettled(capture, by)
    capture.claimed_by = by
    capture.move(CaptureState.CLAIMED, by=by)
    tell("capture_changed", capture)
    return capture


@transaction.atomic
def release(capture, *, by):
    """Put it back into the inbox for somebody else."""
    capture = _waiting(capture, by)
    capture.claimed_by = None
    capture.move(CaptureState.NEW, by=by)
    tell("capture_changed", capture)
    return capture


@transaction.atomic
def draft_entry(capture, *, by, **fields):
    """Make an entry draft of it: the text, the source and the teller (who agreed to be named) are carried over.

    `fields` are those of `create_entry`, for what is known already; the rest is taken from the capture.
    """
    capture = _waiting(capture, by)
    carried = {
        "title": headline(capture.text),
        "language": capture.language,
        "kind": Kind.FROM,
        "form": EntryForm.CUSTOMER_INSIGHT,
        "markdown": capture.text,
        "visibility": Visibility.PUBLIC,  # once approved; who approves sees it
    }
    fields = carried | {name: value for name, value in fields.items() if value}
    fields["sources"] = [*fields.get("sources", ()), source_of(capture)]
    fields["contributors"] = [*fields.get("contributors", ()), *tellers_of(capture)]
    entry = create_entry(by=by, **fields)
    _settle(capture, CaptureState.DRAFTED, entry, by)
    return entry


@transaction.atomic
def add_to_entry(capture, entry, *, by):
    """Add it to an entry as a source; the entry's next version carries it, through review like every change."""
    capture = _waiting(capture, by)
    page = locked(Entry.objects.visible_to(by).get(pk=entry.pk))
    draft = page.get_latest_revision_as_object()
    draft.sources.add(source_of(capture))
    for contributor in tellers_of(capture):
        if not any(known.person_id == contributor.person_id for known in draft.contributors.all()):
            draft.contributors.add(contributor)
    save_draft(draft, by=by)
    _settle(capture, CaptureState.MERGED, page, by)
    return page


@transaction.atomic
def drop(capture, reason, *, by):
    """Let it go, with the reason that the teller reads."""
    capture = _waiting(capture, by)
    if not reason.strip():
        raise ValidationError(_("Say why: the teller reads the reason."))
    capture.drop_reason = reason.strip()
    _settle(capture, CaptureState.DROPPED, None, by, note=reason.strip())
    return capture


def _settle(capture, state, entry, by, note=""):
    capture.entry = entry
    capture.claimed_by = capture.claimed_by or by
    capture.settled_at = timezone.now()
    capture.move(state, by=by, note=note)
    tell("capture_settled", capture)


def headline(text, limit=80):
    """The first sentence of `text`, or as much of its first line as fits, as a title to begin with."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    stop = _STOP.search(line)
    if stop and stop.end() <= limit:
        return line[: stop.end()].rstrip("。.")
    if len(line) <= limit:
        return line
    return f"{line[:limit].rsplit(' ', 1)[0]}…"


def source_of(capture):
    """The source that an entry names: what a reader may know of who told it, in the language of the capture."""
    with translation.override(capture.language):
        day = date_format(capture.heard_on, "DATE_FORMAT")
        who = capture.teller_name if capture.may_name and capture.teller_name else _("A customer")
        title = _("%(who)s, %(day)s (%(channel)s)") % {"who": who, "day": day, "channel": capture.get_channel_display()}
    return EntrySource(title=title, capture=capture)


def tellers_of(capture):
    """The teller as a contributor, when there is one who agreed to be named."""
    if capture.teller_id and capture.may_name:
        return [EntryContributor(person=capture.teller, role=ContributorRole.TELLER)]
    return []
