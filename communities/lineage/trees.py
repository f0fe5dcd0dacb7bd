"""From keys to trees of steps: what one thing came from, and what came of it."""

from dataclasses import dataclass

from communities.lineage.graph import graph_around
from communities.lineage.steps import Step, Things
from knowledge.outbox import key_of

WIDEST = 12  # steps beside each other; further ones are counted


@dataclass
class Lineage:
    """`here`, the thing itself; `before`, the steps that it came from; `after`, those that came of it; how many more there are."""

    here: Step
    before: list[Step]
    after: list[Step]
    more_before: int = 0
    more_after: int = 0

    def __bool__(self):
        return bool(self.before or self.after)


def lineage_of(thing, user):
    """The `Lineage` of a thread, distillation, entry or report that `user` may read.

    What was removed is named so where something came from it. A community that `user` does not read is named as such, without an
    address, and nothing behind it is told; what came of a thing there is not told at all. At most 16 queries, whatever there is.
    """
    key = key_of(thing)
    graph = graph_around([key])
    things = Things(graph.around(key), graph.events, user)
    here = things.step(key)
    here.is_here = True
    trees = Trees(graph, things)
    before, after = trees.before(key), trees.after(key)
    return Lineage(here, before[-WIDEST:], after[:WIDEST], max(len(before) - WIDEST, 0), max(len(after) - WIDEST, 0))


class Trees:
    """A step stands once in each tree: what is reached by two ways is shown on the first, so nothing goes in circles."""

    def __init__(self, graph, things):
        self.graph, self.things = graph, things

    def before(self, key):
        return self._grow(key, self.graph.sources, {key}, self._source)

    def after(self, key):
        return self._grow(key, self.graph.results, {key}, self._result)

    def _grow(self, key, links, met, make):
        new = [other for other in links.get(key, ()) if other not in met]
        met.update(new)
        steps = [step for step in (make(other, met) for other in new) if step is not None]
        steps.sort(key=_moment)
        return steps

    def _source(self, key, met):
        step = self.things.step(key)
        if not step.is_closed:
            self._hang(step, self._grow(key, self.graph.sources, met, self._source))
        return step

    def _result(self, key, met):
        """None for what this reader may not see, unless something that they may see came of it."""
        step = self.things.step(key)
        if step.is_closed:
            return None
        self._hang(step, self._grow(key, self.graph.results, met, self._result))
        return None if step.is_removed and not step.url and not step.steps and not step.language else step

    def _hang(self, step, steps):
        step.steps, step.more = steps[:WIDEST], max(len(steps) - WIDEST, 0)


def _moment(step):
    return (step.at is None, step.at.timestamp() if step.at else 0, step.key)
