"""Opening a community, and who belongs to it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from communities.forms.community import TAKEN
from communities.interaction.crediting import name_again
from communities.interaction.externalization import keep_in
from communities.interaction.logbook import record
from communities.models import Community, Invitation, Membership
from communities.policies import (
    check_accept_invitation,
    check_edit_community,
    check_invite,
    check_join,
    check_name_outside,
    check_open_community,
)
from communities.rules import MemberRole, forget_memberships
from knowledge.audit import ACTIONS
from knowledge.outbox import tell
from knowledge.text import render_markdown

ACTIONS.update(
    {
        "community-opened": _("Community opened"),
        "community-changed": _("Community changed"),
        "member-role": _("Role in a community changed"),
        "member-removed": _("Member removed from a community"),
        "member-invited": _("Somebody invited into a community"),
    }
)
AUDITED = ("name_en", "name_zh", "access", "is_board")


# ---------------------------------------------------------------- the community
@transaction.atomic
def open_community(
    *, name_en, name_zh, purpose_en, purpose_zh, access, by, slug=None, is_board=False, concepts=(), **fields
):
    """Open a community with `by` as its first steward; return it. `fields`: more fields of `Community`.

    Raises `PermissionDenied` for who is no librarian, `ValidationError` without a name or for an address that is taken.
    """
    check_open_community(by)
    said = {"name_en": name_en, "name_zh": name_zh, "purpose_en": purpose_en, "purpose_zh": purpose_zh}
    fields.setdefault("opened_at", timezone.now())
    community = Community(access=access, is_board=is_board, **said, **fields)
    community.slug = slug or _free_slug(community.name)
    _render_notices(community)
    community.full_clean(exclude=["concepts"])
    community.save()
    community.concepts.set(concepts)
    let_in(community, by, role=MemberRole.STEWARD)
    record("community-opened", community, by=by, after={name: str(getattr(community, name)) for name in AUDITED})
    tell("community_changed", community)
    community.refresh_from_db()
    return community


@transaction.atomic
def change_community(community, *, by, **fields):
    """Change what a community is: `fields` of `Community`, and `concepts`; return it.

    Raises `ValidationError` when what was written for members only would be read by others.
    """
    community = _locked(community)
    check_edit_community(by, community)
    concepts, before = fields.pop("concepts", None), {name: str(getattr(community, name)) for name in AUDITED}
    was_closed = community.is_closed
    for name, value in fields.items():
        setattr(community, name, value)
    if was_closed and not community.is_closed and community.threads.exists():
        raise ValidationError(
            _("What stands here was written for members only. Open another community for what all may read.")
        )
    if community.is_closed and not was_closed:
        keep_in(community.threads.all())
    _render_notices(community)
    community.full_clean(exclude=["concepts"])
    community.save()
    if concepts is not None:
        community.concepts.set(concepts)
    after = {name: str(getattr(community, name)) for name in AUDITED}
    record("community-changed", community, by=by, before=before, after=after)
    tell("community_changed", community)
    return community


def _locked(community):
    return Community.objects.select_for_update().get(pk=community.pk)


def _render_notices(community):
    for language in ("en", "zh"):
        source = getattr(community, f"notice_{language}")
        setattr(community, f"notice_{language}_html", render_markdown(source).html if source else "")


def _free_slug(name):
    """An address made of the name that leads nowhere else."""
    base = slugify(name, allow_unicode=True)[:70] or "community"
    slug, number = base, 2
    while slug in TAKEN or Community.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


# ---------------------------------------------------------------- joining and leaving
def let_in(community, user, *, role=MemberRole.MEMBER):
    """Make `user` a member, in the caller's transaction; return the membership. Who is one already stays as they are."""
    membership, is_new = Membership.objects.get_or_create(
        community=community, person=user.person, defaults={"role": role}
    )
    if is_new:
        Community.objects.filter(pk=community.pk).update(member_count=F("member_count") + 1)
        tell("membership_changed", membership, person=user.person.pk, community=community.pk)
    forget_memberships(user)
    return membership


