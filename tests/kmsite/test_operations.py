import io
import socket

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from kmsite.foundation import lay_page_trees
from kmsite.management.commands import serve
from kmsite.models import HomePage
from knowledge.acquisition.telling import take_in
from knowledge.models import EntryIndex, OutboxRow
from knowledge.search.backends.elastic.connection import Unavailable, client, reaching

pytestmark = pytest.mark.django_db


def test_laying_the_foundation_twice_changes_nothing():
    before = list(HomePage.objects.values_list("pk", "numchild")), list(EntryIndex.objects.values_list("pk", flat=True))

    lay_page_trees()

    assert before == (
        list(HomePage.objects.values_list("pk", "numchild")),
        list(EntryIndex.objects.values_list("pk", flat=True)),
    )


def test_the_two_trees_are_translations_of_one_another():
    english, chinese = (EntryIndex.objects.get(locale__language_code=code) for code in ("en", "zh-hans"))

    assert english.translation_key == chinese.translation_key


def test_health_says_that_it_lives_and_that_it_is_ready(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {"database": "ok"}


def test_readiness_says_when_the_database_is_away(client, monkeypatch):
    def away():
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)

    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("foundation_stays")
def test_the_worker_does_what_is_due_and_ends():
    take_in("The lift stands still.")

    call_command("worker", "--once", stdout=io.StringIO())

    assert not OutboxRow.objects.filter(done_at=None).exists()


def test_a_taken_port_is_said_before_anything_is_built():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match="PORT="):
            serve._check_free("127.0.0.1", port)


def test_the_log_names_a_search_server_that_is_away_without_a_traceback_for_each_question(settings, caplog):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1,http://127.0.0.1:2"

    with pytest.raises(Unavailable), reaching():
        client().info()

    assert "127.0.0.1:1" in caplog.text
    assert not [record for record in caplog.records if record.exc_info]
