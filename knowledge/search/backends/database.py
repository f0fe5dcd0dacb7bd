"""What SQLite and PostgreSQL have in common: one statement finds and filters, and what it yields is counted and paged here.

The hits of the text index are materialised first: a planner that joins them with the facets before it has narrowed them
needs seconds where this needs milliseconds. Each hit carries the sum of the filters that it fails (one bit a filter), so
that every facet is counted without its own choice in the same pass. Facet values travel as packed numbers and are
counted by numpy: grouping them in SQL took three times as long as the whole search (docs/decisions/search.md).
"""

from heapq import nlargest, nsmallest

import numpy as np
from django.db import connection

from knowledge.search.analysis import fold
from knowledge.search.backends.base import Backend, Found, Sort

# The last column of the statement, by which hits are put in order beside their score.
ORDERS = {Sort.RELEVANCE: "e.updated", Sort.NEWEST: "e.updated", Sort.TITLE: "e.sort_key"}

STATEMENT = """
WITH matched AS MATERIALIZED ({matched})
SELECT e.id, m.score * (1 + 0.1 * e.quality), CASE WHEN e.folded = %s THEN 1 ELSE 0 END, {failed}, e.facet_ids, {order}
FROM matched m JOIN knowledge_searchentry e ON e.id = m.id
WHERE e.audience_id IN ({audiences}){kinds}
"""

NUMBER = np.dtype("<i4")


class DatabaseBackend(Backend):
    """The shared statement; an engine says how tokens are kept and how a query is matched against them."""

    def match(self, query):
        """SQL that yields (id, score) of what satisfies the query, and its parameters."""
        raise NotImplementedError

    def match_names(self, query):
        """SQL that yields the ids of documents whose names hold what is typed, and its parameters."""
        raise NotImplementedError

    def search(self, request):
        sql, params = self._statement(request)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        hits = [row for row in rows if not row[3]]
        best, place = PLACES[request.sort]
        page = best(request.offset + request.limit, hits, key=place)[request.offset :]
        return Found(len(hits), len(rows), _keys([row[0] for row in page]), _counts(rows, request))

    def suggest(self, query, access, kinds=(), limit=8):
        matched, params = self.match_names(query)
        audiences, tokens = _audiences(access)
        of_kind, kind_params = _kinds(kinds)
        sql = f"""
            SELECT key FROM (
                SELECT e.key, e.popularity, e.title FROM ({matched}) m JOIN knowledge_searchentry e ON e.id = m.id
                WHERE e.audience_id IN ({audiences}){of_kind} LIMIT 1000
            ) named ORDER BY popularity DESC, length(title), key LIMIT %s
        """  # noqa: S608 - only placeholders and names of ours
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *tokens, *kind_params, limit])
            return tuple(key for (key,) in cursor.fetchall())

    def _statement(self, request):
        matched, params = self.match(request.query) if request.query else _everything(request)
        audiences, tokens = _audiences(request.access)
        kinds, kind_params = _kinds(request.kinds)
        failed, filter_params = _failed(request.filters)
        sql = STATEMENT.format(
            matched=matched, failed=failed, audiences=audiences, kinds=kinds, order=ORDERS[request.sort]
        )
        return sql, [*params, fold(request.query.text)[:200], *filter_params, *tokens, *kind_params]


def _everything(request):
    kinds, params = _kinds(request.kinds)
    return f"SELECT e.id, 0.0 AS score FROM knowledge_searchentry e WHERE 1 = 1{kinds}", params  # noqa: S608


def holes(values):
    """As many placeholders as there are values; at least one, for `IN ()` is no SQL."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def _audiences(access):
    tokens = sorted(access)
    sql = f"SELECT audience_id FROM knowledge_searchaudiencetoken WHERE token IN ({holes(tokens)})"  # noqa: S608
    return sql, tokens


def _kinds(kinds):
    return (f" AND e.kind IN ({holes(kinds)})", list(kinds)) if kinds else ("", [])


def _failed(filters):
    """An expression: the sum of 1, 2, 4 … for each filter, in order, that a document fails."""
    terms, params = ["0"], []
    for place, (name, values) in enumerate(filters.items()):
        having = f"""
            SELECT f.entry_id FROM knowledge_searchfacet f JOIN knowledge_searchfacetvalue v ON v.id = f.value_id
            WHERE v.name = %s AND v.value IN ({holes(values)})
        """  # noqa: S608
        terms.append(f"CASE WHEN e.id IN ({having}) THEN 0 ELSE {2**place} END")
        params += [name, *values]
    return " + ".join(terms), params


# Which end is the first, and the place of a row (number, score, is named so, filters failed, facets, date or title).
PLACES = {
    Sort.RELEVANCE: (nlargest, lambda row: (row[2], row[1], row[5], row[0])),
    Sort.NEWEST: (nlargest, lambda row: (row[5], row[0])),
    Sort.TITLE: (nsmallest, lambda row: (row[5], -row[0])),
}


def _keys(numbers):
    """The keys of these entries, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, key FROM knowledge_searchentry WHERE id IN ({holes(numbers)})", numbers)  # noqa: S608
        keys = dict(cursor.fetchall())
    return tuple(keys[number] for number in numbers)


def pack(numbers):
    """Numbers as they stand in `SearchEntry.facet_ids`."""
    return np.fromiter(numbers, NUMBER).tobytes()


def _counts(rows, request):
    """{facet: its (value, count) pairs, most first}, each facet counted as if nothing were chosen in it."""
    if not request.facets:
        return {}
    names = _facet_values(request.facets)
    counts = {name: {} for name in request.facets}
    codes = [(0, request.facets), *((2**place, (name,)) for place, name in enumerate(request.filters))]
    for code, countable in codes:
        for number, count in _count(row[4] for row in rows if row[3] == code):
            name, value = names.get(number, ("", ""))
            if name in countable and name in counts:
                counts[name][value] = counts[name].get(value, 0) + count
    return {name: _most(found, request, name) for name, found in counts.items()}


def _count(packed):
    """(number of a facet value, how many documents have it), for each that is there."""
    counted = np.bincount(np.frombuffer(b"".join(packed), NUMBER))
    there = np.flatnonzero(counted)
    return zip(there.tolist(), counted[there].tolist(), strict=True)


def _facet_values(names):
    """{number: (name, value)} of these facets."""
    sql = f"SELECT id, name, value FROM knowledge_searchfacetvalue WHERE name IN ({holes(names)})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return {number: (name, value) for number, name, value in cursor.fetchall()}


def _most(found, request, name):
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    chosen = request.filters.get(name, ())
    return [pair for place, pair in enumerate(ranked) if place < request.most_values or pair[0] in chosen]
