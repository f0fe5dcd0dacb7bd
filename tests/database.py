"""The test database is migrated once and copied from then on: for every worker, and in every run until a migration changes.

`--create-db` migrates afresh, for when a migration does something else though its own file is the same.
"""

import fcntl
import hashlib
import shutil
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

PREFIX = "test-template-"


@contextmanager
def copied(*, afresh=False):
    """While this lasts, Django makes its test database from the template; one worker at a time. Yields whether to keep what
    stands in its place: the copy, where the database is a file."""
    with (settings.VAR_DIR / f"{PREFIX}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = {"sqlite": _Files, "postgresql": _Server}[connection.vendor]()
        if afresh or not template.exists():
            template.forget_others()
            template.make()
        yield template.put_in_place()


def begin_with_template(path):
    """Copy the template to `path` for a site on SQLite of its own, which then has nothing to migrate; without one it has."""
    template = _Files()
    if template.exists():
        shutil.copyfile(template.path, path)


def fingerprint():
    """Another one as soon as any migration is another one, of ours or of what we build on."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label} {path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _migrate(name):
    """Make a database of this name as Django makes one for tests."""
    own, usual = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    wanted, own["NAME"] = own["NAME"], name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        own["NAME"], connection.settings_dict["NAME"] = wanted, usual


class _Files:
    """SQLite: the template is a file beside the site's own."""

    def __init__(self):
        self.path = settings.VAR_DIR / f"{PREFIX}{fingerprint()}.sqlite3"

    def exists(self):
        return self.path.exists()

    def forget_others(self):
        for path in settings.VAR_DIR.glob(f"{PREFIX}*.sqlite3*"):
            path.unlink()

    def make(self):
        half = self.path.with_suffix(".half")
        half.unlink(missing_ok=True)
        _migrate(str(half))  # the last connection that closes writes its log into the file
        half.rename(self.path)

    def put_in_place(self):
        place = connection.settings_dict["TEST"]["NAME"]
        for left_over in (f"{place}-wal", f"{place}-shm"):
            Path(left_over).unlink(missing_ok=True)
        shutil.copyfile(self.path, place)
        return True


class _Server:
    """PostgreSQL: the template is a database on the same server, which copies it by itself."""

    def __init__(self):
        self.name = f"{PREFIX}{fingerprint()}"

    def exists(self):
        return self.name in self._all()

    def forget_others(self):
        with connection.creation._nodb_cursor() as cursor:
            for name in self._all():
                cursor.execute(f'DROP DATABASE "{name}"')

    def make(self):
        _migrate(self.name)

    def put_in_place(self):
        connection.settings_dict["TEST"]["TEMPLATE"] = self.name
        return False

    def _all(self):
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"])
            return [name for (name,) in cursor.fetchall()]
