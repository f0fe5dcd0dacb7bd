"""The forms by which talk is put into words, brought together, tried out and skipped."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.rules import Useful
from communities.seci import Mode
from knowledge.forms.capture import FormKeyMixin
from knowledge.rules import EntryForm
from knowledge.text import MAX_SOURCE

LANGUAGES = [(code, name) for code, name in settings.LANGUAGES]


class ChosenPosts:
    """The posts chosen on a form, `post` once each, and the notes beside them, `note-<pk>`."""

    def __init__(self, data, posts):
        chosen = set(data.getlist("post"))
        self.posts = [post for post in posts if str(post.pk) in chosen]
        self.notes = {post.pk: data.get(f"note-{post.pk}", "").strip() for post in self.posts}


class DistilForm(FormKeyMixin):
    """What somebody puts into words."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What one would look for: the problem, or what helps against it.")
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=MAX_SOURCE,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("What do the chosen posts know together? A comparison, a formula or a table is welcome. Markdown."),
        error_messages={"required": _("Write down what the chosen posts know.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class RewriteForm(DistilForm):
    """Writing on at a distillation; `version` is the one that it was started from."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CombineForm(forms.Form):
    """A new entry, or one that is there already and takes the distillations in."""

    NEW = "new"
    OF_NEW = ("title", "summary", "form", "language")
    target = forms.ChoiceField(label=_("Where does it go?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title of the new entry"), max_length=255, error_messages={"required": _("A new entry needs a title.")}
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences; lists and search show them."),
    )
    form = forms.ChoiceField(label=_("Form"), choices=EntryForm.choices, initial=EntryForm.BEST_PRACTICE)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    says_it_already = forms.BooleanField(
        label=_("The entry says this already"),
        required=False,
        help_text=_("Then only the sources and everybody who had a part are added to it."),
    )

    def __init__(self, *args, entries=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.pk): entry for entry in entries}
        there = [(key, _("Into “%(title)s”") % {"title": entry.title}) for key, entry in self.entries.items()]
        self.fields["target"].choices = [(self.NEW, _("Into a new entry")), *there]
        self.fields["target"].initial = self.NEW
        self.fields["title"].required = self["target"].value() not in self.entries

    @property
    def entry(self):
        """The entry that takes it in; None for a new one."""
        return self.entries.get(self.cleaned_data["target"])

    @property
    def new_fields(self):
        """What is asked about a new entry only."""
        return [self[name] for name in self.OF_NEW]

    def new_entry(self):
        """The fields of a new entry, as `combine` wants them."""
        return {name: self.cleaned_data[name] for name in self.OF_NEW}


class PractiseForm(FormKeyMixin):
    """What somebody tried, what happened, what they learned; and the question that it left."""

    tried = forms.CharField(
        label=_("What I tried"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("When, where, how."),
    )
    happened = forms.CharField(label=_("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    learned = forms.CharField(
        label=_("What I learned"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    useful = forms.ChoiceField(label=_("Did it help?"), choices=Useful.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    question = forms.CharField(
        label=_("A question that it left you with"),
        max_length=200,
        required=False,
        help_text=_("It opens a new thread, so that others can answer. The next turn of the spiral begins with it."),
    )


class RewriteReportForm(PractiseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    question = None


class SkipForm(forms.Form):
    """A steward lets a step be skipped, and says why."""

    mode = forms.ChoiceField(label=_("Which step is skipped?"), choices=[(m.value, m.label) for m in Mode])
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reads the thread reads this."),
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
