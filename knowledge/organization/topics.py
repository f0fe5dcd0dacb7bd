"""Concepts as readers meet them: schemes by facet, the top of a scheme, an alphabetical index, one topic with all about it."""

from dataclasses import dataclass, field

from django.db.models import Case, CharField, Count, IntegerField, Min, Q, Value, When
from django.db.models.functions import Substr
from django.utils.translation import get_language

from knowledge.models import (
    Concept,
    ConceptLabel,
    ConceptScheme,
    ConceptStatus,
    LabelKind,
    NoteKind,
    Person,
    RelationKind,
    SchemeMembership,
)
from knowledge.models.concept import best_label
from knowledge.organization.vocabulary import entries_below, paths
from knowledge.rules import Facet
from knowledge.search.analysis import fold

MOST_TOPS = 30  # of a scheme, on the page of all schemes
OURS = ("en", "zh")
# GB 2312 sorts its common characters by pinyin: the first code of each initial.
PINYIN = {
    "a": "b0a1", "b": "b0c5", "c": "b2c1", "d": "b4ee", "e": "b6ea", "f": "b7a2", "g": "b8c1", "h": "b9fe",
    "j": "bbf7", "k": "bfa6", "l": "c0ac", "m": "c2e8", "n": "c4c3", "o": "c5b6", "p": "c5be", "q": "c6da",
    "r": "c8bb", "s": "c8f6", "t": "cbfa", "w": "cdda", "x": "cef4", "y": "d1b9", "z": "d4d1",
}  # fmt: skip
AFTER_PINYIN = "d7fa"
OTHER = "#"


# ---------------------------------------------------------------- schemes
@dataclass
class SchemeLine:
    """A scheme in a list: how many current concepts it has, and the ones at its top when they are few."""

    scheme: ConceptScheme
    number: int
    tops: list = field(default_factory=list)


def schemes_by_facet(entries):
    """Facet ("" for none) -> list of SchemeLine, facets in their order. `entries`: what the reader may see."""
    numbers = dict(_current().values_list("scheme").annotate(number=Count("pk")).values_list("scheme", "number"))
    tops = dict(_current().filter(is_top=True).values_list("scheme").annotate(number=Count("pk")))
    found = {facet: [] for facet in (*Facet, "")}
    lines = {}
    for scheme in ConceptScheme.objects.all():
        lines[scheme.pk] = SchemeLine(scheme, numbers.get(scheme.pk, 0))
        found[scheme.facet].append(lines[scheme.pk])
    few = [key for key, number in tops.items() if number <= MOST_TOPS and lines[key].scheme.facet]
    _add_tops([lines[key] for key in few], entries)
    for schemes in found.values():
        schemes.sort(key=lambda line: fold(line.scheme.title))
    return found


def _current():
    return SchemeMembership.objects.filter(concept__status=ConceptStatus.CURRENT).order_by()


def _add_tops(lines, entries):
    rows = _current().filter(scheme__in=[line.scheme.pk for line in lines], is_top=True)
    in_schemes = {line.scheme.pk: line for line in lines}
    for scheme, concept in rows.values_list("scheme_id", "concept_id"):
        in_schemes[scheme].tops.append(concept)
    concepts = counted(Concept.objects.filter(pk__in={key for line in lines for key in line.tops}), entries)
    for line in lines:
        line.tops = [concept for concept in concepts if concept.pk in set(line.tops)]


def counted(concepts, entries):
    """`concepts` as a list, sorted by label, each with `number`: of `entries` about it or something narrower."""
    concepts = sorted(concepts.with_labels(), key=lambda concept: fold(concept.name))
    numbers = entries_below([concept.pk for concept in concepts], entries)
    for concept in concepts:
        concept.number = len(numbers[concept.pk])
    return concepts


def size_of(scheme):
    """How many current concepts `scheme` has."""
    return _current().filter(scheme=scheme).count()


def top_of(scheme):
    """The concepts at the top of `scheme`; those without a broader one where the scheme names no top."""
    current = Concept.objects.offered().filter(memberships__scheme=scheme)
    tops = current.filter(memberships__is_top=True)
    if tops.exists():
        return tops
    return current.exclude(relations__kind=RelationKind.BROADER)


# ---------------------------------------------------------------- by letter and by word
def index_labels(scheme):
    """The labels by which `scheme` is listed: preferred ones in the reader's language, or the language that it has."""
    labels = ConceptLabel.objects.filter(
        kind=LabelKind.PREFERRED, concept__memberships__scheme=scheme, concept__status=ConceptStatus.CURRENT
    )
    for language in dict.fromkeys(((get_language() or "en")[:2], *OURS)):
        found = labels.filter(language__istartswith=language)
        if found.exists():
            return found
    first = labels.aggregate(first=Min("language"))["first"]
    return labels.filter(language=first or "")


def sorted_labels(labels):
    """`labels` by letters, then by pinyin."""
    return labels.order_by("sort_key", "text", "pk")


def letters(labels):
    """The letters with which `labels` begin, pinyin for Chinese; `#` for all others, last."""
    starts = labels.order_by().annotate(start=Substr("sort_key", 1, 4)).values_list("start", flat=True).distinct()
    found = {_letter(start) for start in starts}
    return sorted(found - {OTHER}) + ([OTHER] if OTHER in found else [])


def _letter(start):
    if "61" <= start[:2] <= "7a":
        return chr(int(start[:2], 16))
    if PINYIN["a"] <= start < AFTER_PINYIN:
        return max(letter for letter, first in PINYIN.items() if first <= start)
    return OTHER


