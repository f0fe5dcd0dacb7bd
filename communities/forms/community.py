"""The forms of a community: what it is, who is in it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.utils.translation import gettext_lazy as _

from communities.rules import Access, MemberRole

# Words under /communities/ that are rooms of their own.
TAKEN = frozenset(
    ["new", "ask", "threads", "queue", "flow", "invitations", "off", "preview", "draft", "images", "posts"]
)


def long_text(label, longest, rows, **options):
    return forms.CharField(
        label=label, max_length=longest, required=False, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class CommunityForm(forms.Form):
    """What a community is for and who reads it; one of the two names is enough."""

    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    purpose_en = long_text(_("What it is for, in English"), 1000, 3)
    purpose_zh = long_text(_("What it is for, in Chinese"), 1000, 3)
    access = forms.ChoiceField(
        label=_("Who reads it?"), choices=Access.choices, initial=Access.OPEN, widget=forms.RadioSelect
    )
    topics = forms.CharField(label=_("Topics"), required=False, max_length=400, help_text=_("With commas between."))
    notice_en = long_text(_("Notice in English"), 4000, 4, help_text=_("Stands beside the threads. Markdown."))
    notice_zh = long_text(_("Notice in Chinese"), 4000, 4)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("name_en") and not cleaned.get("name_zh"):
            self.add_error("name_en", _("Give it a name in one of the two languages."))
        return cleaned


class OpenForm(CommunityForm):
    """A new community also gets its address, which stays."""

    slug = forms.CharField(
        label=_("Address"),
        max_length=80,
        required=False,
        help_text=_(
            "The last part of its address. Leave it empty to have it made from the name. It does not change afterwards."
        ),
        validators=[validate_unicode_slug],
    )
    field_order = ["name_en", "name_zh", "slug"]

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if slug in TAKEN:
            raise ValidationError(_("This word leads to another page. Choose a different one."))
        return slug or None


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("They get a letter with an address that lets them join.")
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)
