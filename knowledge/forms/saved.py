"""The form by which a reader names a search that they keep."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_NAME = 120


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("What it is called"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Give the search a name by which you find it again.")},
    )
