"""Who may do what in communities. A `check_…` refuses with a reason that a person can act on (knowledge/policies.py)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from communities.rules import Access, TalkState
from knowledge.policies import CURATOR_ROLES, POLICIES, SIGHTS, SIGNED_IN, Policy, Sight, allows
from knowledge.rules import Role, is_curator, roles_of


# ---------------------------------------------------------------- communities
def _speaks(user):
    """Whether `user` is signed in as somebody who can be named."""
    return user.is_authenticated and user.is_active and getattr(user, "person", None) is not None


def check_open_community(user):
    """Librarians and administrators open communities."""
    if not is_curator(user):
        raise PermissionDenied(_("Librarians open communities. Tell them what you would like to talk about."))


def check_edit_community(user, community):
    """Stewards say what their community is and who is in it; administrators help where it is not closed."""
    if community.has_steward(user):
        return
    if community.is_closed or Role.ADMINISTRATOR not in roles_of(user):
        raise PermissionDenied(_("Only a steward of the community may change this. Ask one of them."))


def check_read_members(user, community):
    """Members read who is in a closed community; everybody signed in reads who is in another."""
    if not user.is_authenticated or (community.is_closed and not community.has_member(user)):
        raise PermissionDenied(_("Only members read who belongs to this community. Sign in first."))


def check_join(user, community):
    """Everybody signed in joins what is not closed."""
    if not _speaks(user):
        raise PermissionDenied(_("Sign in to join."))
    if community.is_closed and not community.has_member(user):
        raise PermissionDenied(_("This community is closed. Ask one of its stewards for an invitation."))


def check_invite(user, community):
    """Members invite others; into a closed community its stewards alone."""
    if community.is_closed and not community.has_steward(user):
        raise PermissionDenied(_("Only stewards invite into a closed community. Ask one of them."))
    if not community.has_member(user):
        raise PermissionDenied(_("Join the community before you invite others."))


def check_accept_invitation(user, invitation):
    """Whoever has the letter joins by it, once, while who wrote it may still let people in."""
    if not _speaks(user):
        raise PermissionDenied(_("Sign in to join."))
    used = invitation.accepted_at is not None
    if used and not (invitation.accepted_by_id == user.person.pk and invitation.community.has_member(user)):
        raise PermissionDenied(_("This invitation was used already. Ask for another one."))
    if not used and not holds(invitation):
        raise PermissionDenied(_("Whoever invited you may not invite any more. Ask a steward for another invitation."))


def holds(invitation):
    """Whether its writer may still invite: they may have left or been removed, or the community was closed meanwhile."""
    writer = invitation.invited_by and invitation.invited_by.user
    return writer is not None and writer.is_active and allows(check_invite, writer, invitation.community)


def check_name_outside(user, membership):
    """Everybody says for themselves whether they may be named outside."""
    if not user.is_authenticated or membership.person.user_id != user.pk:
        raise PermissionDenied(_("Everybody decides for themselves whether they are named."))


# ---------------------------------------------------------------- talk
def _wrote(user, thing):
    return user.is_authenticated and thing.author is not None and thing.author.user_id == user.pk


def check_post(user, community):
    """Everybody signed in writes in communities that they read; in a closed one these are its members."""
    if not _speaks(user):
        raise PermissionDenied(_("Sign in to write."))
    if community.access == Access.CLOSED and not community.has_member(user):
        raise PermissionDenied(_("Only members write here. Ask a steward for an invitation."))


def check_comment(user, community):
    """Who may post may comment."""
    check_post(user, community)


def check_edit_post(user, post):
    """One changes one's own posts, until a steward hides them."""
    if not _wrote(user, post):
        raise PermissionDenied(_("Only who wrote this may change it."))
    if post.state not in (TalkState.VISIBLE, TalkState.HELD):
        raise PermissionDenied(_("This cannot be changed any more: a steward hid it, or it was deleted."))


def check_delete_post(user, post):
    """One deletes one's own posts."""
    if not _wrote(user, post):
        raise PermissionDenied(_("Only who wrote this may delete it. You can report it to the stewards."))


def check_edit_thread(user, thread):
    """Its author and the stewards change the title and the topics of a thread."""
    if not (_wrote(user, thread) or thread.community.has_steward(user)):
        raise PermissionDenied(_("Only who began this thread, or a steward, may change it."))


def check_delete_thread(user, thread):
    """Its author deletes a thread that nobody answered; stewards delete any."""
    if thread.community.has_steward(user):
        return
    if not _wrote(user, thread):
        raise PermissionDenied(_("Only who began this thread, or a steward, may delete it."))
    if thread.posts.exclude(author=thread.author).exclude(state=TalkState.DELETED).exists():
        raise PermissionDenied(_("Others have written here. Delete your own posts, or ask a steward."))


def check_accept(user, thread):
    """Whoever asked says which posts answer; stewards do so too."""
    if not (_wrote(user, thread) or thread.community.has_steward(user)):
        raise PermissionDenied(_("Only who asked, or a steward, accepts an answer."))


def check_mark_helpful(user, post):
    """Everybody signed in says that what others wrote helped."""
    if not _speaks(user):
        raise PermissionDenied(_("Sign in to say that it helped."))
    if _wrote(user, post):
        raise PermissionDenied(_("Whether your own post helped is for others to say."))


def check_flag(user, thing):
    """Everybody signed in tells the stewards what is wrong with what others wrote."""
    if not _speaks(user):
        raise PermissionDenied(_("Sign in to report this to the stewards."))
    if _wrote(user, thing):
        raise PermissionDenied(_("This is yours: change it or delete it yourself."))


