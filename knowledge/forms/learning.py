"""What librarians do about a search: put a result first, give a topic another name, ask for an entry."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

HIDDEN, ALTERNATIVE = "hidden", "alt"  # as SKOS has them
LABEL_LANGUAGES = [("zh-Hans" if code == "zh-hans" else code, name) for code, name in settings.LANGUAGES]


class PinForm(forms.Form):
    """`results` are (key, title) to choose from, `topics` (key of a concept, name) that the words name."""

    key = forms.ChoiceField(
        label=_("Which result"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result that is to stand first.")},
    )
    where = forms.ChoiceField(label=_("Where it stands first"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until somebody takes it away."),
    )

    def __init__(self, *args, results=(), topics=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = results
        named = [(str(key), _("Whenever a search names “%(topic)s”") % {"topic": name}) for key, name in topics]
        self.fields["where"].choices = [("words", _("For exactly these words")), *named]
        self.fields["where"].initial = "words"


class NameForm(forms.Form):
    """`topics` are (key of a concept, name) to choose from."""

    concept = forms.ChoiceField(
        label=_("Which topic"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the topic that is meant.")},
    )
    kind = forms.ChoiceField(
        label=_("Shown or not"),
        widget=forms.RadioSelect,
        initial=HIDDEN,
        choices=[
            (HIDDEN, _("Hidden: it only finds, such as a slip of the pen")),
            (ALTERNATIVE, _("Alternative: it is shown as another name")),
        ],
    )
    language = forms.ChoiceField(label=_("Language of the name"), choices=LABEL_LANGUAGES)

    def __init__(self, *args, topics=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["concept"].choices = topics


class WantForm(forms.Form):
    note = forms.CharField(
        label=_("What should it say?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
