"""A conversion of knowledge: an event with an author, a time, inputs and an output. Appended, never changed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.seci import Mode, Outcome


class Conversion(models.Model):
    mode = models.CharField(max_length=20, choices=Mode)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    made_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="conversions")
    made_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500, blank=True)  # why it was skipped or withdrawn
    threads = models.ManyToManyField("communities.Thread", related_name="conversions")  # those that it moves

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["mode", "outcome"], name="conversion_by_mode")]

    def __str__(self):
        return f"{self.mode} {self.outcome}"


class PartRole(models.TextChoices):
    INPUT = "input"
    OUTPUT = "output"


class ConversionPart(models.Model):
    """What went into a conversion, or came out of it, by its key: the event stays when the thing is gone."""

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="parts")
    role = models.CharField(max_length=6, choices=PartRole)
    key = models.CharField(max_length=120)  # app_label.model:pk

    class Meta:
        indexes = [models.Index(fields=["key", "role"], name="conversion_part_key")]
        constraints = [
            models.UniqueConstraint(fields=["conversion", "role", "key"], name="conversion_part_once"),
        ]

    def __str__(self):
        return f"{self.conversion_id} {self.role} {self.key}"


class ConversionCredit(models.Model):
    """Whose knowledge went into it. `named` says whether they may be named to who cannot read where they said it."""

    conversion = models.ForeignKey(Conversion, models.CASCADE, related_name="credits")
    person = models.ForeignKey("knowledge.Person", models.CASCADE, related_name="credits")
    named = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversion", "person"], name="credit_once")]

    def __str__(self):
        return f"{self.conversion_id}: {self.person_id}"
