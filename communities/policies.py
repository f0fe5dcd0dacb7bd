"""Who may do what in communities. A `check_…` refuses with a reason that a person can act on (knowledge/policies.py)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from communities.rules import TalkState
from knowledge.policies import CURATOR_ROLES, POLICIES, SIGNED_IN, Policy
from knowledge.rules import is_curator


# ---------------------------------------------------------------- the spiral
def _took_part(user, thread):
    return user.is_authenticated and thread.posts.filter(author__user=user, state=TalkState.VISIBLE).exists()


def check_distil(user, thread):
    """Those who took part in a thread write it up; the community's stewards too."""
    if not (thread.community.has_steward(user) or _took_part(user, thread)):
        raise PermissionDenied(_("Those who took part write this up. Answer first, or ask a steward."))


def check_edit_distillation(user, distillation):
    """Those who may write up the thread write on at what was written up."""
    own = user.is_authenticated and distillation.made_by is not None and distillation.made_by.user_id == user.pk
    if not own:
        check_distil(user, distillation.thread)


def check_release(user, distillation):
    """Stewards let a write-up out of their closed community."""
    if not distillation.thread.community.has_steward(user):
        raise PermissionDenied(_("A steward of the community decides what leaves it. Ask one of them."))


def check_combine(user):
    """Librarians and administrators bring write-ups together in entries."""
    if not is_curator(user):
        raise PermissionDenied(_("Librarians make entries from what was written up. It waits on their desk."))


def check_practise(user, entry):
    """Everybody signed in tells what they tried of an entry."""
    if not (user.is_authenticated and hasattr(user, "person")):
        raise PermissionDenied(_("Sign in to tell what you tried."))


def check_edit_report(user, report):
    """One changes and takes back one's own report."""
    if not (user.is_authenticated and report.author is not None and report.author.user_id == user.pk):
        raise PermissionDenied(_("Only who wrote this report may change it."))


def check_skip(user, thread):
    """Stewards let a step be skipped, with a reason."""
    if not thread.community.has_steward(user):
        raise PermissionDenied(_("Only a steward of the community may skip a step. Ask one of them."))


POLICIES.extend(
    [
        Policy("Write up a thread", SIGNED_IN, check_distil, "Who took part in it, and the community’s stewards."),
        Policy("Write on at what was written up", SIGNED_IN, check_edit_distillation, "As for writing it up."),
        Policy("Let a write-up out of a closed community", SIGNED_IN, check_release, "The community’s stewards."),
        Policy("Bring write-ups together in an entry", CURATOR_ROLES, check_combine),
        Policy("Tell what one tried of an entry", SIGNED_IN, check_practise, "Of a published entry that one may read."),
        Policy("Change or take back a report", SIGNED_IN, check_edit_report, "One’s own."),
        Policy("Skip a step of a thread", SIGNED_IN, check_skip, "The community’s stewards, with a reason that is kept."),
    ]
)
