"""Check 24: many processes write to the SQLite default, and none is told that the database is locked."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

WRITERS, EACH = 8, 200
WRITERS_AT_ONCE = """
import os
import django; django.setup()
from django.db import OperationalError, transaction
from knowledge.models import ThrottleCount

def write():
    locked = 0
    for _ in range({each}):
        try:
            with transaction.atomic():  # reads first, then writes: what fails at once when transactions begin deferred
                row = ThrottleCount.objects.get(key="writers", window=0)
                row.count += 1
                row.save()
        except OperationalError:
            locked += 1
    print(locked, flush=True)

for _ in range({writers}):  # processes of their own, which start as one: nothing is open yet that they could share
    if os.fork() == 0:
        write()
        os._exit(0)
for _ in range({writers}):
    os.wait()
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")
def test_eight_writers_are_never_locked_out(db, tmp_path):
    database = tmp_path / "writers.sqlite3"
    with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(database) as target:
        source.backup(target)
        target.execute("DELETE FROM knowledge_throttlecount")
        target.execute("INSERT INTO knowledge_throttlecount (key, window, count) VALUES ('writers', 0, 0)")
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "kmsite.settings.dev",
    }
    command = [sys.executable, "-c", WRITERS_AT_ONCE.format(writers=WRITERS, each=EACH)]
    root = Path(__file__).parents[2]

    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, check=True)
    locked = [int(line) for line in run.stdout.split()]

    assert len(locked) == WRITERS
    assert sum(locked) == 0
    with sqlite3.connect(database) as result:
        assert result.execute("SELECT count FROM knowledge_throttlecount").fetchone() == (WRITERS * EACH,)
