"""The way between two nodes, such as a person and a topic."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from knowledge.search.api import suggest
from maps import saying
from maps.graphs import NotSeen, path
from maps.rules import SORTS
from maps.state import LONGEST_KEY
from maps.views.map import SEARCHED

NAMED = 12  # things of a name, of which one may have just that name


class PathView(TemplateView):
    """`?from=` and `?to=` are keys of nodes, or names that are looked up."""

    template_name = "maps/path.html"

    def get_context_data(self, **kwargs):
        asked = {name: self.request.GET.get(name, "").strip()[:200] for name in ("from", "to")}
        keys = {name: self.key_of(words) for name, words in asked.items()}
        unknown = [words for name, words in asked.items() if words and not keys[name]]
        cut = self.way(keys["from"], keys["to"]) if keys["from"] and keys["to"] else None
        return super().get_context_data(
            asked=self.named(asked, cut),
            unknown=unknown,
            steps=self.steps(cut) if cut and cut.edges else [],
            is_asked=all(asked.values()),
            crumbs=[(reverse("maps"), _("Maps"))],
            **kwargs,
        )

    def key_of(self, words):
        """The node that is meant: its key, or what the reader may see of just that name, or else of one with it inside."""
        sort, colon, pk = words.partition(":")
        if colon and sort in SORTS.values() and pk.isdecimal():
            return words[:LONGEST_KEY]
        hits = suggest(words, self.request.user, kinds=SEARCHED, limit=NAMED) if words else ()
        hits = sorted(hits, key=lambda hit: str(hit.thing).casefold() != words.casefold())
        return next((f"{SORTS[hit.entry.key.partition(':')[0]]}:{hit.thing.pk}" for hit in hits), "")

    def way(self, start, end):
        """The cut of the way; None where either end is not there for this reader: said as for a name that nothing has."""
        try:
            return path(self.request.user, start, end)
        except NotSeen:
            return None

    def named(self, asked, cut):
        """What stands in the two fields: names instead of keys."""
        if not cut or not cut.nodes:
            return asked
        return {"from": cut.nodes[0].label, "to": cut.nodes[-1].label}

    def steps(self, cut):
        """(node, why the next one follows, or "") along the way."""
        found = []
        for node, following in zip(cut.nodes, [*cut.nodes[1:], None], strict=True):
            between = [
                edge for edge in cut.edges if following and {edge.source, edge.target} == {node.key, following.key}
            ]
            found.append((node, saying.joined(dict.fromkeys(saying.seen_from(edge, node.key) for edge in between))))
        return found
