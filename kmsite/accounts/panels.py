"""The account page of the admin: name, language and time zone of the account; signing in is looked after elsewhere."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import account as wagtail_account

from kmsite.accounts.people import choose_settings, rename
from kmsite.accounts.users import time_zone_choices
from kmsite.models import User


class PreferencesForm(forms.ModelForm):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Your name, or a pseudonym if you prefer."))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = ["language", "time_zone"]

    field_order = ["name", "language", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.instance.get_full_name()
        self.fields["time_zone"].choices = time_zone_choices()

    def save(self, commit=True):
        cleaned = self.cleaned_data
        rename(self.instance, cleaned["name"])
        choose_settings(self.instance, language=cleaned["language"], time_zone=cleaned["time_zone"])
        return self.instance


class PreferencesPanel(wagtail_account.BaseSettingsPanel):
    name = "preferences"
    title = _("Name, language and time zone")
    order = 100
    form_class = PreferencesForm


class AccountView(wagtail_account.AccountView):
    def get_panels(self):
        ours = PreferencesPanel(self.request, self.request.user, None)
        kept = (wagtail_account.NotificationsSettingsPanel, wagtail_account.ThemeSettingsPanel)
        # Ours is saved last: the others save Wagtail's profile as they read it, with the old language.
        return [*(panel for panel in super().get_panels() if isinstance(panel, kept)), ours]