def beginning_with(labels, letter):
    """Those of `labels` under `letter` in the index."""
    if letter == OTHER:
        return labels.exclude(_between("61", "7b") | _between(PINYIN["a"], AFTER_PINYIN))
    latin = f"{ord(letter):x}"
    found = _between(latin, f"{ord(letter) + 1:x}")
    if letter in PINYIN:
        after = min((first for other, first in PINYIN.items() if other > letter), default=AFTER_PINYIN)
        found |= _between(PINYIN[letter], after)
    return labels.filter(found)


def _between(first, after):
    return Q(sort_key__gte=first, sort_key__lt=after)


def named(words, scheme=None):
    """Current concepts one of whose labels contains `words`, as search compares them; those that begin so come first."""
    word = fold(words)
    labels = ConceptLabel.objects.filter(folded__contains=word, concept__status=ConceptStatus.CURRENT)
    if scheme is not None:
        labels = labels.filter(concept__memberships__scheme=scheme)
    place = Case(
        When(folded=word, then=0), When(folded__startswith=word, then=1), default=2, output_field=IntegerField()
    )
    best = labels.order_by().values("concept").annotate(place=Min(place), first=Min("sort_key"))
    ranked = best.order_by("place", "first", "concept").values_list("concept", flat=True)
    return ranked


def in_order(keys):
    """The concepts of `keys` with labels and schemes, in that order."""
    found = Concept.objects.with_labels().prefetch_related("schemes").in_bulk(keys)
    return [found[key] for key in keys if key in found]


# ---------------------------------------------------------------- one topic
@dataclass
class Topic:
    """All that the page of a concept shows, as `reader` may see it."""

    concept: Concept
    reader: object
    entries: object  # queryset of what the reader may see

    def __post_init__(self):
        self.labels = sorted(self.concept.labels.all(), key=lambda label: (label.language, label.sort_key))
        self.concept.preferred_labels = self.preferred
        self.notes = list(self.concept.notes.all())
        self.schemes = list(self.concept.schemes.all())
        self.mappings = list(self.concept.mappings.order_by("kind", "target_uri"))
        self.groups = [member.group for member in self.concept.group_members.select_related("group")]
        self.paths = paths(self.concept)
        self._read_neighbours()

    def _read_neighbours(self):
        """Narrower and related concepts, counted together with this one."""
        narrower = Q(relations__target=self.concept, relations__kind=RelationKind.BROADER)
        related = Q(relations__target=self.concept, relations__kind=RelationKind.RELATED)
        kind = Case(When(narrower, then=Value("narrower")), default=Value("related"), output_field=CharField())
        near = Concept.objects.filter(narrower | related).annotate(nearness=kind).with_labels()
        near = sorted(near, key=lambda concept: (concept.is_deprecated, fold(concept.name)))
        self.narrower = [concept for concept in near if concept.nearness == "narrower"]
        self.related = [concept for concept in near if concept.nearness == "related"]
        found = entries_below([self.concept.pk, *(concept.pk for concept in self.narrower)], self.entries)
        for concept in self.narrower:
            concept.number = len(found[concept.pk])
        self.entry_keys = found[self.concept.pk]

    @property
    def preferred(self):
        return [label for label in self.labels if label.kind == LabelKind.PREFERRED]

    @property
    def label(self):
        return best_label(self.preferred)

    @property
    def other_label(self):
        """The term in the other of our two languages, when it has one."""
        shown = self.label.language[:2].lower() if self.label else ""
        others = [
            label for label in self.preferred if label.language[:2].lower() in OURS and label.language[:2] != shown
        ]
        return best_label(others)

    @property
    def also(self):
        """Alternative labels in our languages and in that of the label shown, without repeating what stands above."""
        shown = self.label.language[:2].lower() if self.label else ""
        names = {label.text.strip() for label in (self.label, self.other_label) if label}
        found = {}
        for label in self.labels:
            ours = label.language[:2].lower() in {*OURS, shown, ""}
            if ours and label.kind == LabelKind.ALTERNATIVE and label.text.strip() not in names:
                found.setdefault(label.text.strip(), label)
        return sorted(found.values(), key=lambda label: label.language[:2] != shown)

    @property
    def elsewhere(self):
        """The term in other languages than ours."""
        return [label for label in self.preferred if label.language[:2].lower() not in OURS and label != self.label]

    @property
    def definitions(self):
        """What it means: its definitions for the reader, or where there are none its scope notes."""
        return self._notes(NoteKind.DEFINITION) or self._notes(NoteKind.SCOPE)

    @property
    def more_notes(self):
        """(name of a kind, its notes for the reader) of the notes that `definitions` did not show."""
        shown = set(map(id, self.definitions))
        kinds = [(kind.label, self._notes(kind)) for kind in NoteKind]
        return [(name, notes) for name, notes in kinds if notes and id(notes[0]) not in shown]

    def _notes(self, kind):
        """The notes of `kind` in the best language for the reader."""
        notes = [note for note in self.notes if note.kind == kind and note.text.strip()]
        best = best_label(notes)
        return [note for note in notes if note.language == best.language] if best else []

    @property
    def facet(self):
        return next((scheme.facet for scheme in self.schemes if scheme.facet), "")

    def best_entries(self):
        """What the reader may see about it: about this very topic first, then about narrower ones, the latest first."""
        about = Case(
            When(pk__in=self.concept.entry_concepts.values("entry"), then=0), default=1, output_field=IntegerField()
        )
        found = self.entries.filter(pk__in=self.entry_keys).annotate(nearness=about)
        return found.select_related("locale", "state").order_by("nearness", "-last_published_at", "pk")

    def people(self):
        """Who says that they know it and may be seen, with `what` they say."""
        known = Person.objects.visible_to(self.reader).filter(knows__concept=self.concept)
        return known.annotate(what=Min("knows__note", filter=Q(knows__concept=self.concept))).order_by("name", "pk")
