"""The forms of django-allauth that ask or count something of ours."""

from zoneinfo import available_timezones

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm
from allauth.mfa.base import forms as mfa_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kmsite.accounts.people import trust_house_made
from knowledge.throttle import TooMany, count, forgive


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        if "remember" in self.fields:
            self.fields["remember"].label = _("Stay signed in")


class SignUpForm(SignupForm):
    name = forms.CharField(
        label=_("Name or pseudonym"),
        max_length=120,
        help_text=_("Shown beside what you write. You can change it at any time."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    is_pseudonym = forms.BooleanField(label=_("This is a pseudonym"), required=False)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)  # filled in by the browser
    field_order = ["name", "is_pseudonym", "email", "password1", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in ("email", "password1"):
            self.fields[field].widget.attrs.pop("placeholder", None)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("Nobody sees it. You sign in with it.")
        self.fields["password1"].help_text = _("At least 10 characters. A few words in a row are easy to remember.")

    def clean_time_zone(self):
        name = self.cleaned_data["time_zone"]
        return name if name in available_timezones() else ""

    @transaction.atomic
    def save(self, request):
        return super().save(request)

    def try_save(self, request):
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes as long as for a new address
        return super().try_save(request)


class ResetForm(ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self):
        try:
            count("reset-account", self.cleaned_data["email"])
        except TooMany as reason:
            raise forms.ValidationError(reason.message) from reason
        email = super().clean_email()
        for user in self.users:
            trust_house_made(user)
        return email


class CountedCode:
    """A code of six digits is guessed in a million tries: count them by account."""

    def clean_code(self):
        try:
            count("second-factor", self.user.pk)
        except TooMany as reason:
            raise get_adapter().validation_error("too_many_login_attempts") from reason
        code = super().clean_code()
        forgive("second-factor", self.user.pk)
        return code


class AuthenticateForm(CountedCode, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateForm(CountedCode, mfa_forms.ReauthenticateForm):
    pass
