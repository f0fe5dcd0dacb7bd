"""How long the map around a hub takes, in a database of its own that this makes and fills.

    python -m benchmarks.maps                      # a hub among 100,000 edges
    python -m benchmarks.maps --edges 1000000

A good quarter of the edges stand at one topic: documents about it, and people who know. Cold is the first cut in a process, which
imports NetworkX; the others are made anew each time, nothing is kept between them.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time

PLACE = tempfile.mkdtemp(prefix="maps-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")
if "--here" not in sys.argv:
    os.environ["DATABASE_URL"] = f"sqlite:///{PLACE}/maps.sqlite3"

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.models import Community, Thread
from kmsite.models import User
from knowledge.models import Concept, ConceptLabel, Person
from maps.graphs import around
from maps.models import MapEdge, MapNode
from maps.rules import EdgeKind

VISITOR = AnonymousUser()


def fill(edges):
    """Threads, people and topics, and the map over them: a good quarter of the edges at the first topic."""
    documents, people, topics = edges // 4, edges // 50, edges // 100
    now = timezone.now()
    place = Community.objects.create(slug="hub", name_en="Hub", opened_at=now)
    _many(Thread, (Thread(community=place, title=f"Thread {n}", is_answered=True) for n in range(documents)))
    _many(User, (User(email=f"b{n}@example.org", password="!") for n in range(people)))
    users = User.objects.order_by("pk").values_list("pk", flat=True)
    _many(Person, (Person(name=f"Person {n}", user_id=pk, on_maps="yes") for n, pk in enumerate(users)))
    _many(Concept, (Concept(uri=f"https://example.org/{n}") for n in range(topics)))
    concepts = Concept.objects.order_by("pk").values_list("pk", flat=True)
    _many(
        ConceptLabel,
        (ConceptLabel(concept_id=pk, kind="pref", language="en", text=f"Topic {pk}", folded="") for pk in concepts),
    )
    for model, kind, sort in (
        (Thread, "document", "thread"),
        (Person, "person", "person"),
        (Concept, "topic", "concept"),
    ):
        pks = model.objects.order_by("pk").values_list("pk", flat=True)
        _many(MapNode, (_node(kind, sort, pk, now) for pk in pks))
    _join(edges, now)


def _node(kind, sort, pk, now):
    key = f"{sort}:{pk}"
    return MapNode(key=key, work=key, kind=kind, sort=sort, thing=pk, access="public", date=now)


def _join(edges, now):
    pks = {
        kind: list(MapNode.objects.filter(kind=kind).values_list("pk", flat=True))
        for kind in ("document", "person", "topic")
    }
    documents, people, topics = pks["document"], pks["person"], pks["topic"]
    hub, others = topics[0], topics[1:]
    rows = [(one, hub, EdgeKind.ABOUT, 1) for one in documents]
    rows += [(one, hub, EdgeKind.KNOWS, n % 97 + 1) for n, one in enumerate(people)]
    rows += [(one, others[n % len(others)], EdgeKind.ABOUT, 1) for n, one in enumerate(documents)]
    n = 0
    while len(rows) < edges:
        rows.append(
            (people[n % len(people)], documents[(n * 7 + n // len(people)) % len(documents)], EdgeKind.ANSWERED, 3)
        )
        n += 1
    weights = {row[:3]: row[3] for row in rows}
    _many(MapEdge, (_edge(*ends, weight, now) for ends, weight in weights.items()))


def _edge(source, target, kind, weight, now):
    fields = {"kind": kind, "weight": weight, "since": now, "until": now}
    return MapEdge(source_id=source, target_id=target, access="public", **fields)


def _many(model, things):
    model.objects.bulk_create(things, batch_size=2000)


def measure(key, runs, **how):
    """Milliseconds of a cut, its queries, its nodes and edges."""
    with CaptureQueriesContext(connection) as queries:
        cut = around(VISITOR, key, **how)
    number, taken = len(queries), []
    for _run in range(runs):
        start = time.perf_counter()
        cut = around(VISITOR, key, **how)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), max(taken), number, len(cut.nodes), len(cut.edges)


def main(edges, runs):
    call_command("migrate", verbosity=0)
    fill(edges)
    first = f"concept:{Concept.objects.order_by('pk').first().pk}"
    person = f"person:{Person.objects.order_by('pk').first().pk}"
    at_hub = MapEdge.objects.filter(target__key=first).count()
    print(f"{MapNode.objects.count():,} nodes, {MapEdge.objects.count():,} edges, {at_hub:,} at the hub")
    start = time.perf_counter()
    around(VISITOR, first)
    print(f"cold, with imports: {(time.perf_counter() - start) * 1000:.0f} ms")
    print(f"{'cut':28}{'median':>10}{'worst':>10}{'queries':>9}{'nodes':>7}{'edges':>7}")
    for name, key, how in (
        ("hub", first, {}),
        ("hub, 300 nodes", first, {"most": 300}),
        ("hub, people only", first, {"types": ["person"]}),
        ("hub, depth 2", first, {"depth": 2}),
        ("a person", person, {}),
    ):
        median, worst, queries, nodes, ties = measure(key, runs, **how)
        print(f"{name:28}{median:7.1f} ms{worst:7.1f} ms{queries:>9}{nodes:>7}{ties:>7}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--here", action="store_true", help="in the database that DATABASE_URL names; it must be empty")
    options = parser.parse_args()
    main(options.edges, options.runs)
