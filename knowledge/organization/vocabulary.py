"""The tree of concepts, and changing it: what is above and below, what may not be, what becomes of one that goes."""

import re
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.audit import ACTIONS, record
from knowledge.models import (
    Concept,
    ConceptRelation,
    ConceptStatus,
    EntryConcept,
    LabelKind,
    RelationKind,
)
from knowledge.organization.carriers import is_carried
from knowledge.organization.pieces import in_pieces
from knowledge.outbox import tell
from knowledge.policies import check_curate

MOST_PATHS = 12
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
ACTIONS.update(
    {
        "concept-added": gettext_lazy("Concept added"),
        "concept-changed": gettext_lazy("Concept changed"),
        "concept-deprecated": gettext_lazy("Concept deprecated"),
        "concept-deleted": gettext_lazy("Concept deleted"),
        "scheme-added": gettext_lazy("Concept scheme added"),
        "scheme-changed": gettext_lazy("Concept scheme changed"),
        "scheme-deleted": gettext_lazy("Concept scheme deleted"),
    }
)

# UNION (not UNION ALL) drops what was met before, so that a circle, should there be one, ends.
_WALK = """
    WITH RECURSIVE walk(origin, reached) AS (
        SELECT id, id FROM knowledge_concept WHERE id IN ({keys})
        UNION
        SELECT walk.origin, relation.{end} FROM walk
        JOIN knowledge_conceptrelation relation ON relation.{start} = walk.reached AND relation.kind = 'broader'
    )
    SELECT origin, reached FROM walk {where}
"""
_ABOUT_SOMETHING = "WHERE reached IN (SELECT concept_id FROM knowledge_entryconcept)"


def _walk(keys, start, end, where=""):
    """Key -> the set of keys that are reached from it, itself included; one query for 2,000 keys."""
    reached = {key: set() for key in keys}
    with connection.cursor() as cursor:
        for piece in in_pieces(reached):
            query = _WALK.format(keys=", ".join(["%s"] * len(piece)), start=start, end=end, where=where)
            cursor.execute(query, piece)
            for origin, key in cursor.fetchall():
                reached[origin].add(key)
    return reached


def ancestors(keys):
    """Key of a concept -> the keys of all that are broader, by any number of steps. `keys`: keys of concepts."""
    return {key: found - {key} for key, found in _walk(keys, "source_id", "target_id").items()}


def descendants(keys):
    """Key of a concept -> the keys of all that are narrower, by any number of steps. `keys`: keys of concepts."""
    return {key: found - {key} for key, found in _walk(keys, "target_id", "source_id").items()}


def entries_below(keys, entries):
    """Key of a concept -> the keys of those of `entries` that are about it or something narrower; two queries.

    Pass what the reader may see (``Entry.objects.live().visible_to(user)``): a count must not tell what a list hides.
    """
    below = _walk(keys, "target_id", "source_id", where=_ABOUT_SOMETHING)
    about = defaultdict(set)
    used = {key for found in below.values() for key in found}
    for piece in in_pieces(used):
        rows = EntryConcept.objects.filter(concept__in=piece, entry__in=entries.order_by())
        for concept, entry in rows.values_list("concept_id", "entry_id"):
            about[concept].add(entry)
    return {key: set().union(*(about[concept] for concept in found)) for key, found in below.items()}


def paths(concept, most=MOST_PATHS):
    """The ways from the top down to `concept`: lists of concepts, the broadest first, `concept` itself left out.

    A concept with many parents has many; the first `most` by key are given. Two queries.
    """
    above = _walk([concept.pk], "source_id", "target_id")[concept.pk]
    broader = defaultdict(list)
    rows = ConceptRelation.objects.filter(source__in=above, kind=RelationKind.BROADER).order_by("target")
    for source, target in rows.values_list("source_id", "target_id"):
        broader[source].append(target)
    found = [path for path, _number in zip(_upward(concept.pk, broader), range(most), strict=False)]
    concepts = Concept.objects.with_labels().in_bulk({key for path in found for key in path})
    return [[concepts[key] for key in path] for path in found]


def _upward(key, broader):
    """Each way up from `key`, given from its top; no way passes a concept twice."""
    waiting = [[key]]
    while waiting:
        path = waiting.pop()
        steps = [step for step in broader[path[0]] if step not in path]
        if not steps and len(path) > 1:
            yield path[:-1]
        waiting += [[step, *path] for step in reversed(steps)]


# ---------------------------------------------------------------- what may not be
def is_uri(text):
    """Whether `text` is an absolute URI or IRI that RDF can be written with (RFC 3987, RDF 1.1 Turtle, IRIREF).

    >>> is_uri("urn:x:1"), is_uri("https://example.org/图"), is_uri("https://example.org/a b"), is_uri("loans")
    (True, True, False, False)
    """
    return bool(_URI.fullmatch(text))


