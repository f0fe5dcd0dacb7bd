"""Who may see what, and the vocabularies that everything rests on: data, read by querysets and by policies.

Nothing here asks the database except `roles_of`, which reads the groups of one user once.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The roles that a library gives; everybody signed in is a patron."""

    LIBRARIAN = "librarian", _("Librarian")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF = frozenset(Role)
CURATORS = frozenset({Role.LIBRARIAN, Role.ADMINISTRATOR})


class Kind(models.TextChoices):
    """The four kinds of customer knowledge."""

    ABOUT = "about", _("About customers")
    FOR = "for", _("For customers")
    FROM = "from", _("From customers")
    COCREATED = "cocreated", _("Made together")


class EntryForm(models.TextChoices):
    """The shape in which an entry tells what it knows."""

    ANSWER = "answer", _("Answer")
    GUIDE = "guide", _("Guide")
    BEST_PRACTICE = "best-practice", _("Best practice")
    LESSON_LEARNED = "lesson-learned", _("Lesson learned")
    COMPETITIVE_INTELLIGENCE = "competitive-intelligence", _("Competitive intelligence")
    CUSTOMER_INSIGHT = "customer-insight", _("Customer insight")
    CASE = "case", pgettext_lazy("form of an entry", "Case")
    POLICY = "policy", _("Policy")


class Visibility(models.TextChoices):
    """Who may read a thing."""

    PUBLIC = "public", _("Everybody")
    SIGNED_IN = "signed-in", _("Signed-in people")
    STAFF = "staff", _("Staff only")
    GROUP = "group", _("One group")


class Facet(models.TextChoices):
    """The five facets by which every resource is classified."""

    SUBJECT = "subject", _("Subject")
    ORGANIZATION = "organization", _("Organization")
    BUSINESS = "business", _("Business")
    FORM = "form", _("Form of resource")
    USE = "use", _("Use")


class Channel(models.TextChoices):
    """The thirteen ways by which knowledge comes in."""

    VISIT = "visit", _("Visit or interview")
    SURVEY = "survey", _("Survey")
    OPPORTUNITY = "opportunity", _("Window of opportunity")
    PUBLICATIONS = "publications", _("Publications")
    INTELLIGENCE = "intelligence", _("Competitive intelligence")
    PARTICIPATION = "participation", _("Taking part in the customer’s work")
    LEARNING = "learning", _("Learning from customers")
    RETIRED = "retired", _("Consulting retired staff")
    COMPLAINT = "complaint", _("Complaint system")
    SATISFACTION = "satisfaction", _("Monitoring of satisfaction and loyalty")
    PARTNERSHIP = "partnership", _("Partnership or alliance")
    HIRING = "hiring", _("Hiring a customer")
    INFORMAL = "informal", _("Informal comment")


class CaptureState(models.TextChoices):
    """Where a capture stands on its way from the inbox."""

    NEW = "new", _("New")
    CLAIMED = "claimed", _("Claimed")
    DRAFTED = "drafted", _("Made into an entry")
    MERGED = "merged", _("Added to an entry")
    DROPPED = "dropped", _("Dropped")


WAITING = (CaptureState.NEW, CaptureState.CLAIMED)


def roles_of(user):
    """The roles of `user`; one query a request, then kept on the user. A superuser is an administrator."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_roles"):
        groups = dict(user.groups.values_list("pk", "name")) if user.pk else {}
        user._group_ids, names = list(groups), set(groups.values())
        user._roles = frozenset(role for role in Role if role.value in names)
        if user.is_superuser:
            user._roles |= {Role.ADMINISTRATOR}
    return user._roles


def is_staff_member(user):
    """Librarians, managers and administrators."""
    return bool(roles_of(user) & STAFF)


def is_curator(user):
    """Those who write, classify and approve entries."""
    return bool(roles_of(user) & CURATORS)


TOKEN_GIVERS = []


def gives_tokens(function):
    """Let `function(user)` add access tokens of a room above, from its app's `ready()`: a set of texts."""
    if function not in TOKEN_GIVERS:
        TOKEN_GIVERS.append(function)
    return function


def access_tokens(user):
    """The access tokens that `user` holds, a set of texts: a thing is readable when it carries one of them.

    `public` · `signed-in` · `staff` · `group:<id>` · `user:<id>`, and those of rooms above, such as `community:<id>`.
    Search documents and nodes of maps carry the same tokens.
    """
    tokens = {"public"}
    if not user.is_authenticated or not user.is_active:
        return tokens
    tokens |= {"signed-in", f"user:{user.pk}"}
    if is_staff_member(user):
        tokens.add("staff")
    tokens |= {f"group:{pk}" for pk in user._group_ids}
    return tokens.union(*(give(user) for give in TOKEN_GIVERS))


def check_kind(kind, visibility):
    """Raise `ValidationError` when a thing of this kind may not be opened so far: what is about customers stays with staff."""
    if kind == Kind.ABOUT and visibility != Visibility.STAFF:
        raise ValidationError(
            _("What is about customers is for staff only. Choose “Staff only”, or another kind."), code="about"
        )


def token_for(visibility, group_id=None):
    """The access token that opens a thing of this visibility."""
    return f"group:{group_id}" if visibility == Visibility.GROUP else str(visibility)
