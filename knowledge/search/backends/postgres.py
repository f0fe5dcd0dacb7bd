"""PostgreSQL: a `tsvector` of ready-made tokens in the entry's own row, weighted by field, under a GIN index."""

from collections import defaultdict

from django.db import connection

from knowledge.search.backends.database import DatabaseBackend
from knowledge.search.query import Match

LETTERS = {"title": "A", "concepts": "B", "summary": "C", "body": "D"}
RANKS = "{0.3, 0.5, 0.7, 1.0}"  # of D, C, B, A
# BM25 over `ts_rank`, which does not know how rare a token is. With an 8 it gives how often a token stands in a text of this
# many different tokens: BM25's frequency by its length, for which 1 is its b. A token once in the body of a text of 67, the
# usual length, gets 0.0027; 0.0016 is a k1 of 0.6. Flatter weights than the other engines' and the small k1 were the best on
# real questions (benchmarks/README.md). Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
#
# The index is asked for each term once, and a text fetched and unpacked once for each term that it has: that is most of the
# time. No set is joined to another but by place, for the planner cannot know how many are in either.
SCORED = """
    WITH asked (place, is_typed, term) AS MATERIALIZED (
        VALUES {terms}
    ), things AS MATERIALIZED (
        SELECT CASE WHEN reltuples > 0 THEN reltuples ELSE (SELECT count(*) FROM knowledge_searchentry) END AS number
        FROM pg_class WHERE oid = 'knowledge_searchentry'::regclass
    ){sets}, having_it AS MATERIALIZED (
        SELECT place, id, {tf} AS tf FROM asked JOIN knowledge_searchentry ON tokens @@ term
    ), rare AS MATERIALIZED (
        SELECT place, is_typed, ln(1 + (GREATEST(t.number, h.number) - h.number + 0.5) / (h.number + 0.5)) AS idf
        FROM (SELECT place, count(*) AS number FROM having_it GROUP BY place) h JOIN asked USING (place) CROSS JOIN things t
    )
    SELECT id, {score} AS score FROM having_it JOIN rare USING (place) WHERE tf IS NOT NULL GROUP BY id
"""
TF = "ts_rank(%s::float4[], tokens, term, 8)"
TF_OF_WHOLE = "CASE WHEN id IN (SELECT id FROM whole) THEN ts_rank(%s::float4[], tokens, term, 8) END"
SUM = "sum(idf * tf / (tf + 0.0016))"
SET = ", {name} AS MATERIALIZED (SELECT id FROM knowledge_searchentry WHERE tokens @@ %s::tsquery)"
MOST_TERMS = 64  # of more, which is a page and no question, `ts_rank` is enough
LAST_PLACE = 16_383  # PostgreSQL counts no further; what stands beyond is found, but not in phrases
MOST_PLACES = 255  # of one token
BETWEEN_FIELDS = 10  # places left free, so that no phrase runs from one field into the next


