"""What an import did, row by row: for going on where it stopped, and for taking it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDONE = "undone", _("Taken back")


class ImportRun(models.Model):
    """One call of an import over one or more files."""

    kind = models.CharField(max_length=30)
    files = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return f"{self.kind} {self.pk}"


class ImportRow(models.Model):
    """A row that became an entry, and the revision that it came in with: an entry with a later one was edited since."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    entry = models.OneToOneField("knowledge.Entry", models.CASCADE, related_name="import_row")
    revision_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["run", "entry"], name="import_row_by_run")]

    def __str__(self):
        return f"{self.run_id}: {self.entry_id}"
