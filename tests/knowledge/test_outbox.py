import pytest
from django.db import transaction
from django.utils import timezone

from knowledge import outbox
from knowledge.models import OutboxRow, Person
from knowledge.outbox import hears, tell, work_off
from knowledge.signals import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create(name="Ines")


@pytest.fixture
def handled(monkeypatch):
    """What a handler of the kind `tested` was called with; it fails as often as `handled.failures` says."""

    class Calls(list):
        failures = 0

    calls = Calls()
    monkeypatch.setattr(outbox, "HANDLERS", {})

    @hears("tested")
    def handle(row):
        if calls.failures:
            calls.failures -= 1
            raise ConnectionError("the mail server does not answer")
        calls.append((row.key, row.payload))

    return calls


def test_what_is_told_is_handled_once(person, handled):
    tell("tested", person, why="a test")

    done = work_off(), work_off()

    assert handled == [(f"knowledge.person:{person.pk}", {"why": "a test"})]
    assert done == (1, 0)


def test_what_is_rolled_back_was_never_told(person, handled):
    with transaction.atomic():
        tell("tested", person)
        transaction.set_rollback(True)

    assert work_off() == 0


def test_a_failure_is_tried_again_later_and_says_why(person, handled):
    handled.failures = 1
    row = tell("tested", person)

    assert work_off() == 0
    row.refresh_from_db()
    assert (row.attempts, row.done_at) == (1, None)
    assert "does not answer" in row.last_error
    assert row.due_at > timezone.now()

    OutboxRow.objects.update(due_at=timezone.now())
    assert work_off() == 1
    assert len(handled) == 1


def test_a_failure_does_not_hold_up_the_others(person, handled):
    handled.failures = 1
    tell("tested", person, number=1)
    tell("tested", person, number=2)

    work_off()

    assert [payload["number"] for _key, payload in handled] == [2]


def test_what_may_wait_is_done_after_all_others(person, handled, monkeypatch):
    monkeypatch.setattr(outbox, "LATER", set())
    outbox.may_wait("imported")
    hears("imported")(outbox.HANDLERS["tested"][0])
    for kind, number in (("imported", 1), ("tested", 2), ("imported", 3), ("tested", 4)):
        tell(kind, person, number=number)

    work_off()

    assert [payload["number"] for _key, payload in handled] == [2, 4, 1, 3]


def test_an_import_and_what_follows_from_it_holds_up_nobody_who_publishes():
    assert {"entries_imported", "talk_imported", "concepts_imported", "search_stale", "map_stale"} == outbox.LATER


def test_rooms_above_hear_by_a_signal(person, handled):
    heard = []

    def listen(kind, key, **signal):
        heard.append((kind, key))

    told.connect(listen)
    tell("tested", person)
    work_off()
    told.disconnect(listen)

    assert heard == [("tested", f"knowledge.person:{person.pk}")]
