"""The vocabularies of maps: data, read by tables, graphs and pages. Nothing here asks the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NodeKind(models.TextChoices):
    """What a node is, told apart on every map by its shape. A gap is a topic with nobody or nothing."""

    PERSON = "person", pgettext_lazy("on a map", "Person")
    DOCUMENT = "document", pgettext_lazy("on a map", "Document")
    TOPIC = "topic", pgettext_lazy("on a map", "Topic")
    GAP = "gap", pgettext_lazy("on a map", "Gap")


class Sort(models.TextChoices):
    """Which table of ours a node points to; with the pk it is the node's key in addresses, such as `concept:12`."""

    PERSON = "person", pgettext_lazy("on a map", "Person")
    ENTRY = "entry", _("Entry")
    THREAD = "thread", _("Thread")
    CONCEPT = "concept", pgettext_lazy("on a map", "Topic")


KIND_OF = {
    Sort.PERSON: NodeKind.PERSON,
    Sort.ENTRY: NodeKind.DOCUMENT,
    Sort.THREAD: NodeKind.DOCUMENT,
    Sort.CONCEPT: NodeKind.TOPIC,
}
# How the rest of the site names the same things, and those that are evidence without being nodes.
MODELS = {
    "person": "knowledge.person",
    "entry": "knowledge.entry",
    "concept": "knowledge.concept",
    "thread": "communities.thread",
    "post": "communities.post",
    "distillation": "communities.distillation",
    "report": "communities.practicereport",
}
SORTS = {model: sort for sort, model in MODELS.items()}


class EdgeKind(models.TextChoices):
    """Why two nodes are joined; each reads from source to target."""

    WROTE = "wrote", pgettext_lazy("a person and a document", "wrote")
    ANSWERED = "answered", pgettext_lazy("a person and a document", "answered in")
    DISTILLED = "distilled", pgettext_lazy("a person and a document", "wrote up")
    COMBINED = "combined", pgettext_lazy("a person and a document", "brought together")
    CONTRIBUTED = "contributed", pgettext_lazy("a person and a document", "contributed to")
    TOLD = "told", pgettext_lazy("a person and a document", "told it for")
    PRACTISED = "practised", pgettext_lazy("a person and a document", "tried out")
    ASKED = "asked", pgettext_lazy("a person and a document", "asked in")
    ABOUT = "about", pgettext_lazy("a document and a topic", "is about")
    KNOWS = "knows", pgettext_lazy("a person and a topic", "knows from what they did")
    DECLARED = "declared", pgettext_lazy("a person and a topic", "says to know")
    BROADER = "broader", pgettext_lazy("a topic and a topic", "is narrower than")
    RELATED = "related", pgettext_lazy("a topic and a topic", "is related to")


# What one deed weighs. Answers that were accepted and texts say most of what somebody knows; to ask says nothing of it.
DEED_WEIGHTS = {
    EdgeKind.WROTE: 3,
    EdgeKind.ANSWERED: 3,
    EdgeKind.DISTILLED: 2,
    EdgeKind.COMBINED: 2,
    EdgeKind.CONTRIBUTED: 1,
    EdgeKind.TOLD: 1,
    EdgeKind.PRACTISED: 1,
    EdgeKind.ASKED: 0,
}
DEEDS = tuple(DEED_WEIGHTS)
KNOWING = tuple(kind for kind, weight in DEED_WEIGHTS.items() if weight)
EXPERTISE = (EdgeKind.KNOWS, EdgeKind.DECLARED)
NEARNESS = (EdgeKind.BROADER, EdgeKind.RELATED)

# From a node of a kind: which edges lead out and in, and what stands at their other end.
LEADS_OUT = {
    NodeKind.PERSON: {**dict.fromkeys(DEEDS, NodeKind.DOCUMENT), **dict.fromkeys(EXPERTISE, NodeKind.TOPIC)},
    NodeKind.DOCUMENT: {EdgeKind.ABOUT: NodeKind.TOPIC},
    NodeKind.TOPIC: dict.fromkeys(NEARNESS, NodeKind.TOPIC),
}
LEADS_IN = {
    NodeKind.PERSON: {},
    NodeKind.DOCUMENT: dict.fromkeys(DEEDS, NodeKind.PERSON),
    NodeKind.TOPIC: {
        EdgeKind.ABOUT: NodeKind.DOCUMENT,
        **dict.fromkeys(EXPERTISE, NodeKind.PERSON),
        **dict.fromkeys(NEARNESS, NodeKind.TOPIC),
    },
}

MOST = 150  # nodes of a map, unless asked otherwise
LIMIT = 300  # nodes that a request ever holds
EVIDENCE = 12  # keys that an edge keeps to say why it is there
COUNTED = 100  # how far "so many more" is counted


class GapKind(models.TextChoices):
    """What a topic lacks."""

    NOTHING = "nothing", _("Nothing is written about it")
    NOBODY = "nobody", _("Nobody on the map knows about it")
    ASKED = "asked", _("Asked about, not written about")
    SEARCHED = "searched", _("Searched for in vain")


def node_key(model_key):
    """The key of a map for a key of the outbox; None where maps know no such thing.

    >>> node_key("knowledge.concept:12")
    'concept:12'
    """
    model, _colon, pk = model_key.partition(":")
    return f"{SORTS[model]}:{pk}" if model in SORTS else None
