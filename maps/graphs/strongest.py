"""The strongest edges at a node that a reader may see, by SQL: each kind has a piece of the index, read from its top."""

from datetime import datetime, time

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from maps.models import MapEdge
from maps.rules import COUNTED, LEADS_IN, LEADS_OUT, NodeKind

FIELDS = ("source_id", "target_id", "kind", "weight", "count", "since", "until", "evidence")


class Narrowed:
    """The edges that `user` may see, as narrowed by types of node, language of documents, and time.

    `types` are NodeKinds, all when empty; `since` and `until` are dates or moments, both included.
    """

    def __init__(self, user, *, types=None, language=None, since=None, until=None):
        self.types = {NodeKind.TOPIC if kind == NodeKind.GAP else NodeKind(kind) for kind in types or ()} or set(KINDS)
        self.edges = MapEdge.objects.visible_to(user).order_by()
        if language:
            self.edges = self.edges.filter(language__in=("", language))
        if since:
            self.edges = self.edges.filter(Q(until=None) | Q(until__gte=_moment(since, time.min)))
        if until:
            self.edges = self.edges.filter(Q(since=None) | Q(since__lte=_moment(until, time.max)))

    def leads(self, kind):
        """The pieces of the index at a node of `kind`: (end of the edge where it stands, edge kind, kind of the other)."""
        for end, leads in (("source", LEADS_OUT), ("target", LEADS_IN)):
            for edge_kind, other in leads[kind].items():
                if other in self.types:
                    yield end, edge_kind, other

    def strongest(self, nodes, most):
        """The edges at each of `nodes` ((pk, kind) pairs), up to `most` of each edge kind, strongest and newest first."""
        wanted = Q(pk__in=())
        for pk, kind in nodes:
            for end, edge_kind, _other in self.leads(kind):
                piece = self.edges.filter(**{end: pk}, kind=edge_kind).order_by("-weight", "-until", _far(end))
                wanted |= Q(pk__in=piece.values("pk")[:most])
        found = MapEdge.objects.filter(wanted).values_list(*FIELDS)
        return sorted(found, key=_rank)

    def among(self, by_kind, most):
        """The strongest edges between nodes of a cut; `by_kind` is NodeKind -> pks. Pairs are looked up one by one."""
        between = Q(pk__in=())
        for kind, pks in by_kind.items():
            for edge_kind, other in LEADS_OUT[kind].items():
                if pks and by_kind.get(other):
                    between |= Q(source__in=pks, target__in=by_kind[other], kind=edge_kind)
        return sorted(self.edges.filter(between).order_by("-weight", "pk").values_list(*FIELDS)[:most], key=_rank)

    def degree(self, kind):
        """An expression: how many edges a node of `kind` has for this reader, counted up to COUNTED of each kind of edge."""
        total = 0
        for end, edge_kind, _other in self.leads(kind):
            piece = self.edges.filter(**{end: OuterRef("pk")}, kind=edge_kind)
            total += Coalesce(CountUpTo(piece.values(_far(end)).distinct()[:COUNTED]), 0)
        return total

    def lacks(self, edge_kinds):
        """An expression: how many edges of these kinds lead to a topic, one at most."""
        piece = self.edges.filter(target=OuterRef("pk"), kind__in=edge_kinds)
        return CountUpTo(piece.values("pk")[:1])


KINDS = (NodeKind.PERSON, NodeKind.DOCUMENT, NodeKind.TOPIC)


class CountUpTo(Subquery):
    """The number of rows of a sliced queryset, so that a hub is not counted to its end."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = Count("pk").output_field


def _far(end):
    return "target" if end == "source" else "source"


def _rank(row):
    """Strongest first, then newest; the nodes decide at last, so that the order is the same every time."""
    source, target, kind, weight, _count, _since, until, _evidence = row
    return -weight, -(until.timestamp() if until else 0), source, target, kind


def _moment(value, edge):
    if not isinstance(value, datetime):
        value = datetime.combine(value, edge)
    return value if timezone.is_aware(value) else timezone.make_aware(value)