def check_uri(text):
    """Raises: ValidationError when `text` is no URI."""
    if not is_uri(text):
        message = _("“%(text)s” is not a URI. It begins like https: and has no blanks, quotation marks or brackets.")
        raise ValidationError(message % {"text": text}, code="uri")


def check_languages(languages):
    """Raises: ValidationError when one of `languages` is no language tag (BCP 47); none at all is right."""
    wrong = sorted({language for language in languages if language and not _LANGUAGE.fullmatch(language)})
    if wrong:
        message = _("“%(language)s” is not a language tag. Write en or zh-Hans.")
        raise ValidationError(message % {"language": ", ".join(wrong)}, code="language")


def check_labels(labels):
    """Refuse `labels` (pairs of kind and language) without a preferred one, or with two of them in one language (S14).

    Raises: ValidationError with what to do.
    """
    check_languages([language for _kind, language in labels])
    languages = [language.lower() for kind, language in labels if kind == LabelKind.PREFERRED]
    if not languages:
        raise ValidationError(_("Give the concept a preferred label."), code="no_preferred")
    twice = sorted({language for language in languages if languages.count(language) > 1})
    if twice:
        text = _("There are two preferred labels in “%(language)s”. Make one of them alternative.")
        raise ValidationError(text % {"language": ", ".join(twice)}, code="two_preferred")


def check_broader(concept, broader):
    """Refuse `broader` (concepts) when one of them is `concept` itself or stands below it already.

    Raises: ValidationError that names the concepts of the circle.
    """
    if concept.pk is None:
        return
    below = descendants([concept.pk])[concept.pk]
    for one in broader:
        if one.pk == concept.pk:
            raise ValidationError(_("A concept cannot be related to itself."), code="self")
        if one.pk in below:
            text = _(
                "“%(broader)s” stands below “%(concept)s” already, so it cannot be broader: that would be a circle."
            )
            raise ValidationError(text % {"broader": one, "concept": concept}, code="circle")


# ---------------------------------------------------------------- changing
def snapshot(concept):
    """What is said of `concept`, for the audit: a JSON-able dict."""
    if concept.pk is None:
        return {}
    concept = Concept.objects.get(pk=concept.pk)
    relations = concept.relations.select_related("target").order_by("kind", "target__uri")
    return {
        "uri": concept.uri,
        "status": str(concept.status),
        "notations": concept.notations,
        "labels": sorted(map(list, concept.labels.values_list("kind", "language", "text"))),
        "notes": sorted(map(list, concept.notes.values_list("kind", "language", "text"))),
        "relations": [[relation.kind, relation.target.uri] for relation in relations],
        "schemes": sorted(concept.memberships.values_list("scheme__uri", flat=True)),
    }


@transaction.atomic
def changed(concept, *, by, before):
    """After an edit: related concepts tell of it too, the audit has it, and search hears. `before` is a `snapshot`."""
    check_curate(by)
    _mirror_related(concept)
    record("concept-changed" if before else "concept-added", concept, by=by, before=before, after=snapshot(concept))
    tell("concept_changed", concept)


def _mirror_related(concept):
    """Make the other side of each related pair equal to what `concept` says."""
    related = ConceptRelation.objects.filter(kind=RelationKind.RELATED)
    said = set(related.filter(source=concept).values_list("target_id", flat=True))
    answered = set(related.filter(target=concept).values_list("source_id", flat=True))
    related.filter(target=concept, source__in=answered - said).delete()
    rows = [
        ConceptRelation(source_id=key, target=concept, kind=RelationKind.RELATED) for key in sorted(said - answered)
    ]
    ConceptRelation.objects.bulk_create(rows)


def is_used(concept):
    """Whether an entry, a person, a thread or a narrower concept would lose something with `concept`."""
    narrower = ConceptRelation.objects.filter(target=concept, kind=RelationKind.BROADER)
    return is_carried(concept) or narrower.exists()


@transaction.atomic
def remove(concept, *, by):
    """Delete `concept`, or mark it deprecated when something uses it; return whether it was deleted.

    A deprecated concept keeps its page and its place, and is not offered any more. The key of a deleted one is never
    given again.
    """
    check_curate(by)
    concept = Concept.objects.select_for_update().get(pk=concept.pk)
    before = snapshot(concept)
    if is_used(concept):
        concept.status = ConceptStatus.DEPRECATED
        concept.save(update_fields=["status", "updated_at"])
        record("concept-deprecated", concept, by=by, before=before, after=snapshot(concept))
        tell("concept_changed", concept)
        return False
    record("concept-deleted", concept, by=by, before=before)
    tell("concept_deleted", concept)
    concept.delete()
    return True
