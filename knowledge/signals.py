"""What happens in knowledge, for those above who want to hear of it."""

from django.dispatch import Signal

# Sent by the worker for every outbox row, after the transaction that wrote it: `kind` (text), `key` (text), `payload` (dict).
told = Signal()

# Sent in the process that wrote, right after its commit and before anything followed up: `kind`, `key`.
written = Signal()
