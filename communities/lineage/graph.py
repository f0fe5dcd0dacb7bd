"""The lineage as keys: which thing came from which, read from conversions and turns. Nothing here knows a reader."""

from dataclasses import dataclass, field

from django.db import connection

from communities.models import Conversion, ConversionPart, PartRole, Thread
from communities.seci import Mode, Outcome

MOST_TURNS = 12  # in each direction
MOST_THREADS = 400
MOST_EVENTS = 600
STEPS = ("communities.thread", "communities.distillation", "communities.practicereport", "knowledge.entry")

# From the threads that are given to those that grew from what came of them, and back to those that they grew from. The depth ends
# what goes round in circles; every join has an index, the partial one by the very words of its condition.
_TURNS = """
WITH RECURSIVE
later(id, depth) AS (
    SELECT id, 0 FROM {thread} WHERE id IN ({given})
    UNION
    SELECT grown.id, later.depth + 1 FROM later
    JOIN {moved} moved ON moved.thread_id = later.id
    JOIN {part} part ON part.conversion_id = moved.conversion_id AND part.role = 'output'
    JOIN {thread} grown ON grown.grew_from = part.key AND NOT (grown.grew_from = '')
    WHERE later.depth < {turns}
),
earlier(id, depth) AS (
    SELECT id, 0 FROM {thread} WHERE id IN ({given})
    UNION
    SELECT moved.thread_id, earlier.depth + 1 FROM earlier
    JOIN {thread} grown ON grown.id = earlier.id AND NOT (grown.grew_from = '')
    JOIN {part} part ON part.key = grown.grew_from AND part.role = 'output'
    JOIN {moved} moved ON moved.conversion_id = part.conversion_id
    WHERE earlier.depth < {turns}
)
SELECT id, grew_from FROM {thread} WHERE id IN (SELECT id FROM later UNION SELECT id FROM earlier) LIMIT {most}
"""


@dataclass
class Graph:
    """`sources` and `results`: key -> keys that it came from, keys that came of it; `events`: key -> its conversions."""

    sources: dict = field(default_factory=dict)
    results: dict = field(default_factory=dict)
    events: dict = field(default_factory=dict)

    def join(self, source, result):
        if source != result and source not in self.sources.setdefault(result, []):
            self.sources[result].append(source)
            self.results.setdefault(source, []).append(result)

    def around(self, key):
        """`key` and all that can be reached from it, before and after."""
        return _reached(key, self.sources) | _reached(key, self.results)


def _reached(key, links):
    found, waiting = {key}, [key]
    while waiting:
        new = [other for other in links.get(waiting.pop(), ()) if other not in found]
        found.update(new)
        waiting += new
    return found


def graph_around(keys, thread_ids=()):
    """The graph of the things of `keys`, and of the threads `thread_ids`. Six queries at most."""
    threads = _turns_of(set(thread_ids) | _threads_of(keys))
    graph = Graph()
    for pk, grew_from in threads.items():
        if grew_from:
            graph.join(grew_from, f"communities.thread:{pk}")
    events = _events_of(threads, {*keys, *filter(None, threads.values())})
    _join_parts(graph, events)
    _join_threads(graph, events)
    return graph


def _threads_of(keys):
    """The threads that an event of these things moved, or that grew from them."""
    own = {int(key.rpartition(":")[2]) for key in keys if key.startswith("communities.thread:")}
    moved = Thread.objects.filter(conversions__parts__key__in=keys).order_by().values_list("pk")
    grown = Thread.objects.filter(grew_from__in=keys).exclude(grew_from="").order_by().values_list("pk")
    return own | {pk for (pk,) in moved.union(grown)[:MOST_THREADS]}


def _turns_of(thread_ids):
    """These threads and those of earlier and later turns: pk -> the key of what it grew from, or ""."""
    if not thread_ids:
        return {}
    given = sorted(thread_ids)[:MOST_THREADS]
    marks = ", ".join(["%s"] * len(given))
    sql = _TURNS.format(
        thread=Thread._meta.db_table,
        moved=Conversion.threads.through._meta.db_table,
        part=ConversionPart._meta.db_table,
        given=marks,
        turns=MOST_TURNS,
        most=MOST_THREADS,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, *given])
        return dict(cursor.fetchall())


def _events_of(threads, keys):
    """What was done to `threads` or with the things of `keys`: pk -> Conversion. Of very many, the newest reports."""
    moved = Conversion.threads.through.objects.filter(thread__in=threads).values("conversion")
    named = ConversionPart.objects.filter(key__in=keys).values("conversion")
    events = Conversion.objects.filter(outcome=Outcome.DONE, pk__in=moved.union(named)).exclude(mode=Mode.SOCIALIZATION)
    events = events.select_related("made_by").order_by("mode", "-made_at", "-pk")  # Internalization is the last by name
    return {event.pk: event for event in events[:MOST_EVENTS]}


def _join_parts(graph, events):
    inputs, outputs = {}, {}
    for event, role, key in _parts_of(events).values_list("conversion", "role", "key"):
        if key.rpartition(":")[0] in STEPS:
            (inputs if role == PartRole.INPUT else outputs).setdefault(event, []).append(key)
    for event in sorted(outputs, key=lambda pk: (events[pk].made_at, pk)):
        for result in outputs[event]:
            graph.events.setdefault(result, []).append(events[event])
            for source in inputs.get(event, ()):
                graph.join(source, result)


def _parts_of(events):
    return (
        ConversionPart.objects.filter(conversion__in=events).order_by("pk") if events else ConversionPart.objects.none()
    )


def _join_threads(graph, events):
    """What was written up came from the thread, whose posts went in."""
    written = [pk for pk, event in events.items() if event.mode == Mode.EXTERNALIZATION]
    results = {event.pk: key for key, each in graph.events.items() for event in each}
    if written:
        for event, thread in Conversion.threads.through.objects.filter(conversion__in=written).values_list(
            "conversion", "thread"
        ):
            graph.join(f"communities.thread:{thread}", results.get(event, ""))
