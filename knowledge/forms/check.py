"""The form by which a librarian vouches for an entry."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def in_half_a_year():
    return timezone.localdate() + timedelta(days=182)


class CheckForm(forms.Form):
    until = forms.DateField(
        label=_("Good until"),
        initial=in_half_a_year,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Choose the day until which it holds.")},
    )
