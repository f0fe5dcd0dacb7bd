"""What else a thing is called: wherever a label of a concept stands in a query, its other labels will do as well.

The longest labels come first and none runs into another; exclusions and "phrases" stay as they were typed. A label
that is saved counts from then on, for nothing is kept between two searches.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from django.db.models import Q

from knowledge.models import ConceptLabel
from knowledge.models.concept import ConceptStatus, LabelKind
from knowledge.search import analysis
from knowledge.search.query import Clause, Match, is_broken, phrase

WEIGHT = 0.4  # of what is added, against 1 for what was typed
LONGEST = 10  # words or characters of a label that is looked for
MOST_UNITS = 64  # words and characters of a query that are looked at
MOST_MEANINGS = 4  # concepts with the same label
MOST = 12  # other labels of one name
ORDER = [LabelKind.PREFERRED, LabelKind.ALTERNATIVE, LabelKind.HIDDEN]
OURS = Q(language="") | Q(language__istartswith="en") | Q(language__istartswith="zh")


@dataclass(frozen=True)
class Widening:
    """What was added for a name: `typed` stands at `place` in the query and is a label of `concepts`; `labels` are the
    others, as far as they are shown, `matches` all of them."""

    typed: str
    place: tuple
    concepts: tuple
    labels: tuple
    matches: tuple

    def touches(self, start, end):
        return self.place[0] < end and start < self.place[1]


@dataclass(frozen=True)
class Names:
    """Where a query names concepts: {place in its text: the label as it is compared}, {label: keys of its concepts}."""

    taken: dict
    concepts: dict

    @property
    def keys(self):
        """The keys of the concepts, in the order of the text."""
        return tuple(dict.fromkeys(pk for _place, form in sorted(self.taken.items()) for pk in self.concepts[form]))


def names_in(query):
    """The `Names` in a query; one database query."""
    places = _places(query)
    concepts = _named(places) if places else {}
    return Names(_longest_first(places, concepts), concepts)


def widen(query, left_out=(), names=None):
    """The query with the other labels of the concepts that it names, and a tuple of `Widening`; one database query, and another one
    where its `names` are not known.

    `left_out` are the keys of concepts whose labels are not added.
    """
    names = names or names_in(query)
    labels = _labels({pk for pk in names.keys if pk not in left_out})
    widenings = []
    for place, form in sorted(names.taken.items()):
        known = [(pk, labels[pk]) for pk in names.concepts[form] if pk in labels]
        widenings += _widenings(query.text, place, known)
    wanted = [clause for before in query.wanted for clause in _widened(before, query.text, widenings)]
    return replace(query, wanted=tuple(wanted)), tuple(widenings)


def named(query):
    """The keys of the concepts that a query names, in the order of the text; one database query."""
    return list(names_in(query).keys)


# ---------------------------------------------------------------- where names stand
def _places(query):
    """{(start, end) in the text: ways to write what stands there}, for all that may be a label."""
    units = [unit for clause in query.wanted if clause.place for unit in _units(clause, query.text)][:MOST_UNITS]
    places = {}
    for first, (start, end, is_whole) in enumerate(units):
        if is_whole:
            places[start, end] = tuple(_forms(query.text[start:end]))
        for before, after in pairwise(units[first : first + LONGEST]):
            if is_broken(query.text, before[1], after[0]):
                break
            if _is_torn(query.text, start, after[1]):
                continue
            places[start, after[1]] = tuple(_forms(query.text[start : after[1]]))
    return places


def _units(clause, text):
    """(start, end, whether it may be a label alone): a word, or each character of a Chinese run."""
    start, end = clause.place
    if not analysis.is_han(text[start]):
        return [(start, end, True)]
    chars = [at for at in range(start, end) if analysis.is_han(text[at])]
    return [(at, at + 1, len(chars) == 1) for at in chars]


def _is_torn(text, start, end):
    """Whether two characters stand beside a single one: more likely they are a part of a longer word (图书 in 图书馆)."""
    before, after = text[max(0, start - 2) : start][::-1], text[end : end + 2]
    beside = [len(list(takewhile(analysis.is_han, chars))) for chars in (before, after)]
    return end - start == 2 and analysis.is_han(text[start]) and 1 in beside


def _forms(text):
    """How a label may be written that means `text`: with and without hyphens and blanks, one or many."""
    folded = analysis.fold(text)
    if any(map(analysis.is_han, folded)):
        yield from dict.fromkeys((folded, folded.replace(" ", "")))
        return
    for written in dict.fromkeys((folded, folded.replace("-", " "), folded.replace("-", ""))):
        yield written
        yield from _other_number(written)


def _other_number(word):
    """The plural of a singular and the singulars of a plural, by the rules of regular English nouns.

    >>> list(_other_number("public library")), list(_other_number("boxes"))
    (['public libraries'], ['boxe', 'box'])
    """
    if not word[-4:].isalpha() or len(word) < 4:
        return
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield f"{word[:-1]}ies"
    else:
        yield f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def _named(places):
    """{form: concepts in use} of the labels that are written like what stands at one of the places, in our languages."""
    forms = {form for written in places.values() for form in written}
    labels = ConceptLabel.objects.filter(OURS, folded__in=forms, concept__status=ConceptStatus.CURRENT)
    concepts = defaultdict(list)
    for folded, concept in labels.order_by("concept").values_list("folded", "concept"):
        if concept not in concepts[folded] and len(concepts[folded]) < MOST_MEANINGS:
            concepts[folded].append(concept)
    return concepts


def _longest_first(places, concepts):
    """{place: the form that is a label}, none running into another; of two as long, the one that stands first."""
    taken = {}
    for place, forms in sorted(places.items(), key=lambda item: (item[0][0] - item[0][1], item[0][0])):
        form = next((form for form in forms if concepts.get(form)), None)
        if form and not any(start < place[1] and place[0] < end for start, end in taken):
            taken[place] = form
    return taken


# ---------------------------------------------------------------- what is added
def _labels(concepts):
    """{concept: its labels in our languages, those preferred first}."""
    labels = defaultdict(list)
    if concepts:
        found = ConceptLabel.objects.filter(OURS, concept__in=concepts).order_by("language", "pk")
        for label in sorted(found, key=lambda label: ORDER.index(label.kind)):
            labels[label.concept_id].append(label)
    return labels


def _widenings(text, place, named):
    """One `Widening` for each concept of a name; concepts that would add the same are one."""
    typed = text[place[0] : place[1]]
    known = {match.tokens for match in _matches(typed)}
    widenings = {}
    for concept, labels in named:
        added = _other(labels, known)
        matches = tuple(match for _label, matches in added for match in matches)[:MOST]
        shown = tuple(label for label, _matches_ in added[:MOST] if label.kind != LabelKind.HIDDEN)
        if matches:
            same = widenings.get(matches)
            concepts = (*same.concepts, concept) if same else (concept,)
            widenings[matches] = Widening(typed, place, concepts, same.labels if same else shown, matches)
    return list(widenings.values())


def _other(labels, known):
    """(label, its matches) of the labels that say something else than what is `known`, each way of writing once."""
    seen, added = set(known), []
    for label in labels:
        matches = tuple(match for match in _matches(label.text) if match.tokens not in seen)
        if matches and len(analysis.letters(label.text)) > 1:  # a single character would find too much
            seen |= {match.tokens for match in matches}
            added.append((label, matches))
    return added


def _matches(text):
    return [replace(match, weight=WEIGHT) for clause in phrase(text) for match in clause.matches]


# ---------------------------------------------------------------- into the query
def _widened(clause, text, widenings):
    """The clauses that stand for `clause`: all words of a name, or else any other name of the same thing."""
    touching = [widening for widening in widenings if clause.place and widening.touches(*clause.place)]
    if not touching:
        return [clause]
    start, end = clause.place
    is_inside = any(widening.place[0] <= start and end <= widening.place[1] for widening in touching)
    if is_inside or not analysis.is_han(text[start]):
        return [clause.widened(match for widening in touching for match in widening.matches)]
    return list(_cut(clause, text, touching))


def _cut(clause, text, widenings):
    """The clauses of a Chinese run in which names stand: the bigrams that each name has a part in, or its other labels;
    and the rest."""
    groups = defaultdict(list)
    piece = next(analysis.pieces(text[slice(*clause.place)]))
    for token, start, end in piece.parts[:-1]:
        start, end = start + clause.place[0], end + clause.place[0]
        groups[tuple(widening for widening in widenings if widening.touches(start, end))].append(token)
    for touching, tokens in groups.items():
        typed = Clause((Match(tuple(tokens)),), clause.place)
        yield typed.widened(match for widening in touching for match in widening.matches)
    yield from _left_alone(clause, text, widenings)


def _left_alone(clause, text, widenings):
    """A single character beside a name is part of no bigram but those that run into the name; it is wanted, too."""
    free = [at for at in range(*clause.place) if not any(widening.touches(at, at + 1) for widening in widenings)]
    for at in free:
        if analysis.is_han(text[at]) and at - 1 not in free and at + 1 not in free:
            yield Clause((Match((analysis.fold(text[at]),), prefix=True),), (at, at + 1))
