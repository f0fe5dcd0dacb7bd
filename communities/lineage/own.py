"""What became of what somebody said in a community, for their own page."""

from dataclasses import dataclass

from communities.lineage.graph import graph_around
from communities.lineage.steps import Step, Things
from communities.lineage.trees import Trees
from communities.models import ConversionPart, PartRole
from communities.seci import Mode, Outcome
from knowledge.application.own import register_section

SHOWN = 10


@dataclass(frozen=True)
class Became:
    """`origin`: what one's posts were written up in; `steps` came of it, each before what came of it in turn."""

    origin: Step
    steps: list[Step]


def became(person, user):
    """What became of the posts of `person`, as `user` may see it: a list of `Became`, newest first, ten at most.

    What they told the library outside communities stands in `knowledge.acquisition.telling.told_by`. A fixed number of queries.
    """
    keys = _written_up(person)
    if not keys:
        return []
    graph = graph_around(keys)
    reached = set().union(*(graph.around(key) for key in keys))
    things = Things(reached, graph.events, user)
    trees = Trees(graph, things)
    found = [(things.step(key), key) for key in keys]
    return [Became(step, _in_turn(trees.after(key))) for step, key in found if step.url][:SHOWN]


def _written_up(person):
    """The keys of the distillations in which posts of `person` went, newest first; some more than are shown."""
    credited = ConversionPart.objects.filter(
        role=PartRole.OUTPUT,
        conversion__mode=Mode.EXTERNALIZATION,
        conversion__outcome=Outcome.DONE,
        conversion__credits__person=person,
    )
    keys = credited.order_by("-conversion__made_at", "-pk").values_list("key", flat=True)
    return list(dict.fromkeys(keys[: 2 * SHOWN]))


def _in_turn(steps):
    return [one for step in steps for one in (step, *_in_turn(step.steps))]


def became_of(user):
    """The section of one's own page: {"became": [Became]}; None while nothing was made of what they said."""
    person = getattr(user, "person", None)
    found = became(person, user) if person else []
    return {"became": found} if found else None


register_section(31, became_of, "communities/own_became.html")
