"""Records into the database: only differences are written, and what was added here by hand stays."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from knowledge.models import (
    Concept,
    ConceptGroup,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptRelation,
    ConceptScheme,
    ConceptStatus,
    GroupMember,
    LabelKind,
    RelationKind,
    SchemeMembership,
)
from knowledge.organization.pieces import PIECE, in_pieces, keys_of
from knowledge.outbox import key_of, tell
from knowledge.search.analysis import fold, sort_key

TOLD_AT_ONCE = 500


@dataclass
class Outcome:
    """What an import did: rows by kind of thing, and the concepts that are other than before."""

    new: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    removed: Counter = field(default_factory=Counter)
    touched: set = field(default_factory=set)  # keys of concepts

    @property
    def rows(self):
        return sum(self.new.values()) + sum(self.changed.values()) + sum(self.removed.values())


@transaction.atomic
def store(vocabulary, *, facet_of=None, dry_run=False, progress=lambda items, label: items):
    """Bring `vocabulary` (gathered and checked) into the database; return the outcome.

    Concepts that are there and not in `vocabulary` are left. A statement is taken away only when an import brought it.
    A preferred label given here stays the preferred one. What is deprecated is marked so; a mark is never taken off.

    Args:
        facet_of: scheme URI -> facet, "" for none; None leaves facets as they are.
        dry_run: do it all and take it back.
        progress: wraps the rows that are written (`progress(items, label)`).
    """
    list(ConceptScheme.objects.select_for_update().values_list("pk", flat=True))  # one import at a time
    outcome = Outcome()
    schemes = _store_schemes(vocabulary, facet_of, outcome)
    concepts = _store_concepts(vocabulary, outcome)
    _store_statements(vocabulary, schemes, concepts, outcome, progress)
    _store_groups(vocabulary, schemes, concepts, outcome)
    _tell(outcome)
    if dry_run:
        transaction.set_rollback(True)
    return outcome


# ---------------------------------------------------------------- schemes and concepts
def _store_schemes(vocabulary, facet_of, outcome):
    """Write the schemes; return URI -> key."""
    known = {}
    for piece in in_pieces(sorted(vocabulary.schemes)):
        known |= {scheme.uri: scheme for scheme in ConceptScheme.objects.filter(uri__in=piece)}
    for uri, record in sorted(vocabulary.schemes.items()):
        scheme = known.get(uri) or ConceptScheme(uri=uri)
        before = (scheme.titles, scheme.descriptions, scheme.facet)
        scheme.titles = {**scheme.titles, **record.titles}
        scheme.descriptions = {**scheme.descriptions, **record.descriptions}
        if facet_of is not None:
            scheme.facet = facet_of(uri)
        if scheme.pk is None:
            outcome.new["schemes"] += 1
        elif before != (scheme.titles, scheme.descriptions, scheme.facet):
            outcome.changed["schemes"] += 1
        else:
            continue
        scheme.save()
        known[uri] = scheme
    return {uri: scheme.pk for uri, scheme in known.items()}


def _store_concepts(vocabulary, outcome):
    """Write the concepts themselves; return URI -> key, of those at the other end of a relation too."""
    known = {}
    for piece in in_pieces(sorted(vocabulary.concepts)):
        known |= {concept.uri: concept for concept in Concept.objects.filter(uri__in=piece)}
    new, changed = [], []
    for uri, record in sorted(vocabulary.concepts.items()):
        concept = known.get(uri) or Concept(uri=uri)
        before = (concept.notations, concept.status)
        concept.notations = record.notations or concept.notations
        concept.status = ConceptStatus.DEPRECATED.value if record.deprecated else concept.status
        if concept.pk is None:
            new.append(concept)
        elif before != (concept.notations, concept.status):
            changed.append(concept)
    Concept.objects.bulk_create(new, batch_size=PIECE)
    Concept.objects.bulk_update(changed, ["notations", "status"], batch_size=PIECE)
    outcome.new["concepts"] += len(new)
    outcome.changed["concepts"] += len(changed)
    outcome.touched |= {concept.pk for concept in (*new, *changed)}
    keys = {concept.uri: concept.pk for concept in (*known.values(), *new)}
    ends = {uri for pair in vocabulary.broader | vocabulary.related for uri in pair}
    return keys | keys_of(Concept, ends - keys.keys())


# ---------------------------------------------------------------- statements
def _store_statements(vocabulary, schemes, concepts, outcome, progress):
    ours = [concepts[uri] for uri in vocabulary.concepts]
    wanted = defaultdict(set)
    for uri, record in vocabulary.concepts.items():
        key = concepts[uri]
        wanted["labels"] |= {(key, *label) for label in record.labels}
        wanted["notes"] |= {(key, *note) for note in record.notes}
        wanted["mappings"] |= {(key, *mapping) for mapping in record.mappings}
        wanted["schemes"] |= {(key, schemes[scheme], top) for scheme, top in record.schemes.items()}
    pairs = ((RelationKind.BROADER, vocabulary.broader), (RelationKind.RELATED, vocabulary.related))
    relations = {(concepts[one], concepts[other], kind.value) for kind, found in pairs for one, other in found}
    for name, model, fields, rows in (
        ("labels", ConceptLabel, ("concept_id", "kind", "language", "text"), wanted["labels"]),
        ("notes", ConceptNote, ("concept_id", "kind", "language", "text", "uri"), wanted["notes"]),
        ("mappings", ConceptMapping, ("concept_id", "kind", "target_uri"), wanted["mappings"]),
        ("memberships", SchemeMembership, ("concept_id", "scheme_id", "is_top"), wanted["schemes"]),
        ("relations", ConceptRelation, ("source_id", "target_id", "kind"), relations),
    ):
        _bring_up_to_date(name, model, fields, rows, ours, outcome, progress)


def _bring_up_to_date(name, model, fields, wanted, concepts, outcome, progress):
    """Create the rows of `wanted` that are missing, remove those that an import brought and that are wanted no more."""
    ours = set(concepts)
    owners = ours | {row[0] for row in wanted}
    known, local = {}, set()
    for piece in in_pieces(sorted(owners)):
        for pk, imported, *row in model.objects.filter(**{f"{fields[0]}__in": piece}).values_list(
            "pk", "imported", *fields
        ):
            known[tuple(row)] = pk
            if not imported:
                local.add(tuple(row))
    wanted = _yield_to_local(model, wanted, local)
    surplus = {row: pk for row, pk in known.items() if row not in wanted and row not in local and row[0] in ours}
    if model is ConceptRelation:
        surplus |= _mirrored(surplus)
    missing = sorted(wanted - known.keys(), key=lambda row: (row[0], row[1] != LabelKind.PREFERRED, row))
    for piece in in_pieces(surplus.values()):
        model.objects.filter(pk__in=piece).delete()
    for piece in progress(list(in_pieces(missing)), name):
        model.objects.bulk_create([_row(model, fields, row) for row in piece])
    outcome.new[name] += len(missing)
    outcome.removed[name] += len(surplus)
    outcome.touched |= {row[0] for row in (*missing, *surplus)}


def _mirrored(relations):
    """The other side of these related rows (row -> key), which falls with them."""
    pairs = {(target, source, kind) for source, target, kind in relations if kind == RelationKind.RELATED}
    found = {}
    for piece in in_pieces(sorted({source for source, _target, _kind in pairs})):
        rows = ConceptRelation.objects.filter(source__in=piece, kind=RelationKind.RELATED, imported=True)
        found |= {tuple(row): pk for pk, *row in rows.values_list("pk", "source_id", "target_id", "kind")}
    return {row: pk for row, pk in found.items() if row in pairs}


def _row(model, fields, values):
    row = model(imported=True, **dict(zip(fields, values, strict=True)))
    if model is ConceptLabel:
        row.folded, row.sort_key = fold(row.text)[:500], sort_key(row.text)[:60]
    return row


def _yield_to_local(model, wanted, local):
    """`wanted` without what would contradict a row that was made here."""
    if model is SchemeMembership:
        held = {row[:2] for row in local}
        return {row for row in wanted if row[:2] not in held or row in local}
    if model is ConceptLabel:
        held = {(row[0], row[2].lower()): row for row in local if row[1] == LabelKind.PREFERRED}
        return {_beside(label, held.get((label[0], label[2].lower()))) for label in wanted}
    return wanted


def _beside(label, preferred_here):
    """The label as it comes in beside the preferred one that was given here."""
    if label[1] != LabelKind.PREFERRED or preferred_here in (None, label):
        return label
    return (label[0], LabelKind.ALTERNATIVE.value, *label[2:])


# ---------------------------------------------------------------- groups
def _store_groups(vocabulary, schemes, concepts, outcome):
    known = {}
    for piece in in_pieces(sorted(vocabulary.groups)):
        known |= {group.uri: group for group in ConceptGroup.objects.filter(uri__in=piece)}
    for uri, record in sorted(vocabulary.groups.items()):
        group = known.get(uri) or ConceptGroup(uri=uri)
        before = (group.titles, group.notations, group.is_ordered)
        group.titles = {**group.titles, **record.titles}
        group.notations, group.is_ordered = record.notations or group.notations, record.is_ordered
        if group.pk is None:
            outcome.new["groups"] += 1
        elif before != (group.titles, group.notations, group.is_ordered):
            outcome.changed["groups"] += 1
        else:
            continue
        group.save()
        known[uri] = group
    _store_members(vocabulary, known, schemes, concepts, outcome)


def _store_members(vocabulary, groups, schemes, concepts, outcome):
    members = {member for record in vocabulary.groups.values() for member in record.members}
    concepts = concepts | keys_of(Concept, members - concepts.keys() - groups.keys())
    nested = {uri: group.pk for uri, group in groups.items()}
    nested |= keys_of(ConceptGroup, members - concepts.keys() - groups.keys())
    in_schemes, has = _what_groups_have(groups)
    for uri, record in vocabulary.groups.items():
        group = groups[uri]
        wanted = [(concepts.get(member), nested.get(member)) for member in record.members]
        if has[group.pk] != wanted:
            GroupMember.objects.filter(group=group).delete()
            rows = [
                GroupMember(group=group, concept_id=concept, subgroup_id=subgroup, position=position)
                for position, (concept, subgroup) in enumerate(wanted)
            ]
            GroupMember.objects.bulk_create(rows, batch_size=PIECE)
            outcome.new["members"] += len(set(wanted) - set(has[group.pk]))
            outcome.removed["members"] += len(set(has[group.pk]) - set(wanted))
            outcome.changed["members"] += set(wanted) == set(has[group.pk])  # another order
        wanted = {schemes[scheme] for scheme in record.schemes}
        if in_schemes[group.pk] != wanted:
            group.schemes.set(wanted)
            outcome.changed["schemes of groups"] += 1


def _what_groups_have(groups):
    """Key of a group -> the set of its schemes, and -> its members in order: pairs (concept, group)."""
    in_schemes, has = defaultdict(set), defaultdict(list)
    for piece in in_pieces(sorted(group.pk for group in groups.values())):
        through = ConceptGroup.schemes.through.objects.filter(conceptgroup__in=piece)
        for group, scheme in through.values_list("conceptgroup_id", "conceptscheme_id"):
            in_schemes[group].add(scheme)
        rows = GroupMember.objects.filter(group__in=piece).order_by("position")
        for group, concept, subgroup in rows.values_list("group_id", "concept_id", "subgroup_id"):
            has[group].append((concept, subgroup))
    return in_schemes, has


# ---------------------------------------------------------------- telling
def _tell(outcome):
    """One outbox row for some hundred concepts: who follows reads their keys in the payload."""
    touched = sorted(outcome.touched)
    for piece in in_pieces(touched):
        Concept.objects.filter(pk__in=piece).update(updated_at=timezone.now())
    for piece in in_pieces(touched, TOLD_AT_ONCE):
        concepts = [Concept(pk=key) for key in piece]
        tell("concepts_imported", concepts[0], keys=[key_of(concept) for concept in concepts])
