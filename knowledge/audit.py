"""Writing down who did what."""

from knowledge.models import AuditEvent
from knowledge.outbox import key_of


def record(action, thing, *, by, before=None, after=None):
    """Append an audit event in the current transaction. `before` and `after` are JSON-able dicts without secrets."""
    actor = by if by is not None and by.is_authenticated else None
    return AuditEvent.objects.create(
        actor=actor,
        actor_name=str(actor) if actor else "",
        action=action,
        object_key=key_of(thing),
        object_label=str(thing)[:300],
        before=before or {},
        after=after or {},
    )
