"""A dump laid out for reading in another order than it was written in: a private database in a temporary file.

Answers stand far from their question, comments and names in other files. SQLite keeps what does not fit into its cache on
disk, so the memory stays the same however large the dump is; the file goes with the connection.
"""

import json
import sqlite3

TABLES = """
    CREATE TABLE posts (id INTEGER PRIMARY KEY, question INTEGER, at TEXT, fields TEXT);
    CREATE TABLE comments (id INTEGER PRIMARY KEY, post INTEGER, at TEXT, fields TEXT);
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE accepted (post INTEGER PRIMARY KEY, at TEXT);
"""
INDEXES = """
    CREATE INDEX posts_of ON posts (question, at, id);
    CREATE INDEX comments_of ON comments (post, at, id);
"""


class Staging:
    """Posts, comments, names and acceptances of one dump, by their numbers there."""

    def __init__(self):
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.executescript(f"PRAGMA journal_mode = OFF; {TABLES}")
        self.database.execute("BEGIN")  # one commit for all, not one a row

    def close(self):
        self.database.close()

    def keep_post(self, number, question, at, fields):
        """Keep a post; False when its number is taken."""
        return self._keep("posts", number, question, at, json.dumps(fields))

    def keep_comment(self, number, post, at, fields):
        return self._keep("comments", number, post, at, json.dumps(fields))

    def keep_name(self, number, name):
        return self._keep("people", number, name)

    def keep_acceptance(self, post, at):
        return self._keep("accepted", post, at)

    def _keep(self, table, *values):
        marks = ", ".join("?" * len(values))
        cursor = self.database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)  # noqa: S608
        return cursor.rowcount == 1

    def ready(self):
        """All is kept; from here on it is read."""
        self.database.execute("COMMIT")
        self.database.executescript(INDEXES)

    # ------------------------------------------------------------ reading
    def questions(self):
        """Numbers of the questions, in order."""
        return (row[0] for row in self.database.execute("SELECT id FROM posts WHERE id = question ORDER BY id"))

    def count_questions(self):
        return self.database.execute("SELECT count(*) FROM posts WHERE id = question").fetchone()[0]

    def posts_of(self, question):
        """(number, fields) of a question and its answers: the question, then by date."""
        order = "SELECT id, fields FROM posts WHERE question = ? ORDER BY id != question, at, id"
        return [(number, json.loads(fields)) for number, fields in self.database.execute(order, [question])]

    def comments_of(self, post):
        """(number, fields) of the comments under a post, by date."""
        order = "SELECT id, fields FROM comments WHERE post = ? ORDER BY at, id"
        return [(number, json.loads(fields)) for number, fields in self.database.execute(order, [post])]

    def name_of(self, person):
        row = self.database.execute("SELECT name FROM people WHERE id = ?", [person]).fetchone()
        return row[0] if row else ""

    def accepted_on(self, post):
        row = self.database.execute("SELECT at FROM accepted WHERE post = ?", [post]).fetchone()
        return row[0] if row else None

    def stray_answers(self):
        """(number, question) of answers whose question is not in the dump."""
        return self.database.execute(
            "SELECT id, question FROM posts AS answer WHERE id != question AND NOT EXISTS"
            " (SELECT 1 FROM posts AS asked WHERE asked.id = answer.question AND asked.question = asked.id)"
        )

    def stray_comments(self):
        """(number, post) of comments whose post is not in the dump."""
        return self.database.execute(
            "SELECT id, post FROM comments WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = comments.post)"
        )
