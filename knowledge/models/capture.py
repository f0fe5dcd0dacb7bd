"""What somebody told us, before anything was made of it."""

import secrets

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.rules import WAITING, CaptureState, Channel, is_staff_member


def private_storage():
    return storages["private"]


def make_token():
    return secrets.token_urlsafe(24)


class CaptureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Captures are read by staff; a teller with an account sees their own."""
        if is_staff_member(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(teller__user=user)

    def waiting(self):
        """Captures of which nothing was made yet."""
        return self.filter(state__in=WAITING)


class Capture(models.Model):
    text = models.TextField(_("what was said"), max_length=10_000)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.INFORMAL)
    heard_on = models.DateField(_("when it was said"), default=timezone.localdate)
    created_at = models.DateTimeField(_("came in"), auto_now_add=True, db_index=True)
    teller = models.ForeignKey(
        "knowledge.Person", models.SET_NULL, null=True, blank=True, related_name="captures", verbose_name=_("teller")
    )
    teller_name = models.CharField(_("name"), max_length=120, blank=True)
    teller_email = models.EmailField(_("e-mail address"), blank=True)
    may_name = models.BooleanField(_("may be named"), default=False)
    about = models.CharField(_("about"), max_length=200, blank=True)  # the words, topic or entry that it was told from
    about_entry = models.ForeignKey(
        "knowledge.Entry",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="told_about",
        verbose_name=_("about entry"),
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken down by"),
    )
    state = models.CharField(_("state"), max_length=10, choices=CaptureState, default=CaptureState.NEW, db_index=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("claimed by")
    )
    entry = models.ForeignKey(
        "knowledge.Entry", models.SET_NULL, null=True, blank=True, related_name="captures", verbose_name=_("entry")
    )
    drop_reason = models.CharField(_("reason"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    token = models.CharField(max_length=40, unique=True, default=make_token, editable=False)  # opens the teller's page
    form_key = models.CharField(max_length=40, unique=True, null=True, editable=False)  # a repeated POST makes one row

    objects = CaptureQuerySet.as_manager()

    class Meta:
        verbose_name = _("capture")
        verbose_name_plural = _("captures")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.text[:80]

    @property
    def is_waiting(self):
        return self.state in WAITING

    def move(self, state, *, by, note=""):
        """Go on to `state` and leave a trace of it."""
        self.state = state
        self.save()
        self.events.create(state=state, by=by, note=note)


class EvidenceKind(models.TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    CITATION = "citation", _("Citation")


class CaptureEvidence(models.Model):
    capture = models.ForeignKey(Capture, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    title = models.CharField(_("title"), max_length=300, blank=True)
    file = models.FileField(_("file"), upload_to="evidence/%Y/%m", storage=private_storage, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    citation = models.TextField(_("citation"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")

    def __str__(self):
        return self.title or self.url or self.citation[:80] or self.file.name


class CaptureEvent(models.Model):
    """One step in the life of a capture; appended, never changed."""

    capture = models.ForeignKey(Capture, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=CaptureState)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.capture_id}: {self.state}"