def check_moderate(user, community):
    """Stewards hide, restore, let in and reject in their community; librarians where there is none (reports on entries)."""
    if community is None:
        if not is_curator(user):
            raise PermissionDenied(_("Only librarians decide about reports on entries."))
    elif not community.has_steward(user):
        raise PermissionDenied(_("Only a steward of the community may do this. Ask one of them."))


def check_move_thread(user, thread, community=None):
    """Stewards move threads to where they may write and whoever asked may read; what is closed stays closed."""
    if not thread.community.has_steward(user):
        raise PermissionDenied(_("Only a steward of the community may move this thread. Ask one of them."))
    if thread.community.is_closed:
        raise PermissionDenied(
            _("What was written for members only stays with them. Write it up, and let the write-up out.")
        )
    if community is not None:
        check_post(user, community)
        _check_asker_comes_along(thread, community)


def _check_asker_comes_along(thread, community):
    """Nobody is shut out of the question that they asked."""
    asker = thread.author
    if community.is_closed and asker and asker.user and not community.memberships.filter(person=asker).exists():
        raise PermissionDenied(
            _("Whoever asked is no member there and could not read the answers. Let a steward invite them there first.")
        )


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


def check_withdraw(user, distillation):
    """Who wrote it up takes it back; the community's stewards do so too."""
    own = user.is_authenticated and distillation.made_by is not None and distillation.made_by.user_id == user.pk
    if not (own or distillation.thread.community.has_steward(user)):
        raise PermissionDenied(_("Only who wrote this up, or a steward of the community, may take it back."))


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
        Policy("Open a community", CURATOR_ROLES, check_open_community),
        Policy(
            "Change a community; give roles in it and remove members",
            SIGNED_IN,
            check_edit_community,
            "Its stewards; administrators where it is not closed.",
        ),
        Policy("Read who is in a community", SIGNED_IN, check_read_members, "Of a closed one its members."),
        Policy("Join a community", SIGNED_IN, check_join, "A closed one by invitation."),
        Policy("Invite into a community", SIGNED_IN, check_invite, "Its members; into a closed one its stewards."),
        Policy(
            "Join by an invitation",
            SIGNED_IN,
            check_accept_invitation,
            "Who has its letter, once; while who wrote it may still invite.",
        ),
        Policy("Say whether one is named outside a closed community", SIGNED_IN, check_name_outside, "Oneself."),
        Policy("Begin a thread, reply", SIGNED_IN, check_post, "Where one reads; in a closed community as a member."),
        Policy("Comment", SIGNED_IN, check_comment, "As for replying."),
        Policy("Change a post", SIGNED_IN, check_edit_post, "One’s own, unless it was hidden."),
        Policy("Delete a post", SIGNED_IN, check_delete_post, "One’s own."),
        Policy("Change title and topics of a thread", SIGNED_IN, check_edit_thread, "Who began it, and the stewards."),
        Policy(
            "Delete a thread", SIGNED_IN, check_delete_thread, "Who began it while nobody answered, and the stewards."
        ),
        Policy("Accept an answer", SIGNED_IN, check_accept, "Who asked, and the stewards."),
        Policy("Say that a post helped", SIGNED_IN, check_mark_helpful, "Not one’s own."),
        Policy("Report a post or a report to those who look after it", SIGNED_IN, check_flag, "Not one’s own."),
        Policy(
            "Hide, restore, let in and reject what was written",
            SIGNED_IN,
            check_moderate,
            "The community’s stewards; practice reports by librarians.",
        ),
        Policy(
            "Move a thread",
            SIGNED_IN,
            check_move_thread,
            "The community’s stewards, to where they may write and whoever asked may read; never out of a closed community.",
        ),
        Policy("Write up a thread", SIGNED_IN, check_distil, "Who took part in it, and the community’s stewards."),
        Policy("Write on at what was written up", SIGNED_IN, check_edit_distillation, "As for writing it up."),
        Policy("Let a write-up out of a closed community", SIGNED_IN, check_release, "The community’s stewards."),
        Policy("Take back what was written up", SIGNED_IN, check_withdraw, "Who wrote it up, and the stewards."),
        Policy("Bring write-ups together in an entry", CURATOR_ROLES, check_combine),
        Policy("Tell what one tried of an entry", SIGNED_IN, check_practise, "Of a published entry that one may read."),
        Policy("Change or take back a report", SIGNED_IN, check_edit_report, "One’s own."),
        Policy(
            "Skip a step of a thread", SIGNED_IN, check_skip, "The community’s stewards, with a reason that is kept."
        ),
    ]
)

SIGHTS.extend(
    [
        Sight(
            "Community",
            "Community",
            "By its access: everybody, signed-in people, or its members; staff are no members.",
        ),
        Sight(
            "Thread",
            "Thread",
            "Who reads its community. What is held or hidden: its author and the stewards; what is deleted: nobody.",
        ),
        Sight("Post, comment", "Post", "As the thread; its earlier versions are read by its author and the stewards."),
        Sight(
            "Distillation",
            "Distillation",
            "Who reads its thread; librarians, once a steward let it out of a closed community. Nobody, once the thread is hidden.",
        ),
        Sight(
            "Practice report",
            "PracticeReport",
            "Who reads its entry. What is held or hidden: its author and the librarians.",
        ),
    ]
)
