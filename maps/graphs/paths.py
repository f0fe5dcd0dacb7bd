"""How two nodes are connected: a shortest chain that the reader may see."""

from django.db.models import Q

from maps.graphs.cut import Cut, NotSeen
from maps.graphs.cutting import cut_of, nodes_by_pk
from maps.graphs.ego import TIES, by_kind
from maps.graphs.showing import shown
from maps.graphs.strongest import Narrowed
from maps.models import MapNode
from maps.rules import EdgeKind

STEPS = 6  # edges of the longest chain that is looked for
FRONTIER = 200  # nodes from which a step goes on
ROWS = 3000  # edges that a step looks at, the strongest first
TRIES = 3  # chains that lead over something closed a moment ago are looked for anew


def path(user, from_key, to_key):
    """Return the `Cut` of a shortest chain between two nodes, such as a person and a topic, in its order.

    It goes over documents where it can: that a person knows a topic is said by what they did. Its `edges` are empty where
    no chain of up to STEPS edges was found; hubs are searched along their strongest ROWS edges only.
    Raises: `NotSeen` when either node is not there for `user`.
    """
    start, end = (_node(user, key) for key in (from_key, to_key))
    narrowed = Narrowed(user)
    without = set()
    for _try in range(TRIES):
        chain = _chain(narrowed, start.pk, end.pk, without)
        found = nodes_by_pk(narrowed, user, chain)
        nodes = [found[pk] for pk in chain if pk in found]
        ties = [row for row in narrowed.among(_kinds(nodes), TIES) if _is_step(row, chain)]
        cut = cut_of(user, nodes, ties)
        kept = {node.key for node in cut.nodes}
        if {start.key, end.key} - kept and start.work != end.work:
            raise NotSeen
        if len(nodes) == len(chain) and len(kept) == len({node.work for node in nodes}):
            return cut
        without |= {node.pk for node in nodes if node.key not in kept}
    return Cut(nodes=[node for node in cut.nodes if node.key in (start.key, end.key)])


def _node(user, key):
    node = MapNode.objects.visible_to(user).filter(key=str(key)[:40]).first()
    if node is None or node.key not in shown(user, {node.sort: {node.thing}}):
        raise NotSeen
    return node


def _kinds(nodes):
    return by_kind({node.pk: node.kind for node in nodes})


def _is_step(row, chain):
    """Whether an edge joins two that follow one another. What somebody knows is said by the documents between."""
    place = {pk: number for number, pk in enumerate(chain)}
    return row[2] != EdgeKind.KNOWS and abs(place[row[0]] - place[row[1]]) == 1


def _chain(narrowed, start, end, without):
    """The pks of a shortest chain, or the two ends where there is none. Both ends are opened in turn, the smaller rim first."""
    if start == end:
        return [start]
    came = ({start: None}, {end: None})
    rims = [{start}, {end}]
    for _step in range(STEPS):
        side = 0 if rims[0] and (len(rims[0]) <= len(rims[1]) or not rims[1]) else 1
        rims[side] = _step_from(narrowed, rims[side], came[side], without)
        if met := [pk for pk in rims[side] if pk in came[1 - side]]:
            return _back(came[0], met[0])[::-1] + _back(came[1], met[0])[1:]
        if not rims[side]:
            break
    return [start, end]


def _step_from(narrowed, rim, came, without):
    """The nodes one step on, in order; `came` notes from where each was reached."""
    edges = narrowed.edges.exclude(kind=EdgeKind.KNOWS).filter(Q(source__in=rim) | Q(target__in=rim))
    reached = []
    for source, target in edges.order_by("-weight", "pk").values_list("source", "target")[:ROWS]:
        for here, there in ((source, target), (target, source)):
            if here in rim and there not in came and there not in without:
                came[there] = here
                reached.append(there)
    return dict.fromkeys(reached[:FRONTIER])


def _back(came, pk):
    chain = []
    while pk is not None:
        chain.append(pk)
        pk = came[pk]
    return chain
