"""What SQLite and PostgreSQL have in common: one statement finds, filters, counts and pages.

The hits of the text index are materialised first: a planner that joins them with the facet rows before it has
narrowed them needs seconds where this needs milliseconds. Each hit carries the sum of the filters that it fails (one
bit a filter), so that every facet can be counted without its own choice in the same pass.
"""

from django.db import connection

from knowledge.search.analysis import fold
from knowledge.search.backends.base import Backend, Found, Sort

ORDERS = {
    Sort.RELEVANCE: "is_named DESC, score DESC, updated DESC, id DESC",
    Sort.NEWEST: "updated DESC, id DESC",
    Sort.TITLE: "sort_key, id DESC",
}

STATEMENT = """
WITH matched AS MATERIALIZED ({matched}),
judged AS MATERIALIZED (
    SELECT e.id, m.score * (1 + 0.1 * e.quality) AS score, e.updated, e.sort_key,
           CASE WHEN e.folded = %s THEN 1 ELSE 0 END AS is_named, {failed} AS failed
    FROM matched m JOIN knowledge_searchentry e ON e.id = m.id
    WHERE e.audience_id IN ({audiences}){kinds}
),
page AS (
    SELECT id, row_number() OVER (ORDER BY {order}) AS place
    FROM judged WHERE failed = 0 ORDER BY place LIMIT %s OFFSET %s
)
SELECT 'all', '', '', count(*) FROM judged
UNION ALL SELECT 'total', '', '', count(*) FROM judged WHERE failed = 0
UNION ALL SELECT 'hit', e.key, '', page.place FROM page JOIN knowledge_searchentry e ON e.id = page.id
{facets}
"""

FACETS = """
UNION ALL SELECT 'facet', name, value, n FROM (
    SELECT name, value, n, row_number() OVER (PARTITION BY name ORDER BY n DESC, value) AS place FROM (
        SELECT f.name, f.value, count(*) AS n
        FROM judged j JOIN knowledge_searchfacet f ON f.entry_id = j.id
        WHERE f.name IN ({names}) AND ({counted})
        GROUP BY f.name, f.value
    ) counted
) ranked WHERE place <= %s{chosen}
"""


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
        found = {"all": 0, "total": 0}
        hits, counts = [], {name: [] for name in request.facets}
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            for part, name, value, number in cursor.fetchall():
                if part == "hit":
                    hits.append((number, name))
                elif part == "facet":
                    counts[name].append((value, number))
                else:
                    found[part] = number
        for pairs in counts.values():
            pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        return Found(found["total"], found["all"], tuple(key for _place, key in sorted(hits)), counts)

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
        facets, facet_params = _facets(request)
        sql = STATEMENT.format(
            matched=matched, failed=failed, audiences=audiences, kinds=kinds, order=ORDERS[request.sort], facets=facets
        )
        named = fold(request.query.text)[:200]
        params = [*params, named, *filter_params, *tokens, *kind_params, request.limit, request.offset, *facet_params]
        return sql, params


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
        chosen = f"f.entry_id = e.id AND f.name = %s AND f.value IN ({holes(values)})"
        has_it = f"EXISTS (SELECT 1 FROM knowledge_searchfacet f WHERE {chosen})"  # noqa: S608
        terms.append(f"CASE WHEN {has_it} THEN 0 ELSE {2**place} END")
        params += [name, *values]
    return " + ".join(terms), params


def _facets(request):
    if not request.facets:
        return "", []
    bits = {name: 2**place for place, name in enumerate(request.filters)}
    counted, counted_params = ["j.failed = 0"], []
    chosen, chosen_params = "", []
    for name, values in request.filters.items():
        counted.append(f"(j.failed = {bits[name]} AND f.name = %s)")
        counted_params.append(name)
        chosen += f" OR (name = %s AND value IN ({holes(values)}))"
        chosen_params += [name, *values]
    sql = FACETS.format(names=holes(request.facets), counted=" OR ".join(counted), chosen=chosen)
    return sql, [*request.facets, *counted_params, request.most_values, *chosen_params]
