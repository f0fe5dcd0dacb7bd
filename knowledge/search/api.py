"""Searching, as views use it: `search`, `browse`, `suggest` and `more_like_this`. Nothing here shows what `user` may
not see.

Documents are narrowed by the reader's access tokens inside the engine, and the rows shown are asked for again from
`visible_to`: what was hidden a moment ago does not appear, even before the index has heard of it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.text import Truncator

from knowledge.models import SearchEntry
from knowledge.rules import access_tokens
from knowledge.search import pins, ways
from knowledge.search import query as queries
from knowledge.search.answering import answering
from knowledge.search.backends.base import SearchRequest, Sort
from knowledge.search.facets import NAMES
from knowledge.search.panel import panels
from knowledge.search.passages import mark, passages
from knowledge.search.registry import KINDS, by_model, things
from knowledge.search.spelling import corrections
from knowledge.search.synonyms import widen

PER_PAGE = 10
LAST_PAGE = 500
LANGUAGE_TAGS = {"zh-hans": "zh-Hans"}


@dataclass(frozen=True)
class Hit:
    """One row of a list: the thing itself, fresh from the database, and where the words stand in it."""

    kind: str
    thing: object
    entry: SearchEntry
    marks: queries.Marks = field(default_factory=queries.Marks)
    further: int = 0  # of the same family, found as well

    @property
    def template(self):
        return KINDS[self.kind].template

    @property
    def label(self):
        """What kind of thing it is, in the reader's language."""
        return str(KINDS[self.kind].label)

    @property
    def lang(self):
        """The language of the title as BCP 47 writes it; "" when it is in several."""
        return LANGUAGE_TAGS.get(self.entry.language, self.entry.language)

    @property
    def url(self):
        return self.entry.url or self.thing.get_absolute_url()

    @property
    def title(self):
        """The title as safe HTML."""
        return self.marked(self.entry.title)

    def marked(self, text):
        """`text` as safe HTML, with the words marked."""
        return mark(text, self.marks)

    @cached_property
    def gist(self):
        """Safe HTML of a line or two: the summary, unless the words stand in the text only."""
        summary, body = self.entry.text.summary, self.entry.text.body
        marked = mark(summary, self.marks)
        if not marked:
            marked = Truncator(body).chars(160)
        if not self.marks or "<mark>" in marked:
            return marked
        return next(iter(passages(body, self.marks, most=1)), marked)


@dataclass(frozen=True)
class Results:
    """What a page of results is made of."""

    query: queries.Query
    hits: tuple
    total: int
    before_filters: int
    counts: dict
    filters: dict
    page: int = 1
    per_page: int = PER_PAGE
    widenings: tuple = ()
    corrections: tuple = ()
    pinned: tuple = ()
    is_makeshift: bool = False

    @property
    def is_loose(self):
        return self.query.loose

    @property
    def reachable(self):
        """How many of them can be paged to; nobody reads on after that."""
        return min(self.total, LAST_PAGE * self.per_page)

    @property
    def tabs(self):
        """(kind, label, count) of every kind that is searched."""
        counts = dict(self.counts.get("type", ()))
        return [(kind, known.label, counts.get(kind, 0)) for kind, known in KINDS.items()]

    @cached_property
    def panels(self):
        return panels(self.counts, self.filters)


def search(
    text, user, *, filters=None, sort=Sort.RELEVANCE, page=1, per_page=PER_PAGE, exact=False, left_out=(), whole=False
):
    """Find what `text` asks for, as `user` may see it.

    `filters` maps facets (of `facets.NAMES`, and `type` for the kind of thing) to chosen values. `exact` leaves
    other names of what was typed out, `left_out` those of these concepts. Where nothing has all the words, what has some
    of them is shown and `is_loose` says so, unless it is to be `whole`. On the first page of all, best match first, stands
    apart what librarians chose for this query: `pinned`, not counted and not repeated below. Never fails on what was
    typed.
    """
    results = _search(text, user, filters, sort, page, per_page, exact, left_out, whole)
    is_first = page <= 1 and not filters and sort == Sort.RELEVANCE and not whole
    return _with_pinned(results, user) if results.query and is_first else results


