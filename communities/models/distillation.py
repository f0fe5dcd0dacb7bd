"""What somebody drew from posts and put into words, and the entry that it became part of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import Membership
from communities.models.once import one_of_a_form
from communities.models.thread import Thread
from communities.rules import MemberRole, TalkState
from knowledge.rules import is_curator
from knowledge.text import RENDERER_VERSION, written


class DistillationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Distillations of threads that `user` reads; librarians also read what a steward released from elsewhere.

        With a thread that was hidden or deleted goes what was drawn from it: a summary would tell what nobody is to read.
        """
        readable = Q(thread__in=Thread.objects.visible_to(user).values("pk"))
        if is_curator(user):
            readable |= Q(released_at__isnull=False)
        return self.filter(readable, state=TalkState.VISIBLE, thread__state=TalkState.VISIBLE)

    def waiting(self):
        """Released ones of which nothing was made yet: the librarians' desk."""
        return self.filter(state=TalkState.VISIBLE, released_at__isnull=False, combinations=None)

    def to_let_out(self, user):
        """Those that stay in the closed communities of which `user` is a steward until one of them lets them out."""
        stewarded = Membership.objects.filter(person__user=user, role=MemberRole.STEWARD).values("community")
        return self.visible_to(user).filter(released_at=None, thread__community__in=stewarded)


class Distillation(models.Model):
    """A text drawn from chosen posts of a thread, each of their authors credited. Written together, version by version."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="distillations")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    source = models.TextField(_("text"))
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=RENDERER_VERSION, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="distillations")
    made_at = models.DateTimeField(_("written up"), default=timezone.now)
    edited_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+", editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=TalkState, default=TalkState.VISIBLE)
    # What stands in a closed community reaches librarians only when a steward lets it out; all else is out at once.
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")
    form_key = models.CharField(max_length=40, null=True, editable=False)
    origin = models.CharField(max_length=160, unique=True, null=True, blank=True, editable=False)

    objects = DistillationQuerySet.as_manager()

    class Meta:
        verbose_name = _("distillation")
        verbose_name_plural = _("distillations")
        ordering = ["-made_at", "-pk"]
        constraints = [one_of_a_form("distillation_form_once", author="made_by")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("distillation", args=[self.pk])

    @property
    def text(self):
        return written(self.html)


class DistillationPost(models.Model):
    """A post that was chosen, and what the writer notes beside it."""

    distillation = models.ForeignKey(Distillation, models.CASCADE, related_name="chosen")
    post = models.ForeignKey("communities.Post", models.CASCADE, related_name="distilled_in")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["post__number", "pk"]
        constraints = [models.UniqueConstraint(fields=["distillation", "post"], name="distilled_once")]

    def __str__(self):
        return f"{self.distillation_id}: {self.post_id}"


class DistillationVersion(models.Model):
    """A text of a distillation as it was before somebody wrote on."""

    distillation = models.ForeignKey(Distillation, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    source = models.TextField()
    html = models.TextField()
    written_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["distillation", "version"], name="distillation_version_once")]

    def __str__(self):
        return f"{self.distillation_id} v{self.version}"

    @property
    def text(self):
        return written(self.html)


class Combination(models.Model):
    """Distillations that a librarian brings together in an entry. It counts once the entry is published with them."""

    entry = models.ForeignKey("knowledge.Entry", models.CASCADE, related_name="combinations")
    distillations = models.ManyToManyField(Distillation, related_name="combinations")
    builds_on = models.ManyToManyField("knowledge.Entry", related_name="built_on_by", blank=True)
    made_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="combinations")
    made_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("combination")
        verbose_name_plural = _("combinations")
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        return f"{self.entry_id}: {self.pk}"
