"""Databases of the benchmark's own: a file for each size, or on a server a database for each, made from one that was made
once."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

ADDRESS = {
    "sqlite": "",
    "postgresql": "DATABASE_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
}  # what has to name a server


class Files:
    """SQLite, and what Elasticsearch mirrors."""

    def __init__(self, folder):
        self.folder = folder

    def url(self, part):
        return f"sqlite:///{self._path(part)}"

    def exists(self, part):
        return self._path(part).exists()

    def copy(self, part, other):
        half = self._path(other).with_suffix(".half")
        shutil.copyfile(self._path(part), half)
        half.rename(self._path(other))

    def _path(self, part):
        return self.folder / f"{part}.sqlite3"


class Server:
    """PostgreSQL: databases beside the one that DATABASE_URL names."""

    def __init__(self, address):
        self.address = urlsplit(address)
        self.name = self.address.path.lstrip("/")

    def url(self, part):
        return self.address._replace(path=f"/{self._called(part)}").geturl()

    def exists(self, part):
        return bool(self._ask("SELECT 1 FROM pg_database WHERE datname = %s", [self._called(part)]))

    def copy(self, part, other):
        self._ask(f'CREATE DATABASE "{self._called(other)}" TEMPLATE "{self._called(part)}"')

    def make(self, part):
        self._ask(f'CREATE DATABASE "{self._called(part)}"')

    def _called(self, part):
        return f"{self.name}_search_{part}"

    def _ask(self, sql, params=()):
        import psycopg

        with psycopg.connect(self.address.geturl(), autocommit=True) as connection:
            cursor = connection.execute(sql, params)
            return cursor.fetchall() if cursor.description else []


def place_of(engine, folder):
    if engine == "postgresql":
        return Server(os.environ["DATABASE_URL"])
    folder.mkdir(parents=True, exist_ok=True)
    return Files(folder)


def is_there(engine):
    """Whether the server that this engine needs is named."""
    name = ADDRESS[engine]
    address = os.environ.get(name, "")
    return not name or (address.startswith("postgres") if engine == "postgresql" else bool(address))


def environment(engine, place, part):
    """What a measuring process is told: its database, and Elasticsearch only where that is what is measured."""
    told = {**os.environ, "DATABASE_URL": place.url(part), "ELASTICSEARCH_INDEX": f"benchmark-{part}"}
    if engine != "elasticsearch":
        told.pop("ELASTICSEARCH_URL", None)
    return told


def run(engine, place, part, command):
    """Run a part in a process of its own, so that nothing that is kept in one helps the next."""
    subprocess.run(command, env=environment(engine, place, part), check=True, cwd=Path(__file__).parents[2])
