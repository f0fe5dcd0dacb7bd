"""SQLite: an FTS5 table of ready-made tokens beside the entries, ranked by BM25.

The `ascii` tokenizer parts at blanks and ASCII punctuation only, so every token of ours stays whole, in whatever
script. The table keeps its text: SQLite 3.40 cannot delete from a contentless one.
"""

from django.db import connection

from knowledge.search.backends.database import DatabaseBackend
from knowledge.search.documents import FIELDS, WEIGHTS

TABLE = "knowledge_searchtokens"


class SqliteBackend(DatabaseBackend):
    def write(self, rows):
        self.remove([number for number, _doc in rows])
        sql = f"INSERT INTO {TABLE} (rowid, {', '.join(FIELDS)}) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(number, *map(" ".join, doc.fields.values())) for number, doc in rows])

    def remove(self, numbers):
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(number,) for number in numbers])  # noqa: S608

    def without_tokens(self):
        sql = f"SELECT id FROM knowledge_searchentry WHERE id NOT IN (SELECT id FROM {TABLE}_docsize)"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return [number for (number,) in cursor.fetchall()]

    def match(self, query):
        weights = ", ".join(str(WEIGHTS[name]) for name in FIELDS)
        if query.alternatives:
            # BM25 adds up, so a dozen names of one thing would outweigh the one that was typed.
            names = max(len(clause.matches) for way in query.alternatives for clause in way)
            score = f"-bm25({TABLE}, {weights}) / {names}"
            sql = f"SELECT rowid AS id, {score} AS score FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
            return sql, [expression(query)]
        unwanted = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
        sql = f"SELECT id, 0.0 AS score FROM knowledge_searchentry WHERE id NOT IN ({unwanted})"  # noqa: S608
        return sql, [_any(query.unwanted)]

    def match_names(self, query):
        sql = f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608
        return sql, [f"{{title}} : ({expression(query)})"]


def expression(query):
    """The FTS5 expression of a query that wants something.

    >>> from knowledge.search.query import parse
    >>> expression(parse('study "reading room" -quiet'))
    '(("studi" AND "read room")) NOT "quiet"'
    """
    wanted = " OR ".join(f"({' AND '.join(map(_clause, way))})" for way in query.alternatives)
    return f"({wanted}) NOT {_any(query.unwanted)}" if query.unwanted else f"({wanted})"


def _any(clauses):
    return f"({' OR '.join(map(_clause, clauses))})" if len(clauses) > 1 else _clause(clauses[0])


def _clause(clause):
    matches = [_match(match) for match in clause.matches]
    return f"({' OR '.join(matches)})" if len(matches) > 1 else matches[0]


def _match(match):
    star = " *" if match.prefix else ""
    if match.adjacent or len(match.tokens) == 1:
        return f'"{" ".join(match.tokens)}"{star}'
    *whole, last = (f'"{token}"' for token in match.tokens)
    return f"({' AND '.join(whole)} AND {last}{star})"
