"""Searching, as views use it: `search`, `browse`, `suggest` and `more_like_this`. Nothing here shows what
`user` may not see.

Documents are narrowed by the reader's access tokens inside the engine, and the rows shown are asked for again from
`visible_to`: what was hidden a moment ago does not appear, even before the index has heard of it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.text import Truncator

from knowledge.models import SearchEntry
from knowledge.rules import access_tokens
from knowledge.search import pins, related, ways
from knowledge.search import query as queries
from knowledge.search.answering import answering
from knowledge.search.backends.base import SearchRequest, Sort
from knowledge.search.facets import NAMES
from knowledge.search.panel import panels
from knowledge.search.passages import mark, passages
from knowledge.search.registry import KINDS, by_model, things
from knowledge.search.spelling import corrections
from knowledge.search.synonyms import names_in, widen

PER_PAGE = 10
LAST_PAGE = 500
FEW = PER_PAGE  # results of a long question; where there are no more, some of the words are enough
LANGUAGE_TAGS = {"zh-hans": "zh-Hans"}
NO_MARKS = queries.Marks()


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
    """What a page of results is made of.

    `named` are keys of the concepts that the query names. Where some of the words are enough, `have_all` is how many
    documents have all of them.
    """

    query: queries.Query
    hits: tuple
    total: int
    before_filters: int
    counts: dict
    filters: dict
    page: int = 1
    per_page: int = PER_PAGE
    named: tuple = ()
    widenings: tuple = ()
    corrections: tuple = ()
    pinned: tuple = ()
    related: tuple = ()
    have_all: int = 0
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


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see of what a query finds."""

    user: object
    filters: dict
    sort: Sort
    page: int
    per_page: int
    kinds: tuple = ()
    whole: bool = False

    @cached_property
    def access(self):
        return frozenset(access_tokens(self.user))

    @property
    def is_first(self):
        """Whether it is the first page of all, best match first."""
        return self.page <= 1 and not self.filters and self.sort == Sort.RELEVANCE and not self.whole

    def request(self, query, widenings):
        """What is asked of an engine."""
        page = max(1, min(self.page, LAST_PAGE))
        wants_related = query and not query.loose and page == 1 and self.per_page >= PER_PAGE and not self.whole
        return SearchRequest(
            query=query,
            access=self.access,
            kinds=self.kinds,
            filters=self.filters,
            sort=self.sort,
            offset=(page - 1) * self.per_page,
            limit=self.per_page,
            facets=("type", *NAMES),
            gathered=bool(query),
            first=_named(query, widenings),
            telling=related.ASKED if wants_related else 0,
        )


def search(
    text, user, *, filters=None, sort=Sort.RELEVANCE, page=1, per_page=PER_PAGE, exact=False, left_out=(), whole=False
):
    """Find what `text` asks for, as `user` may see it.

    `filters` maps facets (of `facets.NAMES`, and `type` for the kind of thing) to chosen values. `exact` leaves
    other names of what was typed out, `left_out` those of these concepts. Where nothing has all the words, or little has all
    of a long question, what has some of them is shown and `is_loose` says so, unless it is to be `whole`. On the first page
    of all, best match first, stands apart what librarians chose for this query: `pinned`, not counted and not repeated
    below. Never fails on what was typed.
    """
    asked = Asked(user, filters or {}, sort, page, per_page, whole=whole)
    query = queries.parse(text)
    if not query:
        return Results(query, (), 0, 0, {}, asked.filters)
    names = names_in(query)
    wide, widenings = (query, ()) if exact else widen(query, left_out, names)
    results = replace(_strictly_or_loosely(wide, asked, widenings), named=names.keys)
    return _with_pinned(results, user) if asked.is_first else results


def _strictly_or_loosely(query, asked, widenings):
    """What has all the words; where that is nothing, or little for a long question, what has some."""
    results, have_all = _found(query, asked, widenings), 0
    is_nothing = not results.before_filters and not asked.whole
    is_little = query.is_spoken and results.before_filters < FEW and not asked.whole
    loose = query.loosened()
    if loose and (is_nothing or is_little):
        results, have_all = _found(loose, asked, widenings), results.before_filters
    spellings = tips(query.text, asked.access) if is_nothing else ()
    return replace(results, widenings=widenings, corrections=spellings, have_all=have_all)


def _with_pinned(results, user):
    """The results with what librarians put first, as far as `user` may see it."""
    keys = pins.pinned(results.query, results.named)
    if not keys:
        return results
    chosen = hits_of(keys, user, results.query.marks)
    shown = {hit.entry.key for hit in chosen}
    return replace(results, pinned=chosen, hits=tuple(hit for hit in results.hits if hit.entry.key not in shown))


def browse(user, *, kind="entry", filters=None, sort=Sort.NEWEST, page=1, per_page=20):
    """Everything of one kind that `user` may see, narrowed by facets."""
    asked = Asked(user, filters or {}, sort, page, per_page, kinds=(kind,))
    return _found(queries.Query(), asked, ())


def _found(query, asked, widenings):
    """What the engine finds, with the rows to show; what the reader may not see any more is not counted."""
    request = asked.request(query, widenings)
    found = answering().search(request)
    hits = hits_of(found.keys, asked.user, request.query.marks, found.further)
    hidden = len(found.keys) - len(hits)
    return Results(
        request.query,
        hits,
        found.total - hidden,
        found.before_filters - hidden,
        found.counts,
        asked.filters,
        request.offset // asked.per_page + 1,
        asked.per_page,
        related=_related(found, request.query, hits),
        is_makeshift=found.is_makeshift,
    )


def _related(found, query, hits):
    """Telling words of the hits: only what stands in one that the reader may see, whatever the engine says."""
    texts = [(hit.entry.text.body, hit.lang) for hit in hits] if found.telling else []
    return related.related_terms(found.telling, query.marks, texts)


def _named(query, widenings):
    """The keys of the topics of which the whole query is a label."""
    whole = [one for one in widenings if one.typed == query.text.strip()]
    return tuple(f"knowledge.concept:{pk}" for one in whole for pk in one.concepts)


def hits_of(keys, user, marks=NO_MARKS, further=None):
    """The rows for these keys, in their order, without what is not in the index and what `user` may not see."""
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


def ways_on(results, user):
    """Where a search that found little may go on, for this reader: `ways.Ways`."""
    access = frozenset(access_tokens(user))
    return ways.ways_on(results.query, results.named, lambda query: _finds_something(query, access))


def suggest(text, user, *, kinds=(), limit=8):
    """Things whose title or other name holds what has been typed so far, or what else that is called; a tuple of
    `Hit`."""
    query = queries.beginning(text)
    if not query.wanted or query.unwanted:
        return ()
    query, _widenings = widen(query)
    kinds = kinds or tuple(kind for kind, known in KINDS.items() if known.suggested)
    keys = answering().suggest(query, frozenset(access_tokens(user)), kinds, limit)
    return hits_of(keys, user, query.marks)


def more_like_this(thing, user, *, limit=5):
    """Things of the same kind that share words of the title with `thing`; a tuple of `Hit`."""
    searchable, _pks = next(iter(by_model([_key(thing)]).items()))
    query = queries.parse(str(thing)).loosened()
    if query is None:
        return ()
    keys = answering().alike(_key(thing), query, frozenset(access_tokens(user)), (searchable.kind,), limit)
    return hits_of(keys, user)


def _key(thing):
    return f"{thing._meta.label_lower}:{thing.pk}"
