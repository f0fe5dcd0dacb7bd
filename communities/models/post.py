"""A post, the comments under it, and what others do with it."""

import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.once import one_of_a_form
from communities.rules import FlagOutcome, FlagReason, PostKind, SourceFormat, TalkState, readable, stewarded_ids
from knowledge.models.capture import private_storage
from knowledge.text import RENDERER_VERSION, written

PAGE = 20  # posts a page; a post's page follows from its number


class PostQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Posts and comments whose text `user` may read: those of readable threads that are neither held, hidden nor deleted.

        Authors and stewards also read what is held or hidden.
        """
        readers = Q(state=TalkState.VISIBLE, thread__state=TalkState.VISIBLE)
        if user.is_authenticated:
            own = Q(author__user=user) | Q(thread__community__in=stewarded_ids(user))
            kept = self.model.objects.filter(own)
            kept = kept.exclude(state=TalkState.DELETED).exclude(thread__state=TalkState.DELETED)
            kept = kept.exclude(state=TalkState.VISIBLE, thread__state=TalkState.VISIBLE)
            readers |= Q(pk__in=kept.values("pk"))
        return self.filter(readable(user, "thread__community__")).filter(readers)

    def posts(self):
        return self.filter(kind=PostKind.POST)

    def comments(self):
        return self.filter(kind=PostKind.COMMENT)


class Post(models.Model):
    """One contribution to a thread. Posts are numbered from 1 and keep their number; a comment stands under `reply_to`."""

    thread = models.ForeignKey("communities.Thread", models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=8, choices=PostKind, default=PostKind.POST)
    number = models.PositiveIntegerField(null=True, editable=False)  # None for a comment
    reply_to = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="comments")
    author = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="posts")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    source = models.TextField(_("text"))
    format = models.CharField(max_length=10, choices=SourceFormat, default=SourceFormat.MARKDOWN)
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=RENDERER_VERSION, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(max_length=10, choices=TalkState, default=TalkState.VISIBLE)
    state_reason = models.CharField(max_length=500, blank=True, editable=False)  # why a steward hid it
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)  # the asker says that it answers the question
    helpful_count = models.PositiveIntegerField(default=0, editable=False)
    score = models.IntegerField(null=True, editable=False)  # of an import
    origin = models.CharField(max_length=160, unique=True, null=True, blank=True, editable=False)
    form_key = models.CharField(max_length=40, null=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["thread", "number", "pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state=TalkState.HELD), name="post_held")
        ]  # what waits
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_once"),
            one_of_a_form("post_form_once"),
            models.CheckConstraint(
                condition=Q(kind=PostKind.POST, number__isnull=False, reply_to__isnull=True)
                | Q(kind=PostKind.COMMENT, number__isnull=True, reply_to__isnull=False),
                name="post_or_comment",
            ),
        ]

    def __str__(self):
        return f"{self.thread_id}#{self.number or '–'}"

    def get_absolute_url(self):
        """The page of the thread that has it, at its place. Needs the thread and its community; a comment its post too."""
        number = self.number or self.reply_to.number
        page = (number - 1) // PAGE + 1
        query = f"?page={page}" if page > 1 else ""
        return f"{self.thread.get_absolute_url()}{query}#{self.anchor}"

    @property
    def anchor(self):
        return f"post-{self.number}" if self.number else f"comment-{self.pk}"

    @property
    def text(self):
        """What was written, as HTML for a page."""
        return written(self.html)

    @property
    def is_accepted(self):
        return self.accepted_at is not None


class PostVersion(models.Model):
    """A text of a post as it was before somebody changed it; read by its author and by stewards."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    source = models.TextField()
    format = models.CharField(max_length=10, choices=SourceFormat)
    html = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="post_version_once")]

    def __str__(self):
        return f"{self.post_id} v{self.version}"

    @property
    def text(self):
        return written(self.html)


class PostImage(models.Model):
    """A picture that a post shows. It is uploaded before the post is there; then only who uploaded it sees it."""

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="images")
    file = models.ImageField(upload_to="talk/%Y/%m", storage=private_storage)
    title = models.CharField(_("what it shows"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("picture in a post")
        verbose_name_plural = _("pictures in posts")

    def __str__(self):
        return self.title or self.file.name

    @property
    def markdown(self):
        """What stands in a text to show it."""
        title = re.sub(r"[\[\]\\\n]", " ", self.title)
        return f"![{title}](image:{self.pk})"


class Helpful(models.Model):
    """Somebody says that a post helped."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="helpful_marks")
    person = models.ForeignKey("knowledge.Person", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="helpful_once")]

    def __str__(self):
        return f"{self.person_id}: {self.post_id}"


class Mention(models.Model):
    """A post speaks to somebody by name."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="mentions")
    person = models.ForeignKey("knowledge.Person", models.CASCADE, related_name="mentions")
    name = models.CharField(max_length=120, blank=True)  # as it was written; people change their names

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "person"], name="mention_once")]

    def __str__(self):
        return f"{self.post_id}: @{self.person_id}"


class Flag(models.Model):
    """Somebody tells the stewards that something is wrong with a post, or with a practice report."""

    community = models.ForeignKey("communities.Community", models.CASCADE, null=True, related_name="flags")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="flags")
    report = models.ForeignKey("communities.PracticeReport", models.CASCADE, null=True, related_name="flags")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=10, choices=FlagReason)
    note = models.CharField(_("note"), max_length=500, blank=True)
    flagged_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=FlagOutcome, default=FlagOutcome.OPEN)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["flagged_at", "pk"]
        indexes = [models.Index(fields=["community", "outcome"], name="flag_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "by"], condition=Q(outcome=FlagOutcome.OPEN, post__isnull=False), name="flag_once"
            ),
            models.UniqueConstraint(
                fields=["report", "by"],
                condition=Q(outcome=FlagOutcome.OPEN, report__isnull=False),
                name="flag_report_once",
            ),
        ]

    def __str__(self):
        return f"{self.post_id or self.report_id}: {self.reason}"
