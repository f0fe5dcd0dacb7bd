"""What the map should have for some things as they are now: rows that are compared with the tables, never written here.

A document brings its node, its topics and the people in it. What a person knows of a topic is added up from those rows,
for each access token apart, so that a reader adds up only what they may see.
"""

from collections import defaultdict

from django.db.models import Q

from communities.models import Combination, Distillation, Post, PracticeReport, Thread, ThreadConcept
from communities.rules import TalkState
from knowledge.models import Concept, ConceptRelation, Entry, EntryConcept, EntryContributor, PersonConcept
from knowledge.models.entry import ContributorRole
from knowledge.rules import Kind, Visibility, token_for
from maps.consent import people_on_maps
from maps.models import MapEdge
from maps.rules import DEED_WEIGHTS, EVIDENCE, KIND_OF, KNOWING, EdgeKind, Sort

ROLES = {
    ContributorRole.AUTHOR: EdgeKind.WROTE,
    ContributorRole.TRANSLATOR: EdgeKind.WROTE,
    ContributorRole.CONTRIBUTOR: EdgeKind.CONTRIBUTED,
    ContributorRole.TELLER: EdgeKind.TOLD,
}
PUBLIC = Visibility.PUBLIC.value


class Made:
    """Nodes and edges as they should be. `nodes` is key -> fields, `edges` is (source, target, kind, access) -> fields."""

    def __init__(self):
        self.nodes, self.edges = {}, {}

    def node(self, sort, pk, *, access=PUBLIC, work="", language="", date=None):
        key = f"{sort}:{pk}"
        kind = KIND_OF[sort].value
        self.nodes[key] = {
            "kind": kind,
            "sort": Sort(sort).value,
            "thing": pk,
            "work": work or key,
            "access": access,
            "language": language,
            "date": date,
        }
        return key

    def edge(self, source, target, kind, *, access=PUBLIC, language="", each=1, evidence=()):
        """Join two nodes; `evidence` is [(moment, key)], each of it weighs `each`."""
        newest = sorted(evidence, key=lambda one: (-one[0].timestamp() if one[0] else 0, one[1]))
        moments = [moment for moment, _key in newest if moment]
        self.edges[source, target, str(kind), access] = {
            "language": language,
            "weight": float(each * max(len(newest), 1)),
            "count": max(len(newest), 1),
            "since": min(moments, default=None),
            "until": max(moments, default=None),
            "evidence": [key for _moment, key in newest[:EVIDENCE]],
        }


# ---------------------------------------------------------------- documents
def entries(pks):
    """`Made` of published entries, with their topics and the people in them; others bring nothing."""
    made, deeds = Made(), defaultdict(list)
    found = Entry.objects.live().filter(pk__in=pks).exclude(state=None).select_related("state", "locale").defer("body")
    found = {
        entry.pk: entry for entry in found if entry.kind != Kind.ABOUT or entry.state.visibility == Visibility.STAFF
    }
    for pk, person, role in EntryContributor.objects.filter(entry__in=found).values_list("entry", "person", "role"):
        deeds[pk, person, ROLES[role]].append((found[pk].first_published_at, f"entry:{pk}"))
    combined = Combination.objects.filter(entry__in=found, published_at__isnull=False)
    for pk, person, moment in combined.values_list("entry", "made_by", "published_at"):
        deeds[pk, person, EdgeKind.COMBINED].append((moment, f"entry:{pk}"))
    reports = PracticeReport.objects.filter(entry__in=found, state=TalkState.VISIBLE)
    for pk, person, moment, report in reports.values_list("entry", "author", "created_at", "pk"):
        deeds[pk, person, EdgeKind.PRACTISED].append((moment, f"report:{report}"))
    for pk, entry in found.items():
        made.node(
            Sort.ENTRY,
            pk,
            access=token_for(entry.state.visibility, entry.state.group_id),
            work=str(entry.translation_key),
            language=entry.locale.language_code,
            date=entry.first_published_at,
        )
    topics = EntryConcept.objects.filter(entry__in=found).values_list("entry", "concept")
    return _joined(made, Sort.ENTRY, deeds, list(topics))


def threads(pks):
    """`Made` of threads that are answered or written up, and to be read; others bring nothing."""
    made, deeds = Made(), defaultdict(list)
    found = Thread.objects.filter(pk__in=pks, state=TalkState.VISIBLE).select_related("community")
    found = {thread.pk: thread for thread in found if thread.is_answered or thread.externalized_at}
    posts = Post.objects.posts().filter(thread__in=found, state=TalkState.VISIBLE)
    for pk, person, number, moment, post, accepted in posts.values_list(
        "thread", "author", "number", "created_at", "pk", "accepted_at"
    ):
        deed = EdgeKind.ASKED if number == 1 else EdgeKind.ANSWERED if accepted else EdgeKind.CONTRIBUTED
        deeds[pk, person, deed].append((moment, f"post:{post}"))
    written_up = Distillation.objects.filter(thread__in=found, state=TalkState.VISIBLE)
    for pk, person, moment, distillation in written_up.values_list("thread", "made_by", "made_at", "pk"):
        deeds[pk, person, EdgeKind.DISTILLED].append((moment, f"distillation:{distillation}"))
    for pk, thread in found.items():
        made.node(Sort.THREAD, pk, access=thread.community.token, language=thread.language, date=thread.created_at)
    topics = ThreadConcept.objects.filter(thread__in=found).values_list("thread", "concept")
    return _joined(made, Sort.THREAD, deeds, list(topics))


