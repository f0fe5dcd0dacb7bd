"""The index of everything readable, always written, whichever engine answers; only `knowledge.search` uses it."""

from django.db import models
from django.utils import timezone


class SearchAudience(models.Model):
    """A set of access tokens that documents have in common, so that a query compares one number a document."""

    tokens = models.CharField(max_length=2000, unique=True)  # sorted, with blanks between

    def __str__(self):
        return self.tokens


class SearchAudienceToken(models.Model):
    audience = models.ForeignKey(SearchAudience, models.CASCADE, related_name="token_rows")
    token = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "audience"], name="search_audience_token_once")]

    def __str__(self):
        return self.token


class SearchEntry(models.Model):
    """One searchable document. Its tokens stand beside it: an FTS5 table on SQLite, a `tsvector` column on
    PostgreSQL."""

    key = models.CharField(max_length=120, unique=True)  # app_label.model:pk
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=20, blank=True)
    title = models.TextField()
    folded = models.CharField(max_length=200)  # the title as it is compared
    sort_key = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    updated = models.DateTimeField()
    popularity = models.IntegerField(default=0)
    quality = models.SmallIntegerField(default=0)
    family = models.CharField(max_length=120, default="")  # the key of the thing of which it is a part
    audience = models.ForeignKey(SearchAudience, models.PROTECT, related_name="+")
    holds_until = models.DateField(null=True, db_index=True)
    facet_ids = models.BinaryField(default=b"")  # the numbers of its `SearchFacetValue`s, 32 bits each, for counting
    fingerprint = models.CharField(max_length=32)
    round = models.IntegerField(default=0)  # of the rebuild that saw it last
    serial = models.BigIntegerField(default=0)  # of the write that made it so
    waiting = models.BooleanField(default=True)  # for Elasticsearch to take it in

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(waiting=True), name="search_entry_waiting"),
            models.Index(fields=["kind", "audience", "updated"], name="search_entry_newest"),
            models.Index(fields=["round"], name="search_entry_round"),
        ]

    def __str__(self):
        return self.key


class SearchGone(models.Model):
    """A document that is no more, until Elasticsearch has heard of it."""

    key = models.CharField(max_length=120, unique=True)
    serial = models.BigIntegerField()

    def __str__(self):
        return self.key


class SearchText(models.Model):
    """The words of a document, for showing where they stand; apart, so that rows that are only counted stay small."""

    entry = models.OneToOneField(SearchEntry, models.CASCADE, primary_key=True, related_name="text")
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self):
        return self.summary or self.body[:80]


class SearchFacetValue(models.Model):
    """A value of a facet, made when first met and never changed; `SearchEntry.facet_ids` holds its number."""

    name = models.CharField(max_length=20)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "value"], name="search_facet_value_once")]

    def __str__(self):
        return f"{self.name}={self.value}"


class SearchWord(models.Model):
    """A word of a title or label as it is spelt, by audience: what "did you mean" may offer to whom."""

    word = models.CharField(max_length=60)
    backwards = models.CharField(max_length=60)  # so that a slip in the first letters is found from the end
    audience = models.ForeignKey(SearchAudience, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "audience"], name="search_word_once")]
        indexes = [models.Index(fields=["backwards"], name="search_word_backwards")]

    def __str__(self):
        return self.word


class SearchIndexState(models.Model):
    """One row: the lock under which the index is written, and where a rebuild stands."""

    round = models.IntegerField(default=0)  # the last rebuild that ended
    building = models.IntegerField(null=True)  # the one under way
    kind = models.CharField(max_length=20, blank=True)
    after = models.BigIntegerField(default=0)  # the last key of `kind` that it has done
    started_at = models.DateTimeField(default=timezone.now)
    serial = models.BigIntegerField(default=0)  # of the last write
    mirror = models.CharField(
        max_length=120, blank=True
    )  # the index of Elasticsearch that is read; none while it lacks something
    mirror_building = models.CharField(max_length=120, blank=True)  # the one that will be
    mirror_after = models.BigIntegerField(default=0)  # the last `SearchEntry` in it
    is_behind = models.BooleanField(default=False)  # something could not be sent
    leased_until = models.DateTimeField(null=True)  # until when one worker has the mirror to itself

    def __str__(self):
        return f"round {self.building or self.round}"

    def next_serial(self):
        """The number of a write that begins; whoever holds the lock of this row keeps it until the write is committed, so numbers
        are committed in their order."""
        self.serial += 1
        self.save(update_fields=["serial"])
        return self.serial

    @property
    def targets(self):
        """The indices of Elasticsearch that hear of every write."""
        return [name for name in (self.mirror, self.mirror_building) if name]
