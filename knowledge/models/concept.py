"""The vocabulary after SKOS: schemes, concepts, labels per language, notes, relations, mappings, groups."""

from django.db import models
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from knowledge.rules import Facet


def best_label(labels, language=None):
    """Of `labels` (with `.language` and `.text`) the one for `language`; the other language, then any, when missing."""
    wanted = (language or get_language() or "en").lower()[:2]

    def rank(label):
        return label.language[:2].lower() != wanted, label.language[:2].lower() not in ("en", "zh"), label.language

    return min(labels, key=rank, default=None)


def best_text(texts):
    """Of `texts` (language tag -> text) the one for the reader; English, then any, when missing; "" of none."""
    return texts.get(best_language(texts), "")


def best_language(texts):
    """The language tag of the text that `best_text` gives."""
    wanted = (get_language() or "en")[:2]
    for language in texts:
        if language[:2].lower() == wanted:
            return language
    return "en" if "en" in texts else next(iter(texts), "")


class ConceptScheme(models.Model):
    uri = models.CharField(_("URI"), max_length=400, unique=True)
    facet = models.CharField(_("facet"), max_length=20, choices=Facet, blank=True, db_index=True)
    titles = models.JSONField(_("titles"), default=dict, blank=True)  # language tag -> text
    descriptions = models.JSONField(_("descriptions"), default=dict, blank=True)  # language tag -> text
    is_holding = models.BooleanField(default=False, editable=False)  # takes in tags that match no label

    class Meta:
        verbose_name = _("concept scheme")
        verbose_name_plural = _("concept schemes")
        ordering = ["pk"]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return best_text(self.titles) or self.uri

    @property
    def title_language(self):
        return best_language(self.titles)

    @property
    def description_language(self):
        return best_language(self.descriptions)

    @property
    def description(self):
        return best_text(self.descriptions)


class ConceptStatus(models.TextChoices):
    CURRENT = "current", _("Current")
    DEPRECATED = "deprecated", _("Deprecated")


class ConceptQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every concept is public: a vocabulary tells nothing of anybody."""
        return self

    def offered(self):
        """Concepts that may be chosen for something new."""
        return self.filter(status=ConceptStatus.CURRENT)

    def subjects(self):
        """Concepts that say what something is about; bodies, business, form and use of the other facets are none."""
        others = SchemeMembership.objects.exclude(scheme__facet__in=("", Facet.SUBJECT))
        return self.exclude(pk__in=others.values("concept"))

    def with_labels(self):
        """With the preferred labels at hand, so that `str(concept)` costs no query."""
        preferred = ConceptLabel.objects.filter(kind=LabelKind.PREFERRED)
        return self.prefetch_related(Prefetch("labels", preferred, to_attr="preferred_labels"))


class Concept(ClusterableModel):
    uri = models.CharField(_("URI"), max_length=400, unique=True)
    notations = models.JSONField(_("notations"), default=list, blank=True)  # [text, datatype URI, language tag], sorted
    status = models.CharField(_("status"), max_length=12, choices=ConceptStatus, default=ConceptStatus.CURRENT)
    schemes = models.ManyToManyField(ConceptScheme, through="SchemeMembership", related_name="concepts")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ConceptQuerySet.as_manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("topic", args=[self.pk])

    def preferred(self):
        """The preferred labels, from the prefetch where there is one."""
        if not hasattr(self, "preferred_labels"):
            self.preferred_labels = list(self.labels.filter(kind=LabelKind.PREFERRED))
        return self.preferred_labels

    @property
    def label(self):
        """The preferred label for the reader: an object with `text` and `language`; None when there is no label."""
        return best_label(self.preferred())

    @property
    def name(self):
        label = self.label
        return label.text if label else self.uri

    @property
    def notation(self):
        """The first notation; "" when there is none."""
        return self.notations[0][0] if self.notations else ""

    @property
    def is_deprecated(self):
        return self.status == ConceptStatus.DEPRECATED


class Statement(models.Model):
    """What is said of a concept. An import takes back only what an import brought; what was added here stays."""

    imported = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class SchemeMembership(Statement):
    """A concept in a scheme, and whether it stands at its top."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="memberships")
    scheme = models.ForeignKey(
        ConceptScheme, models.CASCADE, related_name="memberships", verbose_name=_("concept scheme")
    )
    is_top = models.BooleanField(_("top concept"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "scheme"], name="concept_once_in_scheme")]

    def __str__(self):
        return f"{self.concept_id} in {self.scheme_id}"


class LabelKind(models.TextChoices):
    PREFERRED = "pref", _("Preferred label")
    ALTERNATIVE = "alt", _("Alternative label")
    HIDDEN = "hidden", _("Hidden label")


