"""Who may do what. A `check_…` refuses with a reason that a person can act on; `allows` turns it into yes or no.

Who may *see* what stands in `rules.py` and is applied by `visible_to`. The table in docs/reference/policies.md is made
from this module (`manage.py policies`).
"""

from collections.abc import Callable
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
    """One line of the table: what is done, who may, the check that says so, and what else it asks."""

    action: str
    roles: tuple
    check: Callable
    also: str = ""


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


def check_manage_account(user, account):
    """Administrators look after accounts; only a superuser touches a superuser's."""
    check_administer(user)
    if account.is_superuser and not user.is_superuser:
        raise PermissionDenied(_("This account belongs to whoever runs the server. Ask them."))


def check_give_roles(user, account):
    """Administrators give roles, never to themselves."""
    check_manage_account(user, account)
    if account == user:
        raise PermissionDenied(_("Another administrator has to change your roles."))


def check_close_account(user, account):
    """Everybody closes their own account; administrators close others'."""
    if account == user:
        return
    check_manage_account(user, account)


def check_erase(user, person):
    """Everybody has themselves erased; administrators erase others."""
    if person.user_id is not None and person.user_id == user.pk:
        return
    check_administer(user)
    if person.user is not None:
        check_manage_account(user, person.user)


def check_download(user, person):
    """What is kept about a person is handed to that person alone."""
    if person.user_id is None or person.user_id != user.pk:
        raise PermissionDenied(_("Only the person themselves may download what is kept about them."))


MOST_SAVED_SEARCHES = 50


def check_keep_search(user):
    """Everybody with an account keeps searches, a shelf full of them."""
    if not user.is_authenticated:
        raise PermissionDenied(_("Sign in to keep a search."))
    if user.saved_searches.count() >= MOST_SAVED_SEARCHES:
        raise PermissionDenied(_("You keep as many searches as one person may. Delete one on your own page first."))


def check_change_search(user, saved):
    """A kept search is its reader's alone."""
    if saved.user_id != user.pk:
        raise PermissionDenied(_("Only who keeps a search may change it."))


# ---------------------------------------------------------------- the table
VISITOR, PATRON = "visitor", "patron"
EVERYBODY = (VISITOR, PATRON, Role.LIBRARIAN, Role.MANAGER, Role.ADMINISTRATOR)
SIGNED_IN = EVERYBODY[1:]
STAFF_ROLES = (Role.LIBRARIAN, Role.MANAGER, Role.ADMINISTRATOR)
CURATOR_ROLES = (Role.LIBRARIAN, Role.ADMINISTRATOR)
ADMINISTRATORS = (Role.ADMINISTRATOR,)

# Every `check_…` of this module has its line (test_policies.py); `roles` are those whom it can let pass.
POLICIES = [
    Policy(
        "Write, classify and edit entries; triage what people tell; put results of searches first",
        CURATOR_ROLES,
        check_curate,
    ),
    Policy("Read the inbox, the inventory and what is searched for", STAFF_ROLES, check_work),
    Policy("Change settings, read the audit log", ADMINISTRATORS, check_administer),
    Policy(
        "Approve an entry",
        CURATOR_ROLES,
        check_approve,
        "Not what one wrote oneself, unless the library set that one may approve alone.",
    ),
    Policy(
        "Add, open, close and unlock accounts; set passwords",
        ADMINISTRATORS,
        check_manage_account,
        "A superuser's account only by a superuser.",
    ),
    Policy("Give and take roles", ADMINISTRATORS, check_give_roles, "Never one's own."),
    Policy("Close an account", SIGNED_IN, check_close_account, "One's own; another's only by an administrator."),
    Policy("Erase a person", SIGNED_IN, check_erase, "Oneself; another only by an administrator."),
    Policy("Download everything kept about a person", SIGNED_IN, check_download, "Only about oneself."),
    Policy("Keep a search", SIGNED_IN, check_keep_search, f"At most {MOST_SAVED_SEARCHES}."),
    Policy("Rename or delete a kept search, renew its feed", SIGNED_IN, check_change_search, "One's own."),
]


@dataclass(frozen=True)
class Sight:
    """One line of the second table: who reads a kind of thing, as its `visible_to` has it."""

    thing: str
    model: str
    readers: str


SIGHTS = [
    Sight(
        "Entry",
        "Entry",
        "Once published, by its visibility: everybody, signed-in people, staff or one group. "
        "Before that librarians, administrators and its author.",
    ),
    Sight("Concept", "Concept", "Everybody: a vocabulary tells nothing of anybody."),
    Sight("Capture", "Capture", "Staff; the teller sees their own."),
    Sight("What is searched for, results put first", "SearchEvent", "Staff, without any person in it."),
    Sight(
        "Person",
        "Person",
        "Everybody, when they agreed to be found. Others with an account: staff and they themselves. "
        "Without an account, or erased: nobody.",
    ),
]
