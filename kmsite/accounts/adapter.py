"""What django-allauth asks us: who is new, how often, where to go, in whose name."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.models import Site

from kmsite.accounts.people import trust_house_made
from kmsite.models import LibrarySettings
from knowledge.models import Person
from knowledge.throttle import TooMany, client_address, count, forgive


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right."),
        "too_many_login_attempts": _("That was tried too often. Please wait five minutes, then try again."),
    }

    def get_client_ip(self, request):
        return client_address(request)

    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        """The account and the person who speaks through it are made together."""
        user.language = request.LANGUAGE_CODE
        user.time_zone = form.cleaned_data["time_zone"]
        user = super().save_user(request, user, form, commit)
        Person.objects.create(
            user=user,
            name=form.cleaned_data["name"],
            is_pseudonym=form.cleaned_data["is_pseudonym"],
            languages=user.language,
        )
        return user

    def pre_login(self, request, user, **kwargs):
        trust_house_made(user)
        return super().pre_login(request, user, **kwargs)

    def get_login_redirect_url(self, request):
        with override(request.user.language):
            return reverse(settings.LOGIN_REDIRECT_URL)

    get_signup_redirect_url = get_login_redirect_url

    def get_email_verification_redirect_url(self, email_address):
        return reverse("me" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request):
        return reverse("me_settings")

    # ------------------------------------------------------------ how often
    def pre_authenticate(self, request, **credentials):
        try:
            count("sign-in-account", credentials.get("email", ""))
        except TooMany as reason:
            raise self.validation_error("too_many_login_attempts") from reason

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        if user:
            forgive("sign-in-account", credentials.get("email", ""))
        return user

    def should_send_confirmation_mail(self, request, email_address, signup):
        return _may_be_written_to(email_address.email)

    def send_account_already_exists_mail(self, email):
        if _may_be_written_to(email):
            super().send_account_already_exists_mail(email)


def _may_be_written_to(email):
    """Nobody's mailbox is filled by somebody who types its address again and again."""
    try:
        count("confirm-account", email)
    except TooMany:
        return False
    return True


class SecondFactorAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self):
        return house_name()

    def get_public_key_credential_rp_entity(self):
        return {**super().get_public_key_credential_rp_entity(), "name": house_name()}


def house_name():
    """The name of the library in the language of the moment."""
    site = Site.objects.filter(is_default_site=True).first()
    return LibrarySettings.for_site(site).name if site else settings.WAGTAIL_SITE_NAME
