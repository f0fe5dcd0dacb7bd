"""Looking after accounts: every change is written down, and ends the sessions that it has to end."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from kmsite.models import User
from knowledge.application.erasing import erase
from knowledge.audit import record
from knowledge.models import Person
from knowledge.outbox import tell
from knowledge.policies import check_administer, check_close_account, check_give_roles, check_manage_account
from knowledge.throttle import forgive


def masked(email):
    """Enough of an address to recognise it, not enough to write to it."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


@transaction.atomic
def make_account(*, email, name, by, password=None, language="en", time_zone="", roles=()):
    """Make an account with its person; return it. `roles` are groups. `by` is None on the command line.

    Without a password the colleague sets one by “Forgot your password?”.
    """
    if by is not None:
        check_administer(by)
    user = User.objects.create_user(email, password, language=language, time_zone=time_zone)
    Person.objects.create(user=user, name=name, languages=language)
    confirm_address(user)
    keep_preferences(user)
    record("account-made", user, by=by)
    if roles:
        change_roles(user, roles, by=by)
    return user


def confirm_address(user):
    """The address that the account has now is its only one, and counts as confirmed."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


def trust_house_made(user):
    """An account without any address in allauth's list was made by the house: its address counts as confirmed.

    Whoever signs up has one in the list from the start.
    """
    if user.email and not EmailAddress.objects.filter(user=user).exists():
        confirm_address(user)


def keep_preferences(user):
    """Wagtail's admin keeps language and time zone of its own: let them be those of the account."""
    profile = UserProfile.get_for_user(user)
    profile.preferred_language, profile.current_time_zone = user.language, user.time_zone
    profile.save(update_fields=["preferred_language", "current_time_zone"])


@transaction.atomic
def change_roles(user, groups, *, by):
    """Give `user` exactly these groups. Losing one ends all sessions of the account."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None:
        check_give_roles(by, user)
    before = set(user.groups.values_list("name", flat=True))
    after = {group.name for group in groups}
    if before == after:
        return user
    user.groups.set(groups)
    record("role-change", user, by=by, before={"roles": sorted(before)}, after={"roles": sorted(after)})
    if before - after:
        user.end_sessions()
    return user


@transaction.atomic
def set_active(user, active, *, by):
    """Open or close an account for signing in; closing ends its sessions."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None:
        check_manage_account(by, user)
    if user.is_active == active:
        return user
    user.is_active = active
    user.save(update_fields=["is_active"])
    record("account-opened" if active else "account-closed", user, by=by)
    if not active:
        user.end_sessions()
    return user


@transaction.atomic
def set_password(user, password, *, by):
    """Give the account a new password; its sessions end, since their hash holds the old one."""
    if by is not None:
        check_manage_account(by, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("password-change", user, by=by)
    unlock_now(user)


@transaction.atomic
def change_address(user, email, *, by):
    """Give the account a new, confirmed address; its sessions end."""
    if by is not None:
        check_manage_account(by, user)
    before, user.email = user.email, email.lower()
    user.save(update_fields=["email"])
    confirm_address(user)
    record("email-change", user, by=by, before={"email": masked(before)}, after={"email": masked(user.email)})


@transaction.atomic
def unlock(user, *, by):
    """Let an account try again at once that was locked after too many wrong passwords or codes."""
    if by is not None:
        check_manage_account(by, user)
    unlock_now(user)
    record("account-unlocked", user, by=by)


def unlock_now(user):
    forgive("sign-in-account", user.email)
    forgive("second-factor", user.pk)


@transaction.atomic
def drop_second_factor(user, *, by):
    """For a colleague who lost the telephone: the next sign-in sets up a new one."""
    if by is not None:
        check_manage_account(by, user)
    kinds = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    user.end_sessions()
    record("second-factor-removed", user, by=by, before={"kinds": kinds})


@transaction.atomic
def sign_out_everywhere(user, *, by):
    """End every session of the account; who asks keeps their own by `update_session_auth_hash`."""
    user.end_sessions()
    record("signed-out-everywhere", user, by=by)


@transaction.atomic
def close_account(user, *, by):
    """Erase the person and delete the account; what they wrote stays under “Former member”."""
    if by is not None:
        check_close_account(by, user)
    person, _made = Person.objects.select_for_update().get_or_create(user=user, defaults={"name": user.email})
    erase(person, by=by)
    ModelLogEntry.objects.for_instance(user).update(label="–")
    record("account-deleted", user, by=None if by == user else by, label="–")
    user.delete()


@transaction.atomic
def choose_settings(user, *, language, time_zone):
    """What the account's owner chooses for themselves."""
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])
    keep_preferences(user)


@transaction.atomic
def rename(user, name):
    """The person behind an account is shown by another name."""
    person, _made = Person.objects.select_for_update().get_or_create(user=user, defaults={"name": name})
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
        tell("person_changed", person)


def role_groups(names):
    """The groups of these role names."""
    return list(Group.objects.filter(name__in=names))
