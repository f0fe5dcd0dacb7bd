"""What is missing: topics with nothing written, with nobody who knows, or asked about and not written about."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Subquery

from communities.models import Thread, ThreadConcept
from communities.rules import TalkState
from knowledge.models import Concept
from knowledge.search.reports import searched_in_vain
from maps.graphs.showing import shown
from maps.graphs.strongest import CountUpTo, Narrowed
from maps.models import MapEdge, MapNode
from maps.rules import COUNTED, EXPERTISE, EdgeKind, GapKind, NodeKind, Sort

MOST = 100  # of each kind
SHOWN = 5  # things that a gap names as its evidence
ORDER = (GapKind.ASKED, GapKind.SEARCHED, GapKind.NOBODY, GapKind.NOTHING)  # what most speaks for comes first


@dataclass(frozen=True)
class Gap:
    """A topic that lacks something: `kind` is a GapKind; label, language and address of the topic.

    `count` (up to COUNTED) says how much speaks for it: documents nobody on the map can explain, threads without an answer,
    searches that found nothing, people who say to know what is not written. `evidence` is the newest of it, a list of (key, Shown).
    """

    kind: str
    key: str
    label: str
    lang: str
    url: str
    count: int
    evidence: tuple

    @property
    def pk(self):
        """The key of the concept."""
        return self.key.partition(":")[2]


def gaps(user, kinds=tuple(GapKind), most=MOST):
    """Return the gaps that `user` may see, those with most evidence first: what is asked, then what is searched for
    (told to staff only), then nobody, then nothing.

    Everything is counted on what the reader may see, so two readers may have different gaps. A topic is in one list only.
    Cost: a constant number of queries; they look at every topic once, so it is a page of its own and not a part of others.
    """
    found = [row for kind in ORDER if kind in kinds for row in _FINDERS[kind](user, most)]
    names = shown(user, _pks([topic for _kind, topic, _number, _keys in found] + [k for row in found for k in row[3]]))
    listed, seen = [], set()
    for kind, topic, number, keys in found:
        if topic in names and topic not in seen:
            seen.add(topic)
            label = names[topic]
            evidence = tuple((key, names[key]) for key in keys if key in names)
            listed.append(Gap(kind.value, topic, label.label, label.lang, label.url, number, evidence))
    return listed


def _pks(keys):
    pks = defaultdict(set)
    for key in keys:
        sort, _colon, pk = key.partition(":")
        pks[sort].add(int(pk))
    return pks


def _asked(user, most):
    """Topics of threads that wait for an answer, without an entry that the reader may see."""
    waiting = Thread.objects.visible_to(user).filter(state=TalkState.VISIBLE, is_answered=False, externalized_at=None)
    entries = MapEdge.objects.visible_to(user).filter(
        kind=EdgeKind.ABOUT, target__kind=NodeKind.TOPIC, target__thing=OuterRef("concept"), source__sort=Sort.ENTRY
    )  # every topic is a concept; the index of nodes begins with their kind
    links = ThreadConcept.objects.filter(~Exists(entries), thread__in=waiting.values("pk"))
    counted = links.order_by().values_list("concept").annotate(number=Count("thread")).order_by("-number", "concept")
    numbers = dict(counted[:most])
    threads = defaultdict(list)
    for concept, thread in links.filter(concept__in=numbers).order_by("-thread").values_list("concept", "thread"):
        if len(threads[concept]) < SHOWN:
            threads[concept].append(f"{Sort.THREAD}:{thread}")
    for concept, number in numbers.items():
        yield GapKind.ASKED, f"{Sort.CONCEPT}:{concept}", number, threads[concept]


def _searched(user, most):
    """Topics that searches named and found nothing under; who searched is known to nobody."""
    for concept, number in searched_in_vain(user, most):
        yield GapKind.SEARCHED, f"{Sort.CONCEPT}:{concept}", number, []


def _nobody(user, most):
    """Topics with documents about which nobody whom the reader may see knows anything."""
    return _lacking(user, most, GapKind.NOBODY, has=[EdgeKind.ABOUT], lacks=EXPERTISE)


def _nothing(user, most):
    """Topics without a document; first those that people know about."""
    return _lacking(user, most, GapKind.NOTHING, has=EXPERTISE, lacks=[EdgeKind.ABOUT], always=True)


def _lacking(user, most, kind, *, has, lacks, always=False):
    edges = MapEdge.objects.visible_to(user).order_by().filter(target=OuterRef("pk"))
    there, missing = edges.filter(kind__in=has), edges.filter(kind__in=lacks)
    offered = Concept.objects.offered().filter(schemes__facet__gt="").values("pk")
    topics = MapNode.objects.filter(~Exists(missing), kind=NodeKind.TOPIC, thing__in=offered)
    topics = topics if always else topics.filter(Exists(there))
    topics = topics.annotate(number=CountUpTo(there.values("pk")[:COUNTED])).order_by("-number", "pk")
    rows = list(topics.values_list("pk", "key", "number")[:most])
    evidence = _evidence(user, [pk for pk, _key, number in rows if number], has)
    for pk, key, number in rows:
        yield kind, key, number, evidence[pk]


def _evidence(user, topics, kinds):
    """topic pk -> keys of the strongest and newest at the other end, as many of each kind; read place by place from the index."""
    edges = Narrowed(user).edges.filter(target=OuterRef("pk")).order_by("-weight", "-until", "source")
    places = {
        f"{kind.value}_{place}": Subquery(edges.filter(kind=kind).values("source__key")[place : place + 1])
        for place in range(SHOWN)
        for kind in kinds
    }
    rows = MapNode.objects.filter(pk__in=topics).annotate(**places).values_list("pk", *places)
    return defaultdict(list, {pk: list(dict.fromkeys(filter(None, keys)))[:SHOWN] for pk, *keys in rows})


_FINDERS = {GapKind.ASKED: _asked, GapKind.SEARCHED: _searched, GapKind.NOBODY: _nobody, GapKind.NOTHING: _nothing}
