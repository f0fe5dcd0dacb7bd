"""Writing down who did what, in the transaction that does it.

Rows are appended and stay; only erasing a person takes names out of them.
"""

from django.utils.translation import gettext_lazy as _

from knowledge.models import AuditEvent
from knowledge.outbox import key_of

# What the audit page calls each action; a room above adds its own.
ACTIONS = {
    "account-made": _("Account made"),
    "account-opened": _("Account opened for signing in"),
    "account-closed": _("Account closed for signing in"),
    "account-deleted": _("Account deleted"),
    "account-unlocked": _("Account unlocked"),
    "person-erased": _("Person erased"),
    "role-change": _("Roles changed"),
    "group-made": _("Group made"),
    "group-change": _("Group changed"),
    "group-deleted": _("Group deleted"),
    "password-change": _("Password changed"),
    "email-change": _("E-mail address changed"),
    "sign-in-failed": _("Sign-in failed"),
    "second-factor-added": _("Second factor added"),
    "second-factor-removed": _("Second factor removed"),
    "second-factor-failed": _("Second factor failed"),
    "recovery-codes-made": _("Recovery codes made"),
    "signed-out-everywhere": _("Signed out everywhere"),
    "setting-change": _("Settings changed"),
    "export": _("Exported"),
}
NOBODY = "–"


def record(action, thing, *, by, before=None, after=None, label=None):
    """Append an audit event. `before` and `after` are JSON-able dicts without secrets.

    `thing` is a model instance, or None when there is none (an address without an account was tried); `label` stands
    for its name where the name must not be kept. `by` is None for the command line.
    """
    actor = by if by is not None and by.is_authenticated else None
    if label is None:
        label = str(thing) if thing is not None else ""
    return AuditEvent.objects.create(
        actor=actor,
        actor_name=str(actor)[:200] if actor else "",
        action=action,
        object_key=key_of(thing) if thing is not None else "",
        object_label=label[:300],
        before=before or {},
        after=after or {},
    )


def forget_names(*things, actor=None):
    """Take the names of `things` and of `actor` out of what was written down; that something was done stays."""
    AuditEvent.objects.filter(object_key__in=[key_of(thing) for thing in things]).update(object_label=NOBODY)
    if actor is not None:
        AuditEvent.objects.filter(actor=actor).update(actor_name=NOBODY)