@transaction.atomic
def join(community, *, by):
    """Become a member of what is not closed; return the membership."""
    check_join(by, community)
    return let_in(community, by)


@transaction.atomic
def leave(community, *, by):
    """Leave; what one wrote stays. Raises `ValidationError` for the last steward."""
    membership = Membership.objects.select_for_update(of=("self",)).filter(community=community, person__user=by).first()
    if membership is not None:
        _check_steward_left(membership)
        _let_go(membership)
    forget_memberships(by)


def _let_go(membership):
    tell("membership_changed", membership, person=membership.person_id, community=membership.community_id)
    membership.may_name = False
    name_again(membership)  # who left did not agree
    membership.delete()
    Community.objects.filter(pk=membership.community_id).update(member_count=F("member_count") - 1)


def _check_steward_left(membership):
    """A community keeps somebody who looks after it."""
    others = Membership.objects.select_for_update().filter(community=membership.community_id, role=MemberRole.STEWARD)
    if membership.is_steward and not others.exclude(pk=membership.pk).exists():
        raise ValidationError(_("Nobody else looks after this community. Make another member a steward first."))


@transaction.atomic
def remove_member(membership, *, by):
    """Take a member out; what they wrote stays. A letter that they have not used lets them in no more."""
    membership = _membership(membership)
    check_edit_community(by, membership.community)
    _check_steward_left(membership)
    record("member-removed", membership.community, by=by, before={"person": membership.person_id})
    _let_go(membership)
    if user := membership.person.user:
        membership.community.invitations.filter(email__iexact=user.email, accepted_at=None).delete()
    forget_memberships(by)


@transaction.atomic
def give_role(membership, role, *, by):
    """Make a member a steward, or a steward a member."""
    membership, role = _membership(membership), MemberRole(role)
    check_edit_community(by, membership.community)
    if role == membership.role:
        return membership
    if role == MemberRole.MEMBER:
        _check_steward_left(membership)
    before = {"person": membership.person_id, "role": str(membership.role)}
    membership.role = role
    membership.save(update_fields=["role"])
    after = {"person": membership.person_id, "role": str(role)}
    record("member-role", membership.community, by=by, before=before, after=after)
    tell("membership_changed", membership, person=membership.person_id, community=membership.community_id)
    forget_memberships(by)
    return membership


@transaction.atomic
def set_may_name(membership, value, *, by):
    """Say whether one may be named outside when something from a closed community is published."""
    membership = _membership(membership)
    check_name_outside(by, membership)
    membership.may_name = bool(value)
    membership.save(update_fields=["may_name"])
    name_again(membership)
    tell("membership_changed", membership, person=membership.person_id, community=membership.community_id)
    return membership


def _membership(membership):
    found = Membership.objects.select_for_update(of=("self",)).select_related("community", "person")
    return found.get(pk=membership.pk)


# ---------------------------------------------------------------- inviting
@transaction.atomic
def invite(community, *, email, by):
    """Send a letter that lets whoever has it join once; return the invitation.

    An open one for this address is used again, and holds from now on while `by` may invite.
    """
    community = _locked(community)
    check_invite(by, community)
    open_ones = Invitation.objects.filter(community=community, email__iexact=email, accepted_at=None)
    invitation = open_ones.first() or Invitation(community=community, email=email, language=by.language)
    invitation.invited_by = by.person
    invitation.save()
    record("member-invited", community, by=by)
    tell("invited", invitation)
    return invitation


@transaction.atomic
def accept_invitation(invitation, *, by):
    """Join by a letter; return the membership. Raises `PermissionDenied` when somebody else used it, or it holds no more."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("community", "invited_by__user")
    invitation = found.get(pk=invitation.pk)
    check_accept_invitation(by, invitation)
    invitation.accepted_at, invitation.accepted_by = invitation.accepted_at or timezone.now(), by.person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return let_in(invitation.community, by)
