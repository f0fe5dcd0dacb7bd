"""How entries, concepts and people become search documents, and which of them a reader may see."""

from collections import defaultdict

from django.utils import timezone

from knowledge.blocks import body_text
from knowledge.models import Concept, ConceptLabel, ConceptRelation, Entry, EntryConcept, Person, SchemeMembership
from knowledge.models.concept import ConceptStatus, LabelKind, NoteKind, RelationKind
from knowledge.outbox import key_of
from knowledge.rules import token_for
from knowledge.search.documents import SearchDoc
from knowledge.search.facets import OF_CONCEPTS, CheckState

MOST_STEPS_UP = 40  # no thesaurus is deeper; a ring that slipped in ends here


def entry_docs(pks):
    """Published entries."""
    entries = list(
        Entry.objects.filter(pk__in=pks, live=True)
        .exclude(state=None)
        .select_related("state", "locale")
        .prefetch_related("contributors__person", "sources")
    )
    concepts = Ancestry.of_entries([entry.pk for entry in entries])
    for entry in entries:
        state = check_state(entry.state)
        yield SearchDoc(
            key=key_of(entry),
            kind="entry",
            language=entry.locale.language_code,
            title=entry.title,
            summary=entry.summary,
            body=body_text(entry.body),
            concepts=tuple(concepts.labels_of(entry.pk)),
            authors=tuple(dict.fromkeys(_names(entry))),
            access=(token_for(entry.state.visibility, entry.state.group_id),),
            url=entry.get_url() or "",
            updated=entry.last_published_at or entry.latest_revision_created_at or timezone.now(),
            quality=_quality(entry, state),
            facets={
                "kind": (entry.kind,),
                "form": (entry.form,),
                "state": (state.value,),
                "language": (entry.locale.language_code,),
                **concepts.facets_of(entry.pk),
            },
            holds_until=entry.state.check_due if state == CheckState.CHECKED else None,
        )


def check_state(state):
    """Whether somebody vouches for the entry, today."""
    if state.checked_at is None:
        return CheckState.UNCHECKED
    if state.check_due and state.check_due < timezone.localdate():
        return CheckState.DUE
    return CheckState.CHECKED


def _quality(entry, state):
    """From 0 to 3: checked counts twice, a named source once."""
    return 2 * (state == CheckState.CHECKED) + bool(entry.sources.all())


def _names(entry):
    for contributor in entry.contributors.all():
        person = contributor.person
        yield person.name if person and person.erased_at is None else contributor.kept_name


def entry_rows(user, pks):
    """Published entries that `user` may read, with state, language, topics and whether somebody vouches for them."""
    entries = (
        Entry.objects.visible_to(user)
        .filter(pk__in=pks, live=True)
        .select_related("state", "locale")
        .defer("body")
        .prefetch_related("entry_concepts")
    )
    rows = {entry.pk: entry for entry in entries}
    wanted = {link.concept_id for entry in rows.values() for link in entry.entry_concepts.all()}
    concepts = Concept.objects.with_labels().in_bulk(wanted)
    for entry in rows.values():
        entry.check = check_state(entry.state).value
        entry.topics = [concepts[link.concept_id] for link in entry.entry_concepts.all()]
    return rows


