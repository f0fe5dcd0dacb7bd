"""The forms by which something told comes in and is settled."""

import time

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from knowledge.rules import Channel
from knowledge.uploads import check_upload

FASTEST = 2  # seconds; nobody reads and writes faster
LONGEST = 24 * 3600
SALT = "tell"


class FormKeyMixin(forms.Form):
    """Carries a key made with the form, so that the same form sent twice makes one row."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = get_random_string(32)

    def clean_form_key(self):
        return self.cleaned_data["form_key"] or None


class TellForm(FormKeyMixin):
    """For everybody: one field is enough."""

    text = forms.CharField(
        label=_("What would you like to tell us?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "A question, an idea, something that went wrong or well, something you know. Two sentences are enough."
        ),
        error_messages={"required": _("Write a few words first.")},
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, help_text=_("Leave it empty to stay unnamed.")
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Only to tell you what became of it. Nobody outside the library’s staff sees it."),
    )
    may_name = forms.BooleanField(
        label=_("You may name me if you publish something that came from this."), required=False
    )
    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    entry = forms.IntegerField(widget=forms.HiddenInput, required=False)
    website = forms.CharField(  # people do not see it; programs fill it in
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    made = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, known=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["made"].initial = signing.dumps(time.time(), salt=SALT)
        if known:  # somebody signed in has said who they are
            del self.fields["name"], self.fields["email"]

    def clean(self):
        cleaned = super().clean()
        if not self._made_by_a_person(cleaned):
            raise forms.ValidationError(
                _("This went so fast that we took it for a program. Your text is still here: please send it once more.")
            )
        return cleaned

    def _made_by_a_person(self, cleaned):
        try:
            age = time.time() - signing.loads(cleaned.get("made", ""), salt=SALT, max_age=LONGEST)
        except signing.BadSignature:  # none, foreign, or older than a day
            age = 0
        if age >= FASTEST and not cleaned.get("website"):
            return True
        self.data = self.data.copy()  # the second try carries a fresh time and an empty trap
        self.data[self.add_prefix("made")] = signing.dumps(time.time(), salt=SALT)
        self.data[self.add_prefix("website")] = ""
        return False


class CaptureForm(FormKeyMixin):
    """For staff: only what was said is needed."""

    text = forms.CharField(
        label=_("What was said"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        help_text=_("In the customer’s words where you can. This one field is enough."),
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.INFORMAL)
    heard_on = forms.DateField(
        label=_("When"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    teller_name = forms.CharField(label=_("Who said it"), max_length=120, required=False)
    teller_email = forms.EmailField(
        label=_("Their e-mail address"), required=False, help_text=_("Only if they want to hear what became of it.")
    )
    may_name = forms.BooleanField(label=_("They may be named"), required=False)
    link = forms.URLField(label=_("Link"), max_length=1000, required=False, assume_scheme="https")
    citation = forms.CharField(
        label=_("Citation"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = forms.FileField(label=_("File"), required=False, help_text=_("PDF, picture, office document or plain text."))

    def clean_heard_on(self):
        day = self.cleaned_data["heard_on"] or timezone.localdate()
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Choose today or an earlier day."))
        return day

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file:
            check_upload(file)
        return file

    def evidence(self):
        """The pieces of evidence that were given, as `take_in` wants them."""
        given = self.cleaned_data
        pieces = [
            {"kind": "link", "url": given["link"]},
            {"kind": "citation", "citation": given["citation"]},
            {"kind": "file", "file": given["file"], "title": given["file"].name if given["file"] else ""},
        ]
        return [piece for piece in pieces if piece.get(piece["kind"] if piece["kind"] != "link" else "url")]


class DropForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is nothing made of it?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The teller reads this."),
    )
