"""What somebody tried, what happened, and what they learned from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from communities.models.once import one_of_a_form
from communities.rules import TalkState, Useful
from knowledge.models import Entry
from knowledge.rules import is_curator
from knowledge.text import RENDERER_VERSION, written


class PracticeReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Reports on entries that `user` reads; what is held or hidden is read by its author and by librarians."""
        readers = Q(state=TalkState.VISIBLE)
        if user.is_authenticated:
            readers |= Q(author__user=user) & ~Q(state=TalkState.DELETED)
        if is_curator(user):
            readers |= ~Q(state=TalkState.DELETED)
        return self.filter(readers, entry__in=Entry.objects.live().visible_to(user).values("pk"))


class PracticeReport(models.Model):
    """Somebody applied an entry and tells how it went."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="practice_reports")
    author = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="practice_reports")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    tried = models.TextField(_("What I tried"), max_length=4000)
    happened = models.TextField(_("What happened"), max_length=4000)
    learned = models.TextField(_("What I learned"), max_length=4000, blank=True)
    tried_html = models.TextField(editable=False)
    happened_html = models.TextField(editable=False)
    learned_html = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveSmallIntegerField(default=RENDERER_VERSION, editable=False)
    useful = models.CharField(_("Did it help?"), max_length=8, choices=Useful, default=Useful.YES)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    edited_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=TalkState, default=TalkState.VISIBLE)
    state_reason = models.CharField(max_length=500, blank=True, editable=False)
    form_key = models.CharField(max_length=40, null=True, editable=False)
    origin = models.CharField(max_length=160, unique=True, null=True, blank=True, editable=False)

    objects = PracticeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("practice report")
        verbose_name_plural = _("practice reports")
        ordering = ["-created_at", "-pk"]
        constraints = [one_of_a_form("report_form_once")]

    def __str__(self):
        return Truncator(self.tried).chars(80)

    def get_absolute_url(self):
        return reverse("practice", args=[self.pk])

    @property
    def parts(self):
        """The three parts with their headings, as HTML for a page."""
        named = ("tried", "happened", "learned")
        return [
            (self._meta.get_field(name).verbose_name, written(getattr(self, f"{name}_html")))
            for name in named
            if getattr(self, name)
        ]
