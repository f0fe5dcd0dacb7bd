"""Telling: what has to follow a write goes into the outbox in the same transaction, and is done by the worker.

A domain function ends with `tell("published", entry)`. A room that wants to follow up connects to `signals.told`
or registers a handler with `hears("published")`; the worker calls it after the commit, again after a failure, so a handler
must be idempotent.
"""

import logging
from datetime import timedelta
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from knowledge.models import OutboxRow
from knowledge.signals import told, written

HANDLERS = {}
LATER = set()  # kinds that wait until all others are done
log = logging.getLogger(__name__)


def key_of(thing):
    """`app_label.model:pk` of a model instance: the name under which outbox, audit and search know it."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def tell(kind, thing, **payload):
    """Write an outbox row in the current transaction: `kind` of event about `thing`, with a JSON-able payload."""
    row = OutboxRow.objects.create(kind=kind, key=key_of(thing), payload=payload)
    transaction.on_commit(partial(written.send, sender=OutboxRow, kind=kind, key=row.key))
    return row


def hears(*kinds):
    """Register a handler `handler(row)` for outbox rows of these kinds."""

    def register(handler):
        for kind in kinds:
            HANDLERS.setdefault(kind, []).append(handler)
        return handler

    return register


def may_wait(*kinds):
    """Rows of these kinds are done after all others: imports leave hundreds that take seconds each, and nobody who publishes or
    answers should wait for them. A handler looks at what is so now, so the order changes nothing."""
    LATER.update(kinds)


def work_off(limit=200, kinds=None):
    """Do what is due, oldest first, what may wait last; return how many rows were done. `kinds`: only those.

    A row is handled in its own transaction and taken by one worker only. A failure leaves the row for later, each time twice as late,
    with the error beside it.
    """
    if not _due(kinds).exists():  # an idle worker asks twice a second: it takes no lock for that
        return 0
    done = 0
    while done < limit and (handled := _work_off_one(kinds)) is not None:
        done += handled
    return done


def _due(kinds=None):
    due = OutboxRow.objects.filter(done_at=None, due_at__lte=timezone.now())
    return due if kinds is None else due.filter(kind__in=kinds)


@transaction.atomic
def _work_off_one(kinds):
    free = _due(kinds).select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    row = free.exclude(kind__in=LATER).first() or free.first()
    if row is None:
        return None
    try:
        with transaction.atomic():
            for handler in HANDLERS.get(row.kind, ()):
                handler(row)
            told.send(sender=OutboxRow, kind=row.kind, key=row.key, payload=row.payload)
    except Exception as error:
        log.exception("outbox row %s (%s) failed", row.pk, row)
        row.attempts += 1
        row.last_error = repr(error)[:2000]
        row.due_at = timezone.now() + timedelta(seconds=min(2**row.attempts, 3600))
        row.save(update_fields=["attempts", "last_error", "due_at"])
        return 0
    row.done_at = timezone.now()
    row.save(update_fields=["done_at"])
    return 1


def pass_over():
    """Mark all that waits as done without doing it: for who made everything that follows from it anew. Nobody gets a letter."""
    return OutboxRow.objects.filter(done_at=None).update(done_at=timezone.now())


def forget(older_than):
    """Drop rows that were done before `older_than`; return how many."""
    return OutboxRow.objects.filter(done_at__lt=older_than).delete()[0]
