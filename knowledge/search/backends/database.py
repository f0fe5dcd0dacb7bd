"""What SQLite and PostgreSQL have in common: one statement finds what may be read; facets are crossed and paged here.

The hits of the text index are materialised first: a planner that joins them before it has narrowed them needs seconds
where this needs milliseconds. Facet values travel as packed numbers and are filtered and counted by numpy: grouping
them in SQL took three times as long as all the rest of a search (docs/decisions/search.md).
"""

from heapq import nlargest, nsmallest
from operator import itemgetter

import numpy as np
from django.db import connection

from knowledge.search.analysis import fold
from knowledge.search.backends.base import NAMED, Backend, Found, Sort

# The last column of the statement, by which hits are put in order beside their score.
ORDERS = {Sort.RELEVANCE: "{moment}", Sort.NEWEST: "{moment}", Sort.TITLE: "e.sort_key"}

COLUMNS = "CASE WHEN e.folded = %s OR e.key IN ({first}) THEN 1 ELSE 0 END, e.facet_ids, {order}, {family}, e.key"
# What is named so, in whatever order the words stand, comes before what only speaks of it.
FOUND = """
WITH matched AS MATERIALIZED ({matched}), titled AS MATERIALIZED ({titled})
SELECT e.id, m.score * (CASE WHEN m.id IN (SELECT id FROM titled) THEN %s ELSE 1.0 END) * (1 + 0.1 * e.quality), {columns}
FROM matched m JOIN knowledge_searchentry e ON e.id = m.id
"""
UNWANTED = """
WITH matched AS MATERIALIZED ({matched})
SELECT e.id, 0.0, {columns} FROM matched m JOIN knowledge_searchentry e ON e.id = m.id
"""
TYPED_FIRST = """
WITH whole AS MATERIALIZED ({whole}), typed AS MATERIALIZED ({typed})
SELECT w.id, COALESCE(t.score, w.score * %s) AS score FROM whole w LEFT JOIN typed t ON t.id = w.id
"""
EVERYTHING = "SELECT e.id, 0.0, {columns} FROM knowledge_searchentry e"
READABLE = " WHERE e.audience_id IN ({audiences}){kinds}"

NUMBER = np.dtype("<i4")


class DatabaseBackend(Backend):
    """The shared statement; an engine says how tokens are kept and how a query is matched against them."""

    moment = "e.updated"  # as a value that is put in order

    def match(self, query):
        """SQL that yields (id, score) of what satisfies the query, and its parameters."""
        raise NotImplementedError

    def match_typed_first(self, query):
        """The same where something is wanted: what has the words as typed is ranked by them alone, what has only other names of
        them counts less."""
        matched, params = self.match(query)
        if query.typed is None:
            return matched, params
        typed, typed_params = self.match(query.typed)
        return TYPED_FIRST.format(whole=matched, typed=typed), [*params, *typed_params, query.lightest]

    def match_names(self, query):
        """SQL that yields the ids of documents whose names hold what is typed, and its parameters."""
        raise NotImplementedError

    def entries_named(self, query):
        """The same as a FROM and WHERE of these entries `e`, read one after the other till there are enough."""
        named, params = self.match_names(query)
        return f"FROM ({named}) m CROSS JOIN knowledge_searchentry e WHERE e.id = m.id", params

    def search(self, request):
        sql, params = self._statement(request)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        crossing = Crossing([row[3] for row in rows], request)
        hits = [row for row, failed in zip(rows, crossing.failed, strict=True) if not failed]
        shown, sizes = _gathered(hits, request.sort) if request.gathered else (hits, {})
        page = _first(request.offset + request.limit, shown, request.sort)[request.offset :]
        further = {row[6]: sizes[row[5]] - 1 for row in page if row[5]}
        return Found(len(shown), len(rows), tuple(row[6] for row in page), crossing.counts(), further)

    def suggest(self, query, access, kinds=(), limit=8):
        named, params = self.entries_named(query)
        audiences, tokens = _audiences(access)
        of_kind, kind_params = _kinds(kinds)
        # One letter begins 230,000 of a million names; a thousand are read and the rest left.
        sql = f"""
            SELECT key FROM (
                SELECT e.key, e.popularity, e.title, CASE WHEN e.folded LIKE %s THEN 0 ELSE 1 END AS later
                {named} AND e.audience_id IN ({audiences}){of_kind} LIMIT 1000
            ) named ORDER BY later, popularity DESC, length(title), key LIMIT %s
        """  # noqa: S608 - only placeholders and names of ours
        with connection.cursor() as cursor:
            cursor.execute(sql, [f"{fold(query.text)[:100]}%", *params, *tokens, *kind_params, limit])
            return tuple(key for (key,) in cursor.fetchall())

    def _statement(self, request):
        family = "e.family" if request.gathered else "''"
        order = ORDERS[request.sort].format(moment=self.moment)
        columns = COLUMNS.format(first=holes(request.first), order=order, family=family)
        sql, params = (
            self._matched(request.query, columns) if request.query else (EVERYTHING.format(columns=columns), [])
        )
        audiences, tokens = _audiences(request.access)
        kinds, kind_params = _kinds(request.kinds)
        sql += READABLE.format(audiences=audiences, kinds=kinds)
        return sql, [*params, fold(request.query.text)[:200], *request.first, *tokens, *kind_params]

    def _matched(self, query, columns):
        """The statement of what satisfies the query, up to who may read it."""
        if not query.alternatives:
            matched, params = self.match(query)
            return UNWANTED.format(matched=matched, columns=columns), params
        matched, params = self.match_typed_first(query)
        titled, titled_params = self.match_names(query.name)
        sql = FOUND.format(matched=matched, titled=titled, columns=columns)
        return sql, [*params, *titled_params, NAMED]