def _search(text, user, filters, sort, page, per_page, exact, left_out, whole):
    query, widenings = queries.parse(text), ()
    if not query:
        return Results(query, (), 0, 0, {}, filters or {})
    if not exact:
        query, widenings = widen(query, left_out)
    results = _results(query, user, filters, sort, page, per_page, widenings=widenings)
    if results.before_filters or whole:
        return results
    spellings = tips(query.text, frozenset(access_tokens(user)))
    loose = query.loosened()
    if loose:
        results = _results(loose, user, filters, sort, page, per_page, widenings=widenings)
    return replace(results, corrections=spellings)


def _with_pinned(results, user):
    """The results with what librarians put first, as far as `user` may see it."""
    keys = pins.pinned(results.query)
    if not keys:
        return results
    chosen = _hits(keys, user, results.query.marks)
    shown = {hit.entry.key for hit in chosen}
    return replace(results, pinned=chosen, hits=tuple(hit for hit in results.hits if hit.entry.key not in shown))


def browse(user, *, kind="entry", filters=None, sort=Sort.NEWEST, page=1, per_page=20):
    """Everything of one kind that `user` may see, narrowed by facets."""
    return _results(queries.Query(), user, filters, sort, page, per_page, kinds=(kind,))


def _results(query, user, filters, sort, page, per_page, *, kinds=(), **more):
    page, filters = max(1, min(page, LAST_PAGE)), filters or {}
    request = SearchRequest(
        query=query,
        access=frozenset(access_tokens(user)),
        kinds=kinds,
        filters=filters,
        sort=sort,
        offset=(page - 1) * per_page,
        limit=per_page,
        facets=("type", *NAMES),
        gathered=bool(query),
        first=_named(query, more.get("widenings", ())),
    )
    found = answering().search(request)
    hits = _hits(found.keys, user, query.marks, found.further)
    hidden = len(found.keys) - len(hits)
    return Results(
        query,
        hits,
        found.total - hidden,
        found.before_filters - hidden,
        found.counts,
        filters,
        page,
        per_page,
        is_makeshift=found.is_makeshift,
        **more,
    )


def _named(query, widenings):
    """The keys of the topics of which the whole query is a label."""
    whole = [one for one in widenings if one.typed == query.text.strip()]
    return tuple(f"knowledge.concept:{pk}" for one in whole for pk in one.concepts)


def _hits(keys, user, marks, further=None):
    """The rows for these keys, in their order, without what `user` may not see."""
    entries = {entry.key: entry for entry in SearchEntry.objects.filter(key__in=keys).select_related("text")}
    seen = things(keys, user)
    return tuple(
        Hit(entries[key].kind, seen[key][1], entries[key], marks, (further or {}).get(key, 0))
        for key in keys
        if key in seen and key in entries
    )


def tips(text, access):
    """Other spellings of `text` under which a reader with these tokens finds something; three at most."""
    mended = corrections(text, access)
    return tuple(tip for tip, words in mended if _finds_something(queries.parse(" ".join(words)), access))[:3]


def _finds_something(query, access):
    return bool(answering().search(SearchRequest(query=query, access=access, limit=1)).total)


def ways_on(text, user):
    """Where a search that found little may go on, for this reader: `ways.Ways`."""
    access = frozenset(access_tokens(user))
    return ways.ways_on(queries.parse(text), lambda query: _finds_something(query, access))


def suggest(text, user, *, kinds=(), limit=8):
    """Things whose title or other name holds what has been typed so far, or what else that is called; a tuple of
    `Hit`."""
    query = queries.beginning(text)
    if not query.wanted or query.unwanted:
        return ()
    query, _widenings = widen(query)
    kinds = kinds or tuple(kind for kind, known in KINDS.items() if known.suggested)
    keys = answering().suggest(query, frozenset(access_tokens(user)), kinds, limit)
    return _hits(keys, user, query.marks)


def more_like_this(thing, user, *, limit=5):
    """Things of the same kind that share words of the title with `thing`; a tuple of `Hit`."""
    searchable, _pks = next(iter(by_model([_key(thing)]).items()))
    query = queries.parse(str(thing)).loosened()
    if query is None:
        return ()
    keys = answering().alike(_key(thing), query, frozenset(access_tokens(user)), (searchable.kind,), limit)
    return _hits(keys, user, queries.Marks())


def _key(thing):
    return f"{thing._meta.label_lower}:{thing.pk}"
