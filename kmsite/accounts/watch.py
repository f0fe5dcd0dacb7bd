"""Written down as it happens: what django-allauth did to an account. Connected when the site starts."""

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa import signals as mfa
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models.signals import post_init, post_save
from django.dispatch import receiver

from kmsite.accounts.people import keep_preferences, masked
from kmsite.models import LibrarySettings, User
from knowledge.audit import record


def keep_this_session(request, user):
    """End the account's other sessions; the one that asked goes on."""
    user = User.objects.get(pk=user.pk)
    user.end_sessions()
    if request is not None and request.user.is_authenticated and request.user.pk == user.pk:
        update_session_auth_hash(request, user)
        request.user.session_stamp = user.session_stamp


@receiver(user_login_failed, dispatch_uid="audit")
def sign_in_failed(credentials, **kwargs):
    email = str(credentials.get("email") or credentials.get("username") or "")
    account_tried = User.objects.filter(email__iexact=email).select_related("person").first()
    record(
        "sign-in-failed", account_tried, by=None, label=None if account_tried else "", after={"email": masked(email)}
    )


@receiver(account.user_signed_up, dispatch_uid="audit")
def signed_up(user, **kwargs):
    keep_preferences(user)
    record("account-made", user, by=user)


@receiver([account.password_changed, account.password_set, account.password_reset], dispatch_uid="audit")
def password_changed(request, user, **kwargs):
    record("password-change", user, by=user)


@receiver(account.email_changed, dispatch_uid="audit")
@transaction.atomic
def email_changed(request, user, from_email_address, to_email_address, **kwargs):
    before = masked(from_email_address.email) if isinstance(from_email_address, EmailAddress) else ""
    record("email-change", user, by=user, before={"email": before}, after={"email": masked(to_email_address.email)})
    keep_this_session(request, user)


@receiver(mfa.authenticator_added, dispatch_uid="audit")
@transaction.atomic
def second_factor_added(request, user, authenticator, **kwargs):
    if authenticator.type == authenticator.Type.RECOVERY_CODES:
        record("recovery-codes-made", user, by=user)
        return
    record("second-factor-added", user, by=user, after={"kind": authenticator.type})
    keep_this_session(request, user)


@receiver(mfa.authenticator_removed, dispatch_uid="audit")
@transaction.atomic
def second_factor_removed(request, user, authenticator, **kwargs):
    record("second-factor-removed", user, by=user, before={"kind": authenticator.type})
    keep_this_session(request, user)


@receiver(mfa.authenticator_reset, dispatch_uid="audit")
def second_factor_reset(user, **kwargs):
    record("recovery-codes-made", user, by=user)


@receiver(mfa.authentication_failed, dispatch_uid="audit")
def second_factor_failed(user, **kwargs):
    record("second-factor-failed", user, by=None)


SETTINGS = ("name_en", "name_zh", "contact_email", "one_may_approve")


@receiver(post_init, sender=LibrarySettings, dispatch_uid="audit")
def remember_settings(instance, **kwargs):
    instance.settings_before = {name: instance.__dict__.get(name) for name in SETTINGS}


@receiver(post_save, sender=LibrarySettings, dispatch_uid="audit")
def settings_changed(instance, created, **kwargs):
    after = {name: getattr(instance, name) for name in SETTINGS}
    changed = [name for name in SETTINGS if instance.settings_before.get(name) != after[name]]
    if created or not changed:
        return
    request = context.request
    record(
        "setting-change",
        instance,
        by=request.user if request is not None else None,
        before={name: instance.settings_before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