def _joined(made, sort, deeds, topics):
    agreed = set(people_on_maps().filter(pk__in={person for _pk, person, _kind in deeds}).values_list("pk", flat=True))
    for person in sorted(agreed):
        made.node(Sort.PERSON, person)
    for (pk, person, kind), evidence in deeds.items():
        if person in agreed:
            document = f"{sort}:{pk}"
            told = made.nodes[document]
            made.edge(
                f"person:{person}",
                document,
                kind,
                access=told["access"],
                language=told["language"],
                each=DEED_WEIGHTS[kind],
                evidence=list(dict.fromkeys(evidence)),
            )
    subjects = subjects_among(concept for _pk, concept in topics)
    for pk, concept in topics:
        if concept not in subjects:
            continue
        document = f"{sort}:{pk}"
        told = made.nodes[document]
        made.edge(
            document,
            made.node(Sort.CONCEPT, concept),
            EdgeKind.ABOUT,
            access=told["access"],
            language=told["language"],
            evidence=[(told["date"], document)],
        )
    return made


# ---------------------------------------------------------------- people and topics
def subjects_among(pks):
    """Those of the concepts `pks` that are topics of the map: nearly everything has a form and a use."""
    return set(Concept.objects.subjects().filter(pk__in=set(pks)).values_list("pk", flat=True))


def people(pks):
    """`Made` of people who agreed, with what they say to know; what they did comes with the documents."""
    made = Made()
    for pk in people_on_maps().filter(pk__in=pks).values_list("pk", flat=True):
        made.node(Sort.PERSON, pk)
    said = PersonConcept.objects.filter(person__in=pks, person__in_search=True).order_by("pk")
    said = list(said.values_list("person", "concept", "created_at"))
    subjects = subjects_among(concept for _person, concept, _moment in said)
    for person, concept, moment in said:
        source = f"person:{person}"
        if source in made.nodes and concept in subjects:
            target = made.node(Sort.CONCEPT, concept)
            made.edge(source, target, EdgeKind.DECLARED, evidence=[(moment, source)])
    return made


def concepts(pks):
    """`Made` of concepts with their broader and related ones, either way."""
    made = Made()
    for pk in subjects_among(Concept.objects.filter(pk__in=pks).values_list("pk", flat=True)):
        made.node(Sort.CONCEPT, pk)
    relations = ConceptRelation.objects.filter(Q(source__in=pks) | Q(target__in=pks))
    relations = list(relations.values_list("source", "target", "kind"))
    subjects = subjects_among(end for source, target, _kind in relations for end in (source, target))
    for source, target, kind in relations:
        if source in subjects and target in subjects:
            source, target = made.node(Sort.CONCEPT, source), made.node(Sort.CONCEPT, target)
            made.edge(source, target, kind, evidence=[(None, target)])
    return made


MAKERS = {Sort.ENTRY: entries, Sort.THREAD: threads, Sort.PERSON: people, Sort.CONCEPT: concepts}


def together(keys):
    """`Made` of all these keys (`sort:pk`)."""
    pks = defaultdict(list)
    for key in keys:
        sort, _colon, pk = key.partition(":")
        pks[sort].append(int(pk))
    whole = Made()
    for sort, make in MAKERS.items():
        if pks[sort]:
            made = make(pks[sort])
            whole.nodes |= made.nodes
            whole.edges |= made.edges
    return whole


# ---------------------------------------------------------------- what follows from them
DEED_FIELDS = ("access", "weight", "since", "until", "target__key", "target__work")


def knowing(pairs):
    """Add up what people know of topics: {(person, topic, access): fields}; `pairs` and the result have pks of nodes.

    `count` is of works: an entry in two languages counts once. One query, over the deeds in the tables.
    """
    summed = defaultdict(list)
    for person, topic, *deed in _deeds_about(pairs):
        if (person, topic) in pairs:
            access, *rest = deed
            summed[person, topic, access].append(rest)
    return {triple: _summed(deeds) for triple, deeds in summed.items()}


def _deeds_about(pairs):
    people, topics = {person for person, _topic in pairs}, {topic for _person, topic in pairs}
    deeds = MapEdge.objects.filter(
        source__in=people,
        kind__in=KNOWING,
        target__edges_out__kind=EdgeKind.ABOUT,
        target__edges_out__target__in=topics,
    )
    return deeds.values_list("source", "target__edges_out__target", *DEED_FIELDS)


def _summed(deeds):
    weights, sinces, untils, keys, works = zip(*deeds, strict=True)
    newest = {}
    for until, key in zip(untils, keys, strict=True):
        newest[key] = max(filter(None, (until, newest.get(key))), default=None)
    ranked = sorted(newest, key=lambda key: (-newest[key].timestamp() if newest[key] else 0, key))
    return {
        "language": "",
        "weight": float(sum(weights)),
        "count": len(set(works)),
        "since": min(filter(None, sinces), default=None),
        "until": max(filter(None, untils), default=None),
        "evidence": ranked[:EVIDENCE],
    }
