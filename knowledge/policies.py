"""Who may do what. A `check_…` refuses with a reason that a person can act on; `allows` turns it into yes or no.

Who may *see* what stands in `rules.py` and is applied by `visible_to`. The table in docs/reference/policies.md is made
from this module (`manage.py policies`).
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from knowledge.rules import Role, is_curator, is_staff_member, roles_of


def allows(check, *args):
    """Whether `check` lets it pass."""
    try:
        check(*args)
    except PermissionDenied:
        return False
    return True


@dataclass(frozen=True)
class Policy:
    """One line of the table: what is done, who may, and the check that says so."""

    action: str
    who: str
    check: str


def check_curate(user):
    """Librarians and administrators write, classify and approve entries."""
    if not is_curator(user):
        raise PermissionDenied(_("Only librarians may do this. Ask an administrator to give you the role."))


def check_work(user):
    """Librarians, managers and administrators read the inbox and the inventory."""
    if not is_staff_member(user):
        raise PermissionDenied(_("Only staff may do this. Ask an administrator to give you a role."))


def check_administer(user):
    """Administrators give roles, unlock accounts and change settings."""
    if Role.ADMINISTRATOR not in roles_of(user):
        raise PermissionDenied(_("Only administrators may do this."))


def check_approve(user, *, author, one_may_approve=False):
    """A librarian approves what another one wrote; where the house has only one, the setting allows it alone."""
    check_curate(user)
    if author == user and not one_may_approve:
        raise PermissionDenied(_("Another librarian has to approve what you wrote."))
