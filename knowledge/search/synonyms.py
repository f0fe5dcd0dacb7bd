"""What else a thing is called: a query that is a concept's label is widened by its other labels, before any engine
sees it."""

from dataclasses import replace

from knowledge.models import ConceptLabel
from knowledge.models.concept import ConceptStatus, LabelKind
from knowledge.search.analysis import fold
from knowledge.search.query import phrase

LANGUAGES = ("en", "zh", "")
MOST = 12
ORDER = [LabelKind.PREFERRED, LabelKind.ALTERNATIVE, LabelKind.HIDDEN]


def widen(query):
    """The query with the other labels of the concepts that it names, and these labels (the visible ones, for the page
    to tell)."""
    labels = _other_labels(fold(query.text)) if query.wanted and not query.unwanted else []
    matches, shown = [], []
    for label in labels:
        found = [match for clause in phrase(label.text) for match in clause.matches]
        matches += [match for match in found if match not in matches]
        if label.kind != LabelKind.HIDDEN:
            shown.append(label)
    return replace(query, instead=tuple(matches)), shown


def _other_labels(folded):
    if not folded:
        return []
    named = ConceptLabel.objects.filter(folded=folded, concept__status=ConceptStatus.CURRENT).values("concept")
    labels = ConceptLabel.objects.filter(concept__in=named).exclude(folded=folded).order_by("language", "pk")
    known, others = set(), []
    for label in sorted(labels, key=lambda label: ORDER.index(label.kind)):
        if label.language[:2].lower() in LANGUAGES and label.folded not in known:
            known.add(label.folded)
            others.append(label)
    return others[:MOST]
