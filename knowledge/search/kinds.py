"""What knowledge brings to search: its three kinds, and the events after which their documents are made anew."""

from django.utils.translation import gettext_lazy as _

from knowledge.models import (
    Concept,
    ConceptRelation,
    Entry,
    EntryConcept,
    Person,
    PersonConcept,
)
from knowledge.models.concept import RelationKind
from knowledge.outbox import hears, may_wait, tell
from knowledge.search import builders
from knowledge.search.indexing import BATCH, follow, index, keys_of
from knowledge.search.registry import register

# Events of outbox rows whose key, and `keys` in their payload, name what has changed.
CHANGES = (
    "entry_changed",
    "entry_deleted",
    "published",
    "unpublished",
    "visibility_changed",
    "entries_imported",
    "import_undone",
    "person_changed",
    "person_erased",
    "search_stale",
)
CONCEPT_CHANGES = ("concept_changed", "concept_deleted", "concepts_imported")
may_wait("concepts_imported", "entries_imported", "search_stale")

register(
    "entry",
    Entry,
    label=_("Knowledge"),
    build=builders.entry_docs,
    rows=builders.entry_rows,
    template="knowledge/search_row_entry.html",
)
register(
    "concept",
    Concept,
    label=_("Topics"),
    build=builders.concept_docs,
    rows=builders.concept_rows,
    template="knowledge/search_row_concept.html",
)
register(
    "person",
    Person,
    label=_("People"),
    build=builders.person_docs,
    rows=builders.person_rows,
    template="knowledge/search_row_person.html",
)


@hears(*CHANGES)
def reindex(row):
    """Make anew the documents of what has changed."""
    follow(row, CHANGES)


@hears(*CONCEPT_CHANGES)
def reindex_with_concepts(row):
    """A concept's labels and place also stand in the documents of entries and people that use it or something below it.

    They may be thousands: they are told on in portions, so that no transaction is long.
    """
    concepts = concepts_of(row)
    keys = [*keys_of(row), *(f"knowledge.concept:{pk}" for pk in sorted(concepts)), *_users_of(concepts)]
    index(keys[:BATCH])
    for start in range(BATCH, len(keys), BATCH):
        tell("search_stale", row, keys=keys[start : start + BATCH])


def _users_of(concepts):
    """The keys of entries and people with one of these concepts or a narrower one."""
    below = concepts | narrower(concepts)
    entries = (
        EntryConcept.objects.filter(concept__in=below).order_by("entry").values_list("entry", flat=True).distinct()
    )
    people = (
        PersonConcept.objects.filter(concept__in=below).order_by("person").values_list("person", flat=True).distinct()
    )
    return [*(f"knowledge.entry:{pk}" for pk in entries), *(f"knowledge.person:{pk}" for pk in people)]


def concepts_of(row):
    """The pks of the concepts that a row is about, those that are no more included."""
    keys = (key.partition(":") for key in keys_of(row))
    return {int(pk) for model, _colon, pk in keys if model == "knowledge.concept" and pk.isdecimal()}


def narrower(concepts):
    """Everything below these concepts; one query a step down."""
    found, rim = set(), set(concepts)
    while rim:
        relations = ConceptRelation.objects.filter(kind=RelationKind.BROADER, target__in=rim)
        rim = set(relations.values_list("source", flat=True)) - found - concepts
        found |= rim
    return found
