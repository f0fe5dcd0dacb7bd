"""Who may see what in communities, and the vocabularies of talk: data, read by querysets and by policies.

Nothing here asks the database except `community_ids` and `reader_like`, which read memberships and groups of one user once.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from knowledge.rules import access_tokens, roles_of


class Access(models.TextChoices):
    """Who reads a community."""

    OPEN = "open", _("Open to everyone")
    SIGNED_IN = "signed-in", _("Open to signed-in people")
    CLOSED = "closed", _("Closed: members only")


class MemberRole(models.TextChoices):
    MEMBER = "member", _("Member")
    STEWARD = "steward", _("Steward")


class TalkState(models.TextChoices):
    """Where a thing that somebody wrote stands. Only what is visible is read by others."""

    VISIBLE = "visible", _("To be read")
    HELD = "held", _("Waiting for a steward")
    HIDDEN = "hidden", _("Hidden by a steward")
    DELETED = "deleted", _("Deleted by its author")


class PostKind(models.TextChoices):
    POST = "post", _("Post")
    COMMENT = "comment", _("Comment")


class SourceFormat(models.TextChoices):
    """In what a text was written; what is written here is Markdown, imports bring the others."""

    MARKDOWN = "markdown", "Markdown"
    HTML = "html", "HTML"
    TEXT = "text", _("Plain text")


class FlagReason(models.TextChoices):
    SPAM = "spam", _("Advertising or spam")
    UNKIND = "unkind", _("Unkind or insulting")
    PRIVATE = "private", _("Tells something private about a person")
    RIGHTS = "rights", _("Copied without the right to")
    WRONG_PLACE = "place", _("Belongs somewhere else")
    OTHER = "other", pgettext_lazy("reason of a flag", "Something else")


class FlagOutcome(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of a flag", "Open")
    HIDDEN = "hidden", _("Hidden")
    KEPT = "kept", _("Left as it is")


class Useful(models.TextChoices):
    """Whether what an entry says helped whoever tried it."""

    YES = "yes", _("It worked")
    PARTLY = "partly", _("It worked in part")
    NO = "no", _("It did not work")


def token_of(access, community_id):
    """The access token that opens what stands in a community of this access."""
    if access == Access.CLOSED:
        return f"community:{community_id}"
    return "public" if access == Access.OPEN else "signed-in"


def community_ids(user):
    """The keys of the communities that `user` is a member of; one query a request, then kept on the user."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_community_ids"):
        memberships = (
            user.person.memberships.order_by().values_list("community", "role") if hasattr(user, "person") else ()
        )
        roles = dict(memberships)
        user._community_ids = frozenset(roles)
        user._stewarded_ids = frozenset(pk for pk, role in roles.items() if role == MemberRole.STEWARD)
    return user._community_ids


def stewarded_ids(user):
    """The keys of the communities that `user` looks after, read with the others."""
    return user._stewarded_ids if community_ids(user) else frozenset()


def forget_memberships(user):
    """Let the next question about the memberships of `user` be asked anew: they joined or left."""
    for kept in ("_community_ids", "_stewarded_ids"):
        if hasattr(user, kept):
            delattr(user, kept)


def community_tokens(user):
    """The access tokens that memberships give."""
    return {f"community:{pk}" for pk in community_ids(user)}


def reader_like(user):
    """Somebody with the access of `user` and nothing of their own, neither role nor office: what they see, all with that access may see."""
    roles_of(user)  # reads the groups too
    reader = user.__class__(pk=0)  # the key of nobody
    reader._roles, reader._group_ids = frozenset(), user._group_ids
    reader._community_ids, reader._stewarded_ids = community_ids(user), frozenset()
    return reader


def alike(user):
    """(For whom to make what many see alike, who they are as `{% kept %}` takes it): who has a role sees their own, as visitors do."""
    if not user.is_authenticated or roles_of(user):
        return user, ""
    reader = reader_like(user)
    return reader, " ".join(sorted(access_tokens(reader)))


def readable(user, path=""):
    """The condition under which `user` reads what stands in a community; `path` leads to it, such as `community__`."""
    condition = models.Q(**{f"{path}access": Access.OPEN})
    if user.is_authenticated and user.is_active:
        condition |= models.Q(**{f"{path}access": Access.SIGNED_IN})
        if mine := community_ids(user):
            condition |= models.Q(**{f"{path}pk__in": mine})
    return condition
