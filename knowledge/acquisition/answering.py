"""Letting the teller know: a mail when it came in, another when something became of it. Mails never repeat what was written."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from knowledge.models import Capture
from knowledge.outbox import hears


def address_of(capture):
    """The teller's own page, whole, in the language of the capture."""
    with translation.override(capture.language):
        return f"{settings.BASE_URL}{reverse('told', args=[capture.token])}"


def _capture_of(row):
    return Capture.objects.filter(pk=row.key.rpartition(":")[2]).first()


def _mail(capture, name):
    if not capture or not capture.teller_email:
        return
    with translation.override(capture.language):
        context = {"capture": capture, "address": address_of(capture)}
        subject, _blank, body = render_to_string(f"knowledge/mail/{name}.txt", context).partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [capture.teller_email])


@hears("capture_told")
def thank(row):
    """The first mail: thanks, and the address where its fate can be followed."""
    _mail(_capture_of(row), "told")


@hears("capture_settled")
def answer(row):
    """The second: something became of it."""
    _mail(_capture_of(row), "settled")
