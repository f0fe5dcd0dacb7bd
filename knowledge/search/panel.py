"""The facets beside a list: their values with names, counts and places in the hierarchy, as the reader sees them."""

from dataclasses import dataclass

from knowledge.models import Concept, ConceptRelation
from knowledge.models.concept import RelationKind
from knowledge.search.facets import CHOICES, HIERARCHIES, LABELS, NAMES

SHOWN = 12  # values of a facet; the chosen ones stand there in any case
OPEN = ("subject", "kind", "form", "language")
DEEPEST = 2  # steps to the right; further down they stand under one another


@dataclass(frozen=True, slots=True)
class Value:
    value: str
    label: str
    count: int
    chosen: bool
    lang: str = ""  # of the label
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    name: str
    label: str
    values: tuple
    more: int  # values that are not shown

    @property
    def is_open(self):
        """The first facets, and those in which something is chosen, are unfolded."""
        return self.name in OPEN or bool(self.chosen)

    @property
    def chosen(self):
        return [value for value in self.values if value.chosen]


def panels(counts, filters, *, names=NAMES):
    """A `Panel` for each facet that has a value to choose; two queries for the names of concepts."""
    shown = {name: _shown(counts.get(name, ()), filters.get(name, ())) for name in names}
    concepts = _concepts(pair[0] for name in names if name in HIERARCHIES for pair in shown[name])
    broader = _broader(list(concepts))
    made = []
    for name in names:
        values = tuple(_values(name, shown[name], filters.get(name, ()), concepts, broader))
        if values:
            made.append(Panel(name, LABELS[name], values, max(0, len(counts.get(name, ())) - len(shown[name]))))
    return made


def _shown(pairs, chosen):
    """The values with most documents, and the chosen ones even where nothing is left of them."""
    shown = [pair for place, pair in enumerate(pairs) if place < SHOWN or pair[0] in chosen]
    return shown + [(value, 0) for value in chosen if value not in dict(shown)]


def _values(name, pairs, chosen, concepts, broader):
    if name in HIERARCHIES:
        return _tree(pairs, chosen, concepts, broader)
    return _flat(pairs, chosen, CHOICES[name])


def _flat(pairs, chosen, choices):
    labels = dict(choices.choices)
    order = list(labels)
    pairs = sorted((pair for pair in pairs if pair[0] in labels), key=lambda pair: order.index(pair[0]))
    return [Value(value, labels[value], count, value in chosen) for value, count in pairs]


def _concepts(values):
    return Concept.objects.with_labels().in_bulk([int(value) for value in values if value.isdecimal()])


def _broader(pks):
    """{concept: broader concept} among those shown."""
    relations = ConceptRelation.objects.filter(kind=RelationKind.BROADER, source__in=pks, target__in=pks)
    return dict(relations.order_by("-pk").values_list("source", "target")) if pks else {}


def _tree(pairs, chosen, concepts, broader):
    """The concepts in the order of a tree, each under the broader one where that is shown, too."""
    counts = {int(value): count for value, count in pairs if value.isdecimal() and int(value) in concepts}
    below = {}
    for pk in counts:
        below.setdefault(broader.get(pk) if broader.get(pk) in counts else None, []).append(pk)
    values, waiting, seen = [], [(pk, 0) for pk in reversed(below.get(None, ()))], set()
    while waiting:
        pk, depth = waiting.pop()
        if pk in seen:
            continue
        seen.add(pk)
        label = concepts[pk].label
        values.append(
            Value(
                str(pk),
                concepts[pk].name,
                counts[pk],
                str(pk) in chosen,
                label.language if label else "",
                min(depth, DEEPEST),
            )
        )
        waiting += [(narrower, depth + 1) for narrower in reversed(below.get(pk, ()))]
    return values