class PostgresBackend(DatabaseBackend):
    moment = "EXTRACT(EPOCH FROM e.updated)::float8"  # Django makes a date of each row's, 5 µs

    def write(self, rows):
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE knowledge_searchentry SET tokens = %s::tsvector WHERE id = %s",
                [(vector(doc.fields), number) for number, doc in rows],
            )

    def remove(self, numbers):
        """The column goes with its row."""

    def without_tokens(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM knowledge_searchentry WHERE tokens IS NULL")
            return [number for (number,) in cursor.fetchall()]

    def match(self, query):
        if not query.alternatives:
            sql = "SELECT id, 0.0 AS score FROM knowledge_searchentry WHERE NOT tokens @@ %s::tsquery"
            return sql, [_any(query.unwanted)]
        whole = expression(query)
        sql = "SELECT id, ts_rank(%s::float4[], tokens, %s::tsquery, 1) AS score FROM knowledge_searchentry WHERE tokens @@ %s::tsquery"
        return sql, [RANKS, whole, whole]

    def match_typed_first(self, query):
        asked = terms(query)
        if len(asked) > MOST_TERMS:
            return super().match_typed_first(query)
        own = set(terms(query.typed or query))
        values = ", ".join(f"({place}, {term in own}, %s::tsquery)" for place, term in enumerate(asked))
        wanted = {"whole": query, "typed": query.typed}
        sets = {name: expression(one) for name, one in wanted.items() if one and not _is_any_enough(one)}
        score, weights = _score(query, sets)
        sql = SCORED.format(
            terms=values,
            sets="".join(SET.format(name=name) for name in sets),
            tf=TF_OF_WHOLE if "whole" in sets else TF,
            score=score,
        )
        return sql, [*asked, *sets.values(), RANKS, *weights]

    def match_names(self, query):
        return "SELECT id FROM knowledge_searchentry WHERE names @@ %s::tsquery", [expression(query)]

    def entries_named(self, query):
        return "FROM knowledge_searchentry e WHERE e.names @@ %s::tsquery", [expression(query)]


def vector(fields):
    """The text of a `tsvector`: each token with its places, each place with the letter of its field.

    >>> vector({"title": ["studi", "room"], "body": ["room"]})
    "'studi':1A 'room':2A,13D"
    """
    places, start = defaultdict(list), 1
    for name, tokens in fields.items():
        for at, token in enumerate(tokens, start):
            places[token].append(f"{at}{LETTERS[name]}" if at < LAST_PLACE else "")
        start += len(tokens) + BETWEEN_FIELDS
    return " ".join(f"'{token}'{_at(written)}" for token, written in places.items())


def _at(places):
    known = [place for place in places[:MOST_PLACES] if place]
    return f":{','.join(known)}" if known else ""


def _score(query, sets):
    """SQL of a document's score, with its parameters: by what was typed alone where it has that."""
    if query.typed is None:
        return f"{SUM} / %s", [_names(query)]
    is_typed = "id IN (SELECT id FROM typed)" if "typed" in sets else "count(*) FILTER (WHERE is_typed) > 0"
    score = f"CASE WHEN {is_typed} THEN {SUM} FILTER (WHERE is_typed) / %s ELSE {SUM} / %s END"
    return score, [_names(query.typed), _names(query) / query.lightest]


def _names(query):
    """How many names the thing with the most of them has: BM25 adds up, and a dozen would outweigh the one that was typed."""
    return max(len(clause.matches) for way in query.alternatives for clause in way)


def _is_any_enough(query):
    """Whether what has one of the terms satisfies the query."""
    is_one_of = all(len(_terms(match)) == 1 for way in query.alternatives for clause in way for match in clause.matches)
    return not query.unwanted and is_one_of and all(len(way) == 1 for way in query.alternatives)


def terms(query):
    """The texts of the `tsquery`s that a document is ranked by: each token that is asked for, and each phrase whole.

    >>> from knowledge.search.query import parse
    >>> terms(parse('study "reading room"'))
    ["'studi'", "('read' <-> 'room')"]
    """
    matches = [match for way in query.alternatives for clause in way for match in clause.matches]
    return list(dict.fromkeys(text for match in matches for text in _terms(match)))


def _terms(match):
    if match.adjacent:
        return [_match(match)]
    last = len(match.tokens) - 1
    return [_match(Match((token,), prefix=match.prefix and at == last)) for at, token in enumerate(match.tokens)]


def expression(query):
    """The text of a `tsquery` for a query that wants something.

    >>> from knowledge.search.query import parse
    >>> expression(parse('study "reading room" -quiet'))
    "(('studi' & ('read' <-> 'room'))) & !'quiet'"
    """
    wanted = " | ".join(f"({' & '.join(map(_clause, way))})" for way in query.alternatives)
    return f"({wanted}) & !{_any(query.unwanted)}" if query.unwanted else f"({wanted})"


def _any(clauses):
    return f"({' | '.join(map(_clause, clauses))})" if len(clauses) > 1 else _clause(clauses[0])


def _clause(clause):
    matches = [_match(match) for match in clause.matches]
    return f"({' | '.join(matches)})" if len(matches) > 1 else matches[0]


def _match(match):
    tokens = [f"'{token}'" for token in match.tokens]
    if match.prefix:
        tokens[-1] += ":*"
    together = (" <-> " if match.adjacent else " & ").join(tokens)
    return f"({together})" if len(tokens) > 1 else together
