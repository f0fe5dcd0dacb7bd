"""Words that people use become concepts: a tag matches a label of any scheme, as search compares them, or is held."""

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote

from django.db import transaction

from knowledge.models import (
    Concept,
    ConceptLabel,
    ConceptScheme,
    ConceptStatus,
    EntryConcept,
    LabelKind,
    SchemeMembership,
)
from knowledge.organization.carriers import carry_instead
from knowledge.organization.pieces import in_pieces, keys_of
from knowledge.outbox import key_of, tell
from knowledge.rules import Facet
from knowledge.search.analysis import fold, sort_key

HOLDING = "urn:kmsite:held-tags"
HOLDING_TITLES = {"en": "Tags without a place", "zh-Hans": "待归类的标签"}
RANK = {LabelKind.PREFERRED: 0, LabelKind.ALTERNATIVE: 1, LabelKind.HIDDEN: 2}
LONGEST_TAG = 500


def match_tags(tags, language=""):
    """The concept of each tag; a tag that is nobody's label becomes a concept of the holding scheme.

    A preferred label goes before an alternative and a hidden one, then a subject before other schemes, then a label in
    `language`, then the older concept. Deprecated concepts are not matched.

    Args:
        tags: texts; blank ones are left out.
        language: BCP 47 tag of the texts, "" when not known.
    Returns: dict tag -> Concept, with its schemes prefetched. Two spellings that fold alike share one concept.
    """
    folded = {tag: fold(tag)[:LONGEST_TAG] for tag in tags}
    folded = {tag: word for tag, word in folded.items() if word}
    found = _find(set(folded.values()), language)
    lacking = {}
    for tag, word in folded.items():
        if word not in found:
            lacking.setdefault(word, tag.strip()[:LONGEST_TAG])
    keys = found | (_hold(lacking, language) if lacking else {})
    concepts = {}
    for piece in in_pieces(sorted(set(keys.values()))):
        concepts |= Concept.objects.prefetch_related("schemes").in_bulk(piece)
    return {tag: concepts[keys[word]] for tag, word in folded.items()}


def _find(words, language="", *, held=True):
    """Folded word -> key of the best concept that has it as a label; with `held` off, held tags are left out."""
    candidates = defaultdict(list)
    for piece in in_pieces(sorted(words)):
        labels = ConceptLabel.objects.filter(folded__in=piece, concept__status=ConceptStatus.CURRENT)
        facts = ("folded", "kind", "language", "concept_id", "concept__schemes__facet", "concept__schemes__is_holding")
        for word, kind, tongue, key, facet, holding in labels.values_list(*facts):
            if held or not holding:
                other = bool(language) and tongue[:2].lower() != language[:2].lower()
                candidates[word].append((bool(holding), RANK[kind], facet != Facet.SUBJECT, other, key))
    return {word: min(several)[-1] for word, several in candidates.items()}


@transaction.atomic
def _hold(words, language):
    """Make concepts in the holding scheme for `words` (folded -> as written); return folded -> key."""
    scheme, _made = ConceptScheme.objects.get_or_create(
        uri=HOLDING, defaults={"facet": Facet.SUBJECT, "titles": HOLDING_TITLES, "is_holding": True}
    )
    ConceptScheme.objects.select_for_update().get(pk=scheme.pk)  # two imports may meet the same word
    uris = {word: _uri_for(word) for word in words}
    known = keys_of(Concept, uris.values())
    fresh = [word for word in words if uris[word] not in known]
    made = Concept.objects.bulk_create([Concept(uri=uris[word]) for word in fresh], batch_size=500)
    SchemeMembership.objects.bulk_create(
        [SchemeMembership(concept=concept, scheme=scheme) for concept in made], batch_size=500
    )
    labels = [
        ConceptLabel(
            concept=concept,
            kind=LabelKind.PREFERRED,
            language=language[:20],
            text=words[word],
            folded=word,
            sort_key=sort_key(word)[:60],
        )
        for word, concept in zip(fresh, made, strict=True)
    ]
    ConceptLabel.objects.bulk_create(labels, batch_size=500)
    for piece in in_pieces(made, 500):
        tell("concepts_imported", piece[0], keys=[key_of(concept) for concept in piece])
    known |= {concept.uri: concept.pk for concept in made}
    return {word: known[uris[word]] for word in words}


def _uri_for(word):
    """A lasting URI for a held tag: its folded form, or a digest where that would be too long."""
    name = quote(word, safe="")
    return f"{HOLDING}:{name if len(name) <= 300 else blake2b(word.encode(), digest_size=16).hexdigest()}"


# ---------------------------------------------------------------- a place found later
@dataclass(frozen=True)
class Remap:
    """A held tag whose word is a label of a vocabulary now."""

    held: Concept
    target: Concept
    entries: int


def remaps():
    """What a vocabulary that came later offers for the tags that are held: a list of Remap, most used first."""
    labels = ConceptLabel.objects.filter(concept__schemes__is_holding=True, concept__status=ConceptStatus.CURRENT)
    held = dict(labels.values_list("concept_id", "folded"))
    found = _find(set(held.values()), held=False)
    pairs = {key: found[word] for key, word in held.items() if word in found and found[word] != key}
    concepts, uses = {}, {}
    for piece in in_pieces(sorted({*pairs, *pairs.values()})):
        concepts |= Concept.objects.with_labels().in_bulk(piece)
        rows = EntryConcept.objects.filter(concept__in=piece).values_list("concept_id", "entry_id")
        for key, _entry in rows:
            uses[key] = uses.get(key, 0) + 1
    offers = [Remap(concepts[key], concepts[target], uses.get(key, 0)) for key, target in pairs.items()]
    return sorted(offers, key=lambda offer: (-offer.entries, offer.held.pk))


@transaction.atomic
def remap(held, target):
    """Give what carries the tag `held` the concept `target` instead; the tag is deprecated, never deleted."""
    carry_instead(held, target)
    Concept.objects.filter(pk=held.pk).update(status=ConceptStatus.DEPRECATED)
    tell("concept_changed", held)
    tell("concept_changed", target)
