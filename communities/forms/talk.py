"""The forms of talk: asking, answering, commenting, changing, flagging, looking after."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.rules import FlagReason
from communities.seci import Stage
from knowledge.forms.capture import FormKeyMixin
from knowledge.text import MAX_SOURCE

LANGUAGES = list(settings.LANGUAGES)
LONGEST_TITLE = 200


def text_field(label, rows, **options):
    """A field for Markdown. The cap is the one of the renderer, which says how long the text is."""
    widget = forms.Textarea(attrs={"rows": rows, "data-write": ""})
    return forms.CharField(label=label, widget=widget, max_length=MAX_SOURCE, **options)


class PictureMixin(forms.Form):
    """A picture goes with a text; it is taken in when the form is sent, or by script before."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
    )
    picture_title = forms.CharField(
        label=_("What it shows"), required=False, max_length=300, help_text=_("For those who cannot see it.")
    )


class AskForm(PictureMixin, FormKeyMixin):
    """A question or a story that opens a thread. Nobody must choose a community."""

    title = forms.CharField(
        label=_("What is it about?"),
        max_length=LONGEST_TITLE,
        help_text=_("One sentence, as you would ask a friend."),
        error_messages={"required": _("Give it a title, so that others know whether they can help.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = text_field(
        _("Tell it"),
        10,
        help_text=_("What you tried, what happened, what you would like to know. Markdown."),
        error_messages={"required": _("Write a few words first.")},
    )
    community = forms.ChoiceField(label=_("Where does it belong?"), required=False)
    topics = forms.CharField(
        label=_("Topics"),
        required=False,
        max_length=400,
        help_text=_("With commas between. Leave it empty if you are not sure."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    grew_from = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)

    def __init__(self, *args, communities=(), suggested=None, **kwargs):
        super().__init__(*args, **kwargs)
        nowhere = _("Where it fits best; the site finds it")
        if suggested:
            nowhere = _("Where it fits best: %(name)s") % {"name": suggested.name}
        self.fields["community"].choices = [("", nowhere), *((one.slug, one.name) for one in communities)]


class ReplyForm(PictureMixin, FormKeyMixin):
    text = text_field(_("Your reply"), 6, error_messages={"required": _("Write a few words first.")})


class CommentForm(FormKeyMixin):
    text = text_field(_("Your comment"), 3, error_messages={"required": _("Write a few words first.")})


class EditPostForm(PictureMixin, forms.Form):
    """Changing a post; `version` is the one that it was started from."""

    text = text_field(_("Text"), 12, error_messages={"required": _("Write a few words, or delete the post.")})
    version = forms.IntegerField(widget=forms.HiddenInput)


class ThreadForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    topics = forms.CharField(label=_("Topics"), required=False, max_length=400, help_text=_("With commas between."))


class MoveForm(forms.Form):
    community = forms.ChoiceField(label=_("Where to?"))
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        required=False,
        help_text=_("The author reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, communities=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = [(one.slug, one.name) for one in communities]


class FlagForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Anything that the stewards should know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"), max_length=500, help_text=_("Its author reads this."), widget=forms.Textarea(attrs={"rows": 2})
    )


class NarrowForm(forms.Form):
    """Which threads of a list to show. All of it stands in the address."""

    ANSWERED = [
        ("", _("All")),
        ("yes", _("With an accepted answer")),
        ("no", _("Without an accepted answer")),
        ("none", _("Nobody has answered yet")),
    ]
    SORTS = [("", _("Latest post")), ("new", _("Newest thread")), ("waits", _("Waiting longest"))]
    stage = forms.ChoiceField(
        label=pgettext_lazy("of a thread", "Stage"), required=False, choices=[("", _("All")), *Stage.choices]
    )
    answered = forms.ChoiceField(label=_("Answers"), required=False, choices=ANSWERED)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
