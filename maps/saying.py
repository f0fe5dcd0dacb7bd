"""What a map says in words: why two nodes are joined, and what is around a node, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from maps.rules import EdgeKind, GapKind


def said(edge):
    """Why an edge is there, as a phrase that stands behind the name of either end: “answered 3 times”."""
    times = {
        EdgeKind.WROTE: _("wrote it"),
        EdgeKind.ANSWERED: ngettext("%(count)d answer", "%(count)d answers", edge.count),
        EdgeKind.DISTILLED: ngettext("%(count)d write-up", "%(count)d write-ups", edge.count),
        EdgeKind.COMBINED: _("brought it together"),
        EdgeKind.CONTRIBUTED: _("contributed"),
        EdgeKind.TOLD: _("told it"),
        EdgeKind.PRACTISED: ngettext("tried it, %(count)d report", "tried it, %(count)d reports", edge.count),
        EdgeKind.ASKED: _("asked"),
        EdgeKind.ABOUT: _("is about it"),
        EdgeKind.KNOWS: ngettext("had a part in %(count)d document", "had a part in %(count)d documents", edge.count),
        EdgeKind.DECLARED: _("says so"),
        EdgeKind.BROADER: _("broader and narrower"),
        EdgeKind.RELATED: _("related"),
    }
    phrase = times[EdgeKind(edge.kind)]
    return phrase % {"count": edge.count} if "%(count)d" in phrase else phrase


GAPS = {
    GapKind.NOTHING: lambda: _("Nothing is written about it."),
    GapKind.NOBODY: lambda: _("Nobody on the map knows about it."),
    GapKind.ASKED: lambda: _("It was asked about, and nothing is written."),
    GapKind.SEARCHED: lambda: _("It was searched for, and nothing was found."),
}


def lacking(node):
    """What a gap lacks, as a sentence; "" for what is no gap."""
    return GAPS[GapKind(node.gap)]() if node.gap else ""


def seen_from(edge, key):
    """Why the other end is there, seen from the node `key`: of two topics one is the broader."""
    if edge.kind == EdgeKind.BROADER:
        return _("broader topic") if edge.source == key else _("narrower topic")
    return said(edge)


def joined(names):
    """“A, B, C”."""
    return pgettext("between names", ", ").join(names)


def listed(names, most=3):
    """“A, B and 4 more”, for running text."""
    names = list(names)
    if len(names) > most:
        more = len(names) - most
        return ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more) % {
            "names": joined(names[:most]),
            "more": more,
        }
    if len(names) == 1:
        return names[0]
    return _("%(names)s and %(last)s") % {"names": joined(names[:-1]), "last": names[-1]} if names else ""


def evidence_of(gap):
    """What speaks for a gap of maps.gaps, in one line."""
    return joined(shown.label for _key, shown in gap.evidence)


def summary(cut):
    """The map as running text: a list of (heading or "", sentences). Every name on it is in the table too."""
    centre = cut.node(cut.centre)
    by_kind = {kind: [n for n in cut.nodes[1:] if n.shape == kind] for kind in ("person", "document", "topic")}
    parts = [("", [_counted(centre, by_kind)])]
    if by_kind["person"]:
        parts.append((_("Who knows"), _people(cut, by_kind["person"])))
    if by_kind["document"]:
        parts.append((_("What is written"), _documents(by_kind["document"])))
    if by_kind["topic"]:
        parts.append((_("What it is about"), _topics(by_kind["topic"])))
    if gaps := [node for node in cut.nodes if node.gap]:
        parts.append((_("What is missing"), [_missing(gap) for gap in gaps]))
    return parts


def _missing(gap):
    return _("%(name)s: %(lack)s") % {"name": gap.label, "lack": lacking(gap)}


def _counted(centre, by_kind):
    people, documents, topics = (len(by_kind[kind]) for kind in ("person", "document", "topic"))
    if not people + documents + topics:
        return _("Nothing stands around “%(name)s” yet that you may see.") % {"name": centre.label}
    counts = [
        ngettext("%(count)d person", "%(count)d people", people) % {"count": people} if people else "",
        ngettext("%(count)d document", "%(count)d documents", documents) % {"count": documents} if documents else "",
        ngettext("%(count)d topic", "%(count)d topics", topics) % {"count": topics} if topics else "",
    ]
    return pgettext("a map", "Around “%(name)s”: %(counts)s.") % {
        "name": centre.label,
        "counts": listed(filter(None, counts)),
    }


def _people(cut, people):
    first = max(people, key=lambda node: (node.measures["degree"], node.label))
    said = [
        _("%(name)s is linked with most: %(number)d of what is shown.")
        % {"name": first.label, "number": first.measures["degree"]}
    ]
    bridging = [node for node in people if node.measures["brokerage"] > 0.8 and node.measures["degree"] > 2]
    if bridging:
        names = listed(node.label for node in bridging)
        said.append(_("%(names)s: joined to much that is not joined otherwise.") % {"names": names})
    said.append(_("Everybody shown here: %(names)s.") % {"names": listed((n.label for n in people), most=12)})
    return said


def _documents(documents):
    newest = [node for node in documents if node.date]
    said = []
    if newest:
        latest = max(newest, key=lambda node: node.date)
        said.append(_("The newest is “%(title)s”.") % {"title": latest.label})
    titles = listed((f"“{node.label}”" for node in documents), most=8)
    said.append(_("Shown: %(titles)s.") % {"titles": titles})
    return said


def _topics(topics):
    return [_("Shown: %(titles)s.") % {"titles": listed((node.label for node in topics), most=12)}]
