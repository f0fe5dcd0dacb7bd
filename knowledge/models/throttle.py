"""Counts of what was done in a window of time, for when no shared cache can count."""

from django.db import models


class ThrottleCount(models.Model):
    key = models.CharField(max_length=160)
    window = models.BigIntegerField()  # number of the window since 1970
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="throttle_key_window")]

    def __str__(self):
        return f"{self.key}: {self.count}"
