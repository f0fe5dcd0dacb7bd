"""What the library learns from searches, without learning who searched; and what librarians put first because of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.rules import is_staff_member


class SearchEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was searched is read by staff."""
        return self if is_staff_member(user) else self.none()

    def whole(self):
        """Searches as they were asked: one that is narrowed by filters is the same search once more."""
        return self.filter(filters={})

    def in_vain(self):
        """Searches that found nothing."""
        return self.filter(count=0)

    def unopened(self):
        """Searches that found something of which nothing was opened."""
        return self.filter(count__gt=0, opened_kind="")


class SearchEvent(models.Model):
    """That somebody searched: what for, how much was found, what was opened. Nobody's name, address or session.

    `handle` is random and known to the page alone that the search was answered with; it goes after a day.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    query = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, db_index=True)
    language = models.CharField(max_length=20)  # of the page
    filters = models.JSONField(default=dict)
    count = models.PositiveIntegerField()
    concepts = models.ManyToManyField("knowledge.Concept", related_name="+")  # that the query names, or the nearest
    nearest = models.ForeignKey("knowledge.Concept", models.SET_NULL, null=True, related_name="+")
    is_common = models.BooleanField(default=False)  # all its words stand in titles that everybody may read
    opened_kind = models.CharField(max_length=20, blank=True)
    opened_place = models.PositiveSmallIntegerField(null=True)  # in the list, 1 the first; 0: put first by librarians
    handle = models.CharField(max_length=32, null=True, unique=True)

    objects = SearchEventQuerySet.as_manager()

    def __str__(self):
        return f"{self.query} ({self.count})"


class SearchMonth(models.Model):
    """How much was searched in a month that is too long ago for its words to be kept; of one concept, or of all."""

    month = models.DateField()  # its first day
    language = models.CharField(max_length=20)
    concept = models.ForeignKey("knowledge.Concept", models.CASCADE, null=True, related_name="+")
    searches = models.PositiveIntegerField(default=0)
    in_vain = models.PositiveIntegerField(default=0)
    unopened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month", "language", "concept"], name="search_month_once"),
            models.UniqueConstraint(
                fields=["month", "language"], condition=Q(concept=None), name="search_month_of_all_once"
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.language}: {self.searches}"


class SearchPinQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Which results are put first is kept by staff; what is put first is seen by whoever may see the thing."""
        return self if is_staff_member(user) else self.none()

    def holding(self):
        """Pins whose day has not passed."""
        return self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


class SearchPin(models.Model):
    """A thing that librarians put before the results of a query, or of every query that names a concept."""

    folded = models.CharField(max_length=300, blank=True, db_index=True)  # the query as it is compared
    query = models.CharField(_("words"), max_length=300, blank=True)  # as it was written
    concept = models.ForeignKey("knowledge.Concept", models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=120)  # app_label.model:pk
    order = models.PositiveSmallIntegerField(default=0)
    until = models.DateField(_("last day"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = SearchPinQuerySet.as_manager()

    class Meta:
        ordering = ["folded", "concept", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["folded", "key"], condition=Q(concept=None), name="search_pin_once"),
            models.UniqueConstraint(fields=["concept", "key"], name="search_pin_of_concept_once"),
            models.CheckConstraint(
                condition=Q(concept=None) & ~Q(folded="") | Q(concept__isnull=False, folded=""),
                name="search_pin_has_one_reason",
            ),
        ]

    def __str__(self):
        return f"{self.query or self.concept_id}: {self.key}"
