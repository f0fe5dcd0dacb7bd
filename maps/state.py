"""What a map page shows, read from its address and written back into it: the one state of drawing, table and text."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import pgettext_lazy

from maps.rules import NodeKind

VIEWS = {
    "graph": pgettext_lazy("view of a map", "Graph"),
    "table": pgettext_lazy("view of a map", "Table"),
    "text": pgettext_lazy("view of a map", "Text"),
}
KINDS = (NodeKind.PERSON, NodeKind.DOCUMENT, NodeKind.TOPIC)
LANGUAGES = ("en", "zh-hans")
MOST_OPENED = 12
LONGEST_KEY = 40
FIRST_YEAR = 1900


@dataclass(frozen=True)
class State:
    """`node` is where the map starts; `opened` are nodes that the reader opened further; `chosen` is a node, or two for an edge."""

    node: str = ""
    depth: int = 1
    kinds: tuple = KINDS
    language: str = ""
    since: int | None = None  # a year
    view: str = "graph"
    opened: tuple = ()
    chosen: tuple = field(default=())

    @classmethod
    def of(cls, query):
        """The state that `query` (a QueryDict) describes; what makes no sense there is left out, never an error."""
        kinds = tuple(kind for kind in KINDS if kind in query.getlist("types")) or KINDS
        chosen = [part[:LONGEST_KEY] for part in query.get("chosen", "").split("~") if part]
        return cls(
            node=query.get("node", "")[:LONGEST_KEY],
            depth=2 if query.get("depth") == "2" else 1,
            kinds=kinds,
            language=query.get("language") if query.get("language") in LANGUAGES else "",
            since=_year(query.get("since", "")),
            view=query.get("view") if query.get("view") in VIEWS else "graph",
            opened=tuple(dict.fromkeys(key[:LONGEST_KEY] for key in query.getlist("open")))[:MOST_OPENED],
            chosen=tuple(chosen[:2]),
        )

    @property
    def narrowed(self):
        """What narrows the map, as `graphs.around` takes it."""
        since = timezone.make_aware(datetime.combine(date(self.since, 1, 1), time.min)) if self.since else None
        types = None if self.kinds == KINDS else self.kinds
        return {"depth": self.depth, "types": types, "language": self.language or None, "since": since}

    def query(self, **changes):
        """The query string of this state with `changes`; what is as usual is left out."""
        state = replace(self, **changes)
        pairs = [("node", state.node)] if state.node else []
        pairs += [("depth", 2)] if state.depth == 2 else []
        pairs += [("types", kind.value) for kind in state.kinds] if state.kinds != KINDS else []
        pairs += [("language", state.language)] if state.language else []
        pairs += [("since", state.since)] if state.since else []
        pairs += [("open", key) for key in state.opened]
        pairs += [("view", state.view)] if state.view != "graph" else []
        pairs += [("chosen", "~".join(state.chosen))] if state.chosen else []
        return urlencode(pairs)

    def url(self, **changes):
        """The address of the map with `changes`."""
        query = self.query(**changes)
        return f"{reverse('maps')}?{query}" if query else reverse("maps")

    def choosing(self, *keys):
        """The address at which this node, or the edge between these two, is chosen."""
        return self.url(chosen=tuple(keys))

    def starting(self, key):
        """The address of the map around another node, narrowed in the same way."""
        return self.url(node=key, opened=(), chosen=())

    def opening(self, key):
        """The address at which `key` is opened further, or closed again."""
        others = tuple(known for known in self.opened if known != key)
        return self.url(opened=others if key in self.opened else (*others, key))


def _year(text):
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= timezone.localdate().year else None