class Ancestry:
    """The concepts of a batch of things (entries, threads) with all broader ones, their labels and their facets, in a handful of
    queries."""

    def __init__(self, chosen):
        self.chosen = chosen  # pk of the thing -> concept pks
        self.broader = _broader({pk for pks in chosen.values() for pk in pks})
        everything = set(self.broader)
        self.labels = defaultdict(list)
        for concept, text in (
            ConceptLabel.objects.filter(concept__in=everything).order_by("pk").values_list("concept", "text")
        ):
            self.labels[concept].append(text)
        self.names = defaultdict(set)
        memberships = SchemeMembership.objects.filter(concept__in=everything).exclude(scheme__facet="")
        for concept, facet in memberships.values_list("concept", "scheme__facet"):
            self.names[concept].add(OF_CONCEPTS[facet])

    @classmethod
    def of_entries(cls, pks):
        chosen = defaultdict(list)
        links = EntryConcept.objects.filter(entry__in=pks).order_by("sort_order", "pk")
        for entry, concept in links.values_list("entry", "concept"):
            chosen[entry].append(concept)
        return cls(chosen)

    def labels_of(self, pk):
        """All labels of the concepts that were chosen, so that a thing is found by each of them."""
        return [label for concept in self.chosen.get(pk, ()) for label in self.labels[concept]]

    def facets_of(self, pk):
        """Chosen and broader concepts by facet: who chooses a concept gets what is classified below it, too."""
        facets = defaultdict(set)
        for concept in self._with_broader(self.chosen.get(pk, ())):
            for name in self.names[concept]:
                facets[name].add(str(concept))
        return {name: tuple(sorted(values)) for name, values in facets.items()}

    def _with_broader(self, concepts):
        seen, waiting = set(), list(concepts)
        while waiting:
            concept = waiting.pop()
            if concept not in seen:
                seen.add(concept)
                waiting += self.broader.get(concept, ())
        return seen


def _broader(concepts):
    """{concept: its broader concepts} for `concepts` and everything above them; one query a step up."""
    broader = {pk: set() for pk in concepts}
    rim = set(concepts)
    for _step in range(MOST_STEPS_UP):
        pairs = ConceptRelation.objects.filter(kind=RelationKind.BROADER, source__in=rim).values_list(
            "source", "target"
        )
        above = set()
        for source, target in pairs if rim else ():
            broader[source].add(target)
            above.add(target)
        rim = above - set(broader)
        if not rim:
            break
        broader |= {pk: set() for pk in rim}
    return broader


def concept_docs(pks):
    """Concepts that are in use, with all their labels; hidden ones find, and are never shown."""
    concepts = Concept.objects.filter(pk__in=pks, status=ConceptStatus.CURRENT).prefetch_related("labels", "notes")
    for concept in concepts:
        labels = defaultdict(list)
        for label in concept.labels.all():
            labels[label.kind].append(label)
        preferred = [label for label in labels[LabelKind.PREFERRED] if label.language[:2] in ("en", "zh", "")]
        preferred = preferred or labels[LabelKind.PREFERRED]
        if not preferred:
            continue
        notes = [note for note in concept.notes.all() if note.kind in (NoteKind.DEFINITION, NoteKind.SCOPE)]
        notes.sort(key=lambda note: note.language[:2] not in ("en", "zh", ""))  # the beginning is shown
        names = [label.text for label in sorted(preferred, key=lambda label: label.language)]
        yield SearchDoc(
            key=key_of(concept),
            kind="concept",
            title=" · ".join(dict.fromkeys(names)),
            body="\n".join(note.text for note in notes),
            aliases=tuple(label.text for label in concept.labels.all() if label.text not in names)
            + tuple(notation[0] for notation in concept.notations),
            updated=concept.updated_at,
        )


def concept_rows(user, pks):
    """Concepts with their labels."""
    return Concept.objects.visible_to(user).with_labels().in_bulk(pks)


def person_docs(pks):
    """People who agreed to be found, with what they say about themselves and what they know."""
    people = Person.objects.filter(pk__in=pks, in_search=True, erased_at=None).exclude(user=None)
    for person in people.prefetch_related("knows__concept__labels"):
        knows = list(person.knows.all())
        yield SearchDoc(
            key=key_of(person),
            kind="person",
            title=person.name,
            summary="\n".join(known.note for known in knows if known.note),
            body=person.bio,
            concepts=tuple(label.text for known in knows for label in known.concept.labels.all()),
            updated=person.created_at,
        )


def person_rows(user, pks):
    """People whose page `user` may open."""
    return Person.objects.visible_to(user).in_bulk(pks)
