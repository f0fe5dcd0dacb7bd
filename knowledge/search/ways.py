"""Where a search that found nothing may go on: the topics that it names, wider ones, and their names in the other language.

A wider topic or a name is offered only where this reader finds something under it.
"""

from dataclasses import dataclass

from knowledge.models import Concept, ConceptRelation
from knowledge.models.concept import ConceptStatus, RelationKind
from knowledge.search.analysis import fold
from knowledge.search.query import parse

MOST = 3  # of each kind


@dataclass(frozen=True)
class Ways:
    """`topics` are the concepts that were named, `wider` labels of broader ones, `others` their labels in the other
    language; labels have `text` and `language`."""

    topics: tuple = ()
    wider: tuple = ()
    others: tuple = ()

    def __bool__(self):
        return bool(self.topics or self.wider or self.others)


def ways_on(query, keys, finds):
    """The `Ways` on from `query`, which names the concepts with these `keys`; `finds` tells of a `Query` whether the reader finds
    something by it."""
    if not keys:
        return Ways()
    above = _broader(keys)
    concepts = Concept.objects.with_labels().in_bulk([*keys, *above])
    topics = tuple(concepts[key] for key in keys)
    wider = [concepts[key].label for key in above if key in concepts]
    return Ways(topics, _finding(wider, finds), _finding(_others(topics, query), finds))


def _broader(keys):
    relations = ConceptRelation.objects.filter(
        kind=RelationKind.BROADER, source__in=keys, target__status=ConceptStatus.CURRENT
    )
    found = relations.order_by("pk").values_list("target", flat=True)
    return [key for key in dict.fromkeys(found) if key not in keys][:MOST]


def _others(topics, query):
    """Preferred labels, in English and Chinese, that are not what was typed."""
    typed = fold(query.text)
    labels = [label for topic in topics for label in topic.preferred()]
    return [label for label in labels if label.language[:2].lower() in ("en", "zh") and fold(label.text) not in typed]


def _finding(labels, finds):
    """The first few of them under which something is found."""
    labels = [label for label in labels if label is not None][: 2 * MOST]
    return tuple(label for label in labels if finds(parse(label.text)))[:MOST]