class ConceptLabel(Statement):
    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(_("kind"), max_length=6, choices=LabelKind)
    language = models.CharField(_("language"), max_length=20, blank=True)  # as the source writes it: en, zh-Hans-CN
    text = models.CharField(_("label"), max_length=500)
    folded = models.CharField(max_length=500, editable=False, db_index=True)  # as search folds it
    sort_key = models.CharField(max_length=60, default="", editable=False, db_index=True)  # by letters, then by pinyin

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            models.UniqueConstraint(fields=["concept", "kind", "language", "text"], name="concept_label_once")
        ]
        indexes = [models.Index(fields=["kind", "language", "text"], name="concept_label_by_text")]

    def __str__(self):
        return self.text


class NoteKind(models.TextChoices):
    DEFINITION = "definition", _("Definition")
    SCOPE = "scopeNote", _("Scope note")
    EXAMPLE = "example", _("Example")
    HISTORY = "historyNote", _("History note")
    EDITORIAL = "editorialNote", _("Editorial note")
    CHANGE = "changeNote", _("Change note")
    NOTE = "note", _("Note")


class ConceptNote(Statement):
    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=20, choices=NoteKind)
    language = models.CharField(_("language"), max_length=20, blank=True)
    text = models.TextField(_("text"))
    uri = models.CharField(max_length=400, blank=True, editable=False)  # of a note that is a resource of its own

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self):
        return self.text[:80]


class RelationKind(models.TextChoices):
    BROADER = "broader", _("is narrower than")
    RELATED = "related", _("is related to")


class ConceptRelation(Statement):
    """`source` has `target` as its broader or related concept; narrower is the same row read backwards.

    Related is kept both ways, so that either concept tells of it.
    """

    source = ParentalKey(Concept, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Concept, models.CASCADE, related_name="relations_in", verbose_name=_("concept"))
    kind = models.CharField(_("relation"), max_length=8, choices=RelationKind)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "target"], name="concept_relation_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="concept_relation_not_self"),
        ]

    def __str__(self):
        return f"{self.source_id} {self.kind} {self.target_id}"


class MappingKind(models.TextChoices):
    EXACT = "exactMatch", _("Exact match")
    CLOSE = "closeMatch", _("Close match")
    BROAD = "broadMatch", _("Broader match")
    NARROW = "narrowMatch", _("Narrower match")
    RELATED = "relatedMatch", _("Related match")


class ConceptMapping(Statement):
    """A link to a concept of somebody else's vocabulary."""

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="mappings")
    kind = models.CharField(_("kind"), max_length=20, choices=MappingKind)
    target_uri = models.CharField(_("URI"), max_length=400)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        constraints = [models.UniqueConstraint(fields=["concept", "kind", "target_uri"], name="concept_mapping_once")]

    def __str__(self):
        return f"{self.kind} {self.target_uri}"

    @property
    def is_web(self):
        """Whether the address can be followed; a file may state any scheme, `javascript:` too."""
        return self.target_uri.startswith(("http://", "https://"))


class ConceptGroup(models.Model):
    """A skos:Collection: concepts kept together under a name, without being one."""

    uri = models.CharField(_("URI"), max_length=400, unique=True)
    titles = models.JSONField(_("titles"), default=dict, blank=True)  # language tag -> text
    notations = models.JSONField(_("notations"), default=list, blank=True)  # as those of a concept
    is_ordered = models.BooleanField(_("the order of its members counts"), default=False)
    schemes = models.ManyToManyField(ConceptScheme, related_name="groups", blank=True)

    class Meta:
        verbose_name = _("group of concepts")
        verbose_name_plural = _("groups of concepts")

    def __str__(self):
        return best_text(self.titles) or self.uri


class GroupMember(models.Model):
    """A concept, or a smaller group, in a group."""

    group = models.ForeignKey(ConceptGroup, models.CASCADE, related_name="members")
    concept = models.ForeignKey(Concept, models.CASCADE, null=True, related_name="group_members")
    subgroup = models.ForeignKey(ConceptGroup, models.CASCADE, null=True, related_name="in_groups")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "concept", "position"], name="concept_once_in_group"),
            models.UniqueConstraint(fields=["group", "subgroup", "position"], name="subgroup_once_in_group"),
            models.CheckConstraint(
                condition=models.Q(concept=None, subgroup__isnull=False)
                | models.Q(concept__isnull=False, subgroup=None),
                name="group_member_is_one_thing",
            ),
        ]

    def __str__(self):
        return f"{self.concept or self.subgroup} in {self.group_id}"
