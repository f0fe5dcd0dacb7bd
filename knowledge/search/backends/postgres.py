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
SCORED = """
    WITH things AS MATERIALIZED (
        SELECT CASE WHEN reltuples > 0 THEN reltuples ELSE (SELECT count(*) FROM knowledge_searchentry) END AS number
        FROM pg_class WHERE oid = 'knowledge_searchentry'::regclass
    ), having_it AS MATERIALIZED (
        SELECT term, (SELECT count(*) FROM knowledge_searchentry WHERE tokens @@ term) AS number FROM (VALUES {terms}) asked(term)
    ), rare AS MATERIALIZED (
        SELECT term, ln(1 + (GREATEST(t.number, h.number) - h.number + 0.5) / (h.number + 0.5)) / %s AS idf
        FROM having_it h CROSS JOIN things t
    )
    SELECT id, sum(idf * tf / (tf + 0.0016)) AS score
    FROM (
        SELECT e.id, r.idf, ts_rank(%s::float4[], e.tokens, r.term, 8) AS tf
        FROM rare r JOIN knowledge_searchentry e ON e.tokens @@ r.term{whole}
        OFFSET 0  -- ranked before it is summed up, so that no text travels along
    ) found
    GROUP BY id
"""
MOST_TERMS = 64  # each is looked up twice; of more, which is a page and no question, `ts_rank` is enough
WHOLE = " AND e.tokens @@ %s::tsquery"
LAST_PLACE = 16_383  # PostgreSQL counts no further; what stands beyond is found, but not in phrases
MOST_PLACES = 255  # of one token
BETWEEN_FIELDS = 10  # places left free, so that no phrase runs from one field into the next


class PostgresBackend(DatabaseBackend):
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
        asked, whole = terms(query), expression(query)
        if len(asked) > MOST_TERMS:
            sql = "SELECT id, ts_rank(%s::float4[], tokens, %s::tsquery, 1) AS score FROM knowledge_searchentry WHERE tokens @@ %s::tsquery"
            return sql, [RANKS, whole, whole]
        names = max(len(clause.matches) for way in query.alternatives for clause in way)
        is_any_enough = query.loose and not query.unwanted  # then what has a term is found
        sql = SCORED.format(terms=", ".join(["(%s::tsquery)"] * len(asked)), whole="" if is_any_enough else WHOLE)
        return sql, [*asked, names, RANKS, *([] if is_any_enough else [whole])]

    def match_names(self, query):
        return "SELECT id FROM knowledge_searchentry WHERE tokens @@ %s::tsquery", [expression(query, LETTERS["title"])]


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
        return [_match(match, "")]
    last = len(match.tokens) - 1
    return [_match(Match((token,), prefix=match.prefix and at == last), "") for at, token in enumerate(match.tokens)]


def expression(query, letters=""):
    """The text of a `tsquery` for a query that wants something; `letters` confine it to fields.

    >>> from knowledge.search.query import parse
    >>> expression(parse('study "reading room" -quiet'))
    "(('studi' & ('read' <-> 'room'))) & !'quiet'"
    """
    wanted = " | ".join(f"({' & '.join(_clause(clause, letters) for clause in way)})" for way in query.alternatives)
    return f"({wanted}) & !{_any(query.unwanted)}" if query.unwanted else f"({wanted})"


def _any(clauses):
    return f"({' | '.join(map(_clause, clauses))})" if len(clauses) > 1 else _clause(clauses[0])


def _clause(clause, letters=""):
    matches = [_match(match, letters) for match in clause.matches]
    return f"({' | '.join(matches)})" if len(matches) > 1 else matches[0]


def _match(match, letters):
    ends = [letters] * len(match.tokens)
    if match.prefix:
        ends[-1] = f"*{letters}"
    tokens = [f"'{token}'{':' if end else ''}{end}" for token, end in zip(match.tokens, ends, strict=True)]
    together = (" <-> " if match.adjacent else " & ").join(tokens)
    return f"({together})" if len(tokens) > 1 else together
