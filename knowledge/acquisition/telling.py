"""How something told comes in: from a page, a desk, a mail, a survey."""

import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from knowledge.application.own import register_section
from knowledge.form_keys import own_key
from knowledge.models import Capture, CaptureEvidence
from knowledge.outbox import tell
from knowledge.rules import CaptureState, Channel, is_staff_member

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def language_of(text):
    """The content language that `text` is written in: Chinese when a fifth of its letters are Han characters."""
    letters = [character for character in text if character.isalpha()]
    han = sum(1 for character in letters if HAN.match(character))
    return "zh-hans" if letters and han * 5 >= len(letters) else settings.LANGUAGE_CODE


def take_in(text, *, by=None, form_key=None, evidence=(), channel=Channel.INFORMAL, **fields):
    """Keep what was said as a new capture and return it.

    The same words with the same `form_key` by the same person return the same capture: its page is for nobody else.
    `by` is the member of staff who took it down, None when the teller wrote it. `evidence`: dicts with the fields of
    `CaptureEvidence`. `fields`: more fields of `Capture`.
    """
    fields.setdefault("language", language_of(text))
    form_key = own_key(form_key, by and by.pk, fields.get("teller") and fields["teller"].pk, text)
    try:
        with transaction.atomic():
            capture = Capture.objects.create(text=text, taken_by=by, form_key=form_key, channel=channel, **fields)
            CaptureEvidence.objects.bulk_create(CaptureEvidence(capture=capture, **piece) for piece in evidence)
            capture.events.create(state=CaptureState.NEW, by=by)
            tell("capture_told", capture)
    except IntegrityError:  # the button was pressed twice
        if form_key is None or not (capture := Capture.objects.filter(form_key=form_key).first()):
            raise
    return capture


# ---------------------------------------------------------------- on one's own page
SHOWN = 20


def told_by(user):
    """What `user` told us, newest first, with where it stands."""
    return {"captures": Capture.objects.filter(teller__user=user)[:SHOWN]}


def waiting_for(user):
    """For staff: how much waits in the inbox, and how much of it they claimed."""
    if not is_staff_member(user):
        return None
    waiting = Capture.objects.visible_to(user).waiting()
    return waiting.aggregate(number=Count("pk"), mine=Count("pk", filter=Q(claimed_by=user)))


register_section(10, waiting_for, "knowledge/own/inbox.html")
register_section(30, told_by, "knowledge/own/told.html")
