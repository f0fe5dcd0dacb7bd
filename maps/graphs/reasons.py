"""Why two nodes are joined: the things that an edge rests on, as far as a reader may see them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext

from communities.models import Distillation, Post, PracticeReport
from communities.rules import TalkState
from knowledge.text import plain
from maps.graphs.cut import NotSeen
from maps.graphs.showing import Shown, shown
from maps.models import MapEdge, MapNode
from maps.rules import DEEDS, EdgeKind, Sort

BEGINNING = 90  # characters of a text that has no title of its own


@dataclass(frozen=True)
class Reason:
    """One thing that joins two nodes: what kind of tie (EdgeKind), and the thing with its name and address.

    `date` is the day of the deed where a person did something there, else that of the thing.
    """

    kind: str
    key: str
    label: str
    lang: str
    url: str | None
    date: datetime | None

    @property
    def deed(self):
        """What the person did there, as words; "" where a tie is no deed of somebody."""
        return EdgeKind(self.kind).label if self.kind in DEEDS else ""


def why(user, source, target):
    """Return the reasons why two nodes (keys, in either order) are joined, as `user` may see them, the newest first.

    A person and a topic: the documents about it and what the person did there, and that they say so themselves. A person and a
    document: the posts, texts and reports. Otherwise the document or topic itself. At most EVIDENCE of each kind.
    Raises: `NotSeen` when either node is not there for `user`. Joined by nothing: an empty list.
    """
    ends = _ends(user, source, target)
    edges = MapEdge.objects.visible_to(user).filter(source__in=ends, target__in=ends).order_by("kind", "pk")
    wanted = []
    for edge in edges:
        if edge.kind == EdgeKind.KNOWS:
            wanted += _deeds(user, edge)
        else:
            wanted += [(edge.kind, key, None) for key in edge.evidence]
    wanted = list(dict.fromkeys(wanted))
    found = _things(user, {key for _kind, key, _done in wanted})
    reasons = [_reason(kind, key, found[key], done) for kind, key, done in wanted if key in found]
    return sorted(
        reasons, key=lambda reason: (-(reason.date.timestamp() if reason.date else 0), reason.key, reason.kind)
    )


def _ends(user, *keys):
    nodes = {
        node.key: node for node in MapNode.objects.visible_to(user).filter(key__in=[str(key)[:40] for key in keys])
    }
    things = {}
    for node in nodes.values():
        things.setdefault(node.sort, set()).add(node.thing)
    seen = shown(user, things)
    if not all(key in nodes and key in seen for key in keys):
        raise NotSeen
    return [node.pk for node in nodes.values()]


def _deeds(user, edge):
    """What the person did in the documents that an edge between person and topic rests on, and when last."""
    deeds = MapEdge.objects.visible_to(user).filter(
        source=edge.source_id, target__key__in=edge.evidence, kind__in=DEEDS
    )
    deeds = deeds.exclude(kind=EdgeKind.ASKED)
    return list(deeds.order_by("kind", "-until", "target").values_list("kind", "target__key", "until"))


def _reason(kind, key, seen, done):
    return Reason(str(kind), key, seen.label, seen.lang, seen.url, done or seen.date)


def _things(user, keys):
    """{key: Shown} of nodes and of what is only evidence; one query a sort."""
    pks = {}
    for key in keys:
        sort, _colon, pk = key.partition(":")
        pks.setdefault(sort, set()).add(int(pk))
    found = shown(user, {sort: some for sort, some in pks.items() if sort in set(Sort)})
    for sort, read in _EVIDENCE.items():
        if sort in pks:
            found |= {f"{sort}:{pk}": one for pk, one in read(user, pks[sort])}
    return found


def _posts(user, pks):
    posts = Post.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE, thread__state=TalkState.VISIBLE)
    for post in posts.select_related("thread__community", "reply_to"):
        label = Truncator(" ".join(plain(post.html).split())).chars(BEGINNING)
        yield post.pk, Shown(label or gettext("A post"), post.language, post.get_absolute_url(), post.created_at)


def _distillations(user, pks):
    for made in Distillation.objects.visible_to(user).filter(pk__in=pks):
        yield made.pk, Shown(made.title, made.language, made.get_absolute_url(), made.made_at)


def _reports(user, pks):
    for report in PracticeReport.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE):
        label = Truncator(" ".join(report.tried.split())).chars(BEGINNING)
        yield report.pk, Shown(label, report.language, report.get_absolute_url(), report.created_at)


_EVIDENCE = {"post": _posts, "distillation": _distillations, "report": _reports}