def holes(values):
    """As many placeholders as there are values; at least one, for `IN ()` is no SQL."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def _audiences(access):
    tokens = sorted(access)
    sql = f"SELECT audience_id FROM knowledge_searchaudiencetoken WHERE token IN ({holes(tokens)})"  # noqa: S608
    return sql, tokens


def _kinds(kinds):
    return (f" AND e.kind IN ({holes(kinds)})", list(kinds)) if kinds else ("", [])


# Which end is the first, and the place of a row (number, score, is named so, facets, date or title, family, key).
PLACES = {
    Sort.RELEVANCE: (nlargest, lambda row: (row[2], row[1], row[4])),
    Sort.NEWEST: (nlargest, lambda row: row[4]),
    Sort.TITLE: (nsmallest, lambda row: row[4]),
}


def _first(number, rows, sort):
    """The first `number` rows in this order; those in the same place go by their key, as in every engine."""
    best, place = PLACES[sort]
    chosen = best(number, rows, key=place)
    if len(chosen) < len(rows):
        border = place(chosen[-1])
        chosen = [row for row in chosen if place(row) != border] + [row for row in rows if place(row) == border]
    return best(number, sorted(chosen, key=itemgetter(6)), key=place)


def _gathered(rows, sort):
    """The best row of each family and all that have none, and {family: how many there are}."""
    alone, families = [], {}
    for row in rows:
        if row[5]:
            families.setdefault(row[5], []).append(row)
        else:
            alone.append(row)
    firsts = [_first(1, members, sort)[0] for members in families.values()]
    return alone + firsts, {family: len(members) for family, members in families.items()}


def pack(numbers):
    """Numbers as they stand in `SearchEntry.facet_ids`."""
    return np.fromiter(numbers, NUMBER).tobytes()


class Crossing:
    """Documents against facets: which filters each fails, and how many have each value.

    `packed` holds the facet values of each document. `failed` is, for each, the sum of 1, 2, 4 … for the filters, in
    their order, that it fails; so a facet is counted over the documents that fail nothing, or that facet's own choice
    only.
    """

    def __init__(self, packed, request):
        self.request = request
        self.names = _facet_values({*request.facets, *request.filters}) if packed else {}
        self.numbers = np.frombuffer(b"".join(packed), NUMBER)
        self.lengths = np.fromiter(map(len, packed), np.int64, len(packed)) // NUMBER.itemsize
        self.failed = np.zeros(len(packed), np.int64)
        for place, (name, values) in enumerate(request.filters.items()):
            self.failed += np.where(self._have(name, values), 0, 2**place)

    def _have(self, name, values):
        """For each document, whether it has one of the values."""
        chosen = [number for number, pair in self.names.items() if pair[0] == name and pair[1] in values]
        documents = np.repeat(np.arange(len(self.lengths)), self.lengths)
        return np.bincount(documents[np.isin(self.numbers, chosen)], minlength=len(self.lengths)) > 0

    def counts(self):
        """{facet: its (value, count) pairs, most first}, each facet counted as if nothing were chosen in it."""
        found = {name: {} for name in self.request.facets}
        codes = [(0, found), *((2**place, (name,)) for place, name in enumerate(self.request.filters))]
        for code, countable in codes:
            for number, count in self._count(self.failed == code):
                name, value = self.names.get(number, ("", ""))
                if name in countable and name in found:
                    found[name][value] = found[name].get(value, 0) + count
        return {name: self._most(name, values) for name, values in found.items()}

    def _count(self, documents):
        """(number of a facet value, how many of these documents have it), for each that is there."""
        counted = np.bincount(self.numbers[np.repeat(documents, self.lengths)])
        there = np.flatnonzero(counted)
        return zip(there.tolist(), counted[there].tolist(), strict=True)

    def _most(self, name, found):
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        chosen = self.request.filters.get(name, ())
        return [pair for place, pair in enumerate(ranked) if place < self.request.most_values or pair[0] in chosen]


def _facet_values(names):
    """{number: (name, value)} of these facets."""
    names = sorted(names)
    sql = f"SELECT id, name, value FROM knowledge_searchfacetvalue WHERE name IN ({holes(names)})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return {number: (name, value) for number, name, value in cursor.fetchall()}
