"""A thread of talk, and what a reader keeps about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models.community import make_token
from communities.models.once import one_of_a_form
from communities.rules import PostKind, TalkState, readable, stewarded_ids
from communities.seci import ORDER, Level, Mode, Stage


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Threads `user` may read: in a community that is theirs to read, and not held or hidden.

        What is held or hidden is still read by its author and by the community's stewards; what is deleted by nobody.
        """
        found = self.filter(readable(user, "community__"))
        if not user.is_authenticated:
            return found.filter(state=TalkState.VISIBLE)
        own = Q(author__user=user) | Q(community__in=stewarded_ids(user))
        kept = self.model.objects.filter(own, state__in=(TalkState.HELD, TalkState.HIDDEN))
        # Visible or kept. Said with “or”, a database gathers all threads and sorts them; like this it walks down from the newest.
        return found.exclude(~Q(state=TalkState.VISIBLE) & ~Q(pk__in=kept.values("pk")))

    def public(self):
        """Threads that a visitor reads."""
        return self.filter(community__access="open", state=TalkState.VISIBLE)


class Thread(models.Model):
    """Talk about one thing. Where it stands in the spiral is derived from its conversions (interaction/events.py)."""

    community = models.ForeignKey("communities.Community", models.PROTECT, related_name="threads")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    author = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="threads")
    concepts = models.ManyToManyField(
        "knowledge.Concept", blank=True, through="communities.ThreadConcept", related_name="threads"
    )
    state = models.CharField(max_length=10, choices=TalkState, default=TalkState.VISIBLE)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    last_post_at = models.DateTimeField(_("last post"), default=timezone.now)
    last_number = models.PositiveIntegerField(default=0, editable=False)  # of posts ever written; comments have none
    post_count = models.PositiveIntegerField(default=0, editable=False)  # visible ones
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    is_answered = models.BooleanField(default=False, editable=False)  # it has an accepted post

    # The next turn: what raised the question, which turn of the spiral this is, how widely it is held by now.
    grew_from = models.CharField(max_length=120, blank=True, editable=False)  # app_label.model:pk
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    level = models.CharField(max_length=10, choices=Level, default=Level.PERSON, editable=False)

    # Derived from conversions, for lists and figures; `restand` makes them anew.
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.SOCIALIZATION, editable=False)
    stage_since = models.DateTimeField(default=timezone.now, editable=False)
    socialized_at = models.DateTimeField(null=True, editable=False)
    externalized_at = models.DateTimeField(null=True, editable=False)
    combined_at = models.DateTimeField(null=True, editable=False)
    internalized_at = models.DateTimeField(null=True, editable=False)
    skipped = models.CharField(max_length=80, blank=True, editable=False)  # modes, with blanks between

    score = models.IntegerField(null=True, editable=False)  # of an import
    origin = models.CharField(max_length=160, unique=True, null=True, blank=True, editable=False)
    form_key = models.CharField(max_length=40, null=True, editable=False)  # a repeated POST makes one

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last_post_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "-last_post_at", "-id"], name="thread_latest_in"),
            models.Index(fields=["-last_post_at", "-id"], name="thread_latest"),  # for who is signed in
            models.Index(fields=["state", "-last_post_at", "-id"], name="thread_newest"),  # for visitors
            models.Index(fields=["community", "stage", "stage_since"], name="thread_by_stage"),
            models.Index(fields=["grew_from"], name="thread_grew_from", condition=~Q(grew_from="")),
        ]
        constraints = [one_of_a_form("thread_form_once")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("thread", args=[self.community.slug, self.pk])

    MOMENTS = {
        Mode.SOCIALIZATION: "socialized_at",
        Mode.EXTERNALIZATION: "externalized_at",
        Mode.COMBINATION: "combined_at",
        Mode.INTERNALIZATION: "internalized_at",
    }

    def done_at(self, mode):
        return getattr(self, self.MOMENTS[mode])

    @property
    def ribbon(self):
        """How each mode stands, in order: a list of (mode, "done" | "skipped" | "here" | "todo")."""
        skipped = self.skipped.split()
        states = []
        for mode in ORDER:
            if self.done_at(mode):
                states.append((mode, "done"))
            elif mode.value in skipped:
                states.append((mode, "skipped"))
            else:
                states.append((mode, "here" if mode.value == self.stage else "todo"))
        return states

    @property
    def was_talked_about(self):
        """Whether two people met in it, or a steward let that step be skipped."""
        return self.socialized_at is not None or Mode.SOCIALIZATION.value in self.skipped.split()

    def stand(self, standing, stage, since):
        """Take over where the conversions put it: `standing` of seci.py, the stage, and since when."""
        for mode, field in self.MOMENTS.items():
            outcome, moment = standing.get(mode, ("", None))
            setattr(self, field, moment if outcome == "done" else None)
        self.skipped = " ".join(mode.value for mode, (outcome, _at) in standing.items() if outcome == "skipped")
        self.stage, self.stage_since = stage, since


class ThreadConcept(models.Model):
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="thread_concepts")
    concept = models.ForeignKey("knowledge.Concept", models.CASCADE, related_name="thread_concepts")

    class Meta:
        verbose_name = _("topic of a thread")
        verbose_name_plural = _("topics of a thread")
        constraints = [models.UniqueConstraint(fields=["thread", "concept"], name="thread_concept_once")]

    def __str__(self):
        return f"{self.thread_id}: {self.concept_id}"


class Watch(models.Model):
    """Somebody wants to know when a thread goes on. `token` is the one click that ends it."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="watches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    by_mail = models.BooleanField(default=True)
    token = models.CharField(max_length=40, unique=True, default=make_token, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="watch_once")]

    def __str__(self):
        return f"{self.user_id}: {self.thread_id}"


class ReadMarkQuerySet(models.QuerySet):
    def behind(self):
        """Marks of threads that went on, each with `new`: how many posts are there to be read beyond it."""
        read = Q(thread__posts__kind=PostKind.POST, thread__posts__state=TalkState.VISIBLE)
        beyond = models.FilteredRelation(  # a join of those alone: a long thread is not gone through
            "thread__posts", condition=read & Q(thread__posts__number__gt=models.F("number"))
        )
        went_on = self.filter(number__lt=models.F("thread__last_number"))
        return went_on.alias(beyond=beyond).annotate(new=models.Count("beyond"))


class ReadMark(models.Model):
    """How far a reader has read a thread they take part in or watch; no history of reading is kept of others."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_marks")
    number = models.PositiveIntegerField(default=0)

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="read_mark_once")]

    def __str__(self):
        return f"{self.user_id}: {self.thread_id} up to {self.number}"


class Draft(models.Model):
    """What somebody is writing and has not sent: the fields of one form at one place, such as `reply:12` or `ask`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="talk_drafts")
    place = models.CharField(max_length=60)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="draft_once")]

    def __str__(self):
        return f"{self.user_id}: {self.place}"
