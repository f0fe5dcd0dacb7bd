"""An entry that searches ask for: it comes into the inbox like everything that people tell."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knowledge.acquisition.telling import take_in
from knowledge.models import Capture
from knowledge.policies import check_work
from knowledge.rules import Channel


@transaction.atomic
def want_entry(query, note="", *, searches, by):
    """Ask for an entry on what readers search for, `searches` times so far; return the capture.

    While one for the same words waits in the inbox, that one is returned. Raises: `PermissionDenied`.
    """
    check_work(by)
    about = query[:200]
    waiting = Capture.objects.waiting().filter(about=about, channel=Channel.SATISFACTION, taken_by__isnull=False)
    if known := waiting.first():
        return known
    said = [_("Readers search for “%(query)s”. An entry is missing.") % {"query": query}]
    if searches:
        text = ngettext("It was searched for %(number)d time.", "It was searched for %(number)d times.", searches)
        said.append(text % {"number": searches})
    said += [note.strip()] if note.strip() else []
    return take_in("\n\n".join(said)[:10_000], by=by, about=about, channel=Channel.SATISFACTION)
