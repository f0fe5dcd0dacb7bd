"""PostgreSQL: a `tsvector` of ready-made tokens in the entry's own row, weighted by field, under a GIN index."""

from collections import defaultdict

from django.db import connection

from knowledge.search.backends.database import DatabaseBackend

LETTERS = {"title": "A", "concepts": "B", "summary": "C", "body": "D"}
RANKS = "{0.1, 0.3, 0.5, 1.0}"  # of D, C, B, A
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
        if query.alternatives:
            sql = """
                SELECT id, ts_rank(%s::float4[], tokens, %s::tsquery, 1) AS score
                FROM knowledge_searchentry WHERE tokens @@ %s::tsquery
            """
            text = expression(query)
            return sql, [RANKS, text, text]
        sql = "SELECT id, 0.0 AS score FROM knowledge_searchentry WHERE NOT tokens @@ %s::tsquery"
        return sql, [_any(query.unwanted)]

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
