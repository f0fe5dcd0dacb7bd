"""What became of what somebody told us: of their posts, and of what they told the library."""

from dataclasses import dataclass

from communities.lineage.graph import graph_around
from communities.lineage.steps import Step, Things
from communities.lineage.trees import Trees
from communities.models import ConversionPart, PartRole
from communities.seci import Mode, Outcome
from knowledge.models import Capture, Entry

SHOWN = 10


@dataclass
class Became:
    """`origin`: the write-up of one's posts, or None for something told, whose words are `told`; `steps` came of it in turn."""

    origin: Step | None
    told: str
    steps: list[Step]


def became(person, user):
    """What became of what `person` said, as `user` may see it: a list of `Became`, newest first. A fixed number of queries."""
    return [*_of_posts(person, user), *_of_captures(person, user)]


def _of_posts(person, user):
    credited = ConversionPart.objects.filter(
        role=PartRole.OUTPUT,
        conversion__mode=Mode.EXTERNALIZATION,
        conversion__outcome=Outcome.DONE,
        conversion__credits__person=person,
    )
    keys = list(
        dict.fromkeys(credited.order_by("-conversion__made_at", "-pk").values_list("key", flat=True)[: 2 * SHOWN])
    )
    if not keys:
        return []
    graph = graph_around(keys)
    reached = set().union(*(graph.around(key) for key in keys))
    trees = Trees(graph, Things(reached, graph.events, user))
    found = [(trees.things.step(key), key) for key in keys]
    return [Became(step, "", _in_turn(trees.after(key))) for step, key in found if step.url][:SHOWN]


def _in_turn(steps):
    """A tree as a list, each step before what came of it."""
    return [one for step in steps for one in (step, *_in_turn(step.steps))]


def _of_captures(person, user):
    told = Capture.objects.visible_to(user).filter(teller=person, entry__isnull=False)[:SHOWN]
    told = list(told)
    if not told:
        return []
    entries = Entry.objects.live().visible_to(user).select_related("locale").defer("body")
    entries = entries.in_bulk({capture.entry_id for capture in told})
    made = [(capture, entries[capture.entry_id]) for capture in told if capture.entry_id in entries]
    return [Became(None, capture.text, [_entry_step(entry)]) for capture, entry in made]


def _entry_step(entry):
    language = entry.locale.language_code
    return Step(f"knowledge.entry:{entry.pk}", "entry", entry.title, language, entry.url, entry.first_published_at)


def became_of(user):
    """The section of one's own page: {"became": [Became]}; None when nothing came of it yet."""
    person = getattr(user, "person", None)
    found = became(person, user) if person else []
    return {"became": found} if found else None
