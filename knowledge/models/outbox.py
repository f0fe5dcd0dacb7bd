"""What has to follow a write (index, mail, cache): a row of the same transaction, worked off by a task."""

from django.db import models
from django.utils import timezone


class OutboxRow(models.Model):
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)  # app_label.model:pk
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)  # later after a failure
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_due", condition=models.Q(done_at=None)),
            models.Index(fields=["done_at"], name="outbox_done"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"
