"""How something told comes in: from a page, a desk, a mail, a survey."""

import re

from django.conf import settings
from django.db import IntegrityError, transaction

from knowledge.models import Capture, CaptureEvidence
from knowledge.outbox import tell
from knowledge.rules import CaptureState, Channel

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def language_of(text):
    """The content language that `text` is written in: Chinese when a fifth of its letters are Han characters."""
    letters = [character for character in text if character.isalpha()]
    han = sum(1 for character in letters if HAN.match(character))
    return "zh-hans" if letters and han * 5 >= len(letters) else settings.LANGUAGE_CODE


def take_in(text, *, by=None, form_key=None, evidence=(), channel=Channel.INFORMAL, **fields):
    """Keep what was said as a new capture and return it; the same `form_key` again returns the same capture.

    `by` is the member of staff who took it down, None when the teller wrote it. `evidence`: dicts with the fields of
    `CaptureEvidence`. `fields`: more fields of `Capture`.
    """
    fields.setdefault("language", language_of(text))
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
