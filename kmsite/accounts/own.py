"""What people choose about themselves, and what is kept about them."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from wagtail.models import Revision

from kmsite.accounts.people import choose_settings
from kmsite.accounts.users import time_zone_choices
from knowledge.application.own import keeps, own_entries
from knowledge.models import AuditEvent, Capture, Concept, Person
from knowledge.models.person import MapConsent
from knowledge.outbox import tell
from knowledge.search.analysis import fold
from knowledge.text import TextRefused

OWN_CONSENT = gettext_noop("own choice on the settings page")
MOST_CHOICES = 12


def person_of(user):
    """The person of an account; made when the account came without (command line)."""
    person = getattr(user, "person", None)
    if person is None:
        person, _made = Person.objects.get_or_create(user=user, defaults={"name": user.email.split("@")[0]})
        user.person = person
    return person


class SettingsForm(forms.Form):
    name = forms.CharField(
        label=_("Name or pseudonym"),
        max_length=120,
        help_text=_("Shown beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    is_pseudonym = forms.BooleanField(label=_("This is a pseudonym"), required=False)
    bio = forms.CharField(
        label=_("About me"),
        required=False,
        max_length=2000,
        help_text=_("Markdown. Up to 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    languages = forms.CharField(
        label=_("Languages that I read and write"),
        required=False,
        max_length=80,
        help_text=_("Language tags with spaces between, such as: en zh-Hans de"),
    )
    language = forms.ChoiceField(label=_("Language of the pages"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    in_search = forms.BooleanField(
        label=_("Let others find me"),
        required=False,
        help_text=_("Your page can be opened by everybody and is found by search."),
    )
    on_maps = forms.BooleanField(
        label=_("Show me on knowledge maps"),
        required=False,
        help_text=_("Maps show who knows what. You can take this back at any time."),
    )

    def __init__(self, *args, person, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zone_choices()
        user = person.user
        names = ("name", "is_pseudonym", "bio", "languages", "in_search")
        self.initial = {
            **{name: getattr(person, name) for name in names},
            "language": user.language,
            "time_zone": user.time_zone,
            "on_maps": person.on_maps == MapConsent.YES,
        }

    def clean_languages(self):
        tags = self.cleaned_data["languages"].replace(",", " ").split()
        for tag in tags:
            if not all(part.isascii() and part.isalnum() and len(part) <= 8 for part in tag.split("-")):
                raise ValidationError(
                    _("“%(tag)s” is not a language tag. Write it like en or zh-Hans."), params={"tag": tag}
                )
        return " ".join(tags)

    def clean_bio(self):
        try:
            self.person.say_about(self.cleaned_data["bio"])
        except TextRefused as reason:
            raise ValidationError(reason) from reason
        return self.cleaned_data["bio"]

    @transaction.atomic
    def save(self):
        """Keep what was chosen; return the account."""
        person, cleaned = self.person, self.cleaned_data
        for name in ("name", "is_pseudonym", "languages", "in_search"):
            setattr(person, name, cleaned[name])
        consent = MapConsent.YES if cleaned["on_maps"] else MapConsent.NO
        if person.on_maps != consent:
            person.on_maps, person.on_maps_basis, person.on_maps_since = consent, OWN_CONSENT, timezone.now()
        person.save()
        choose_settings(person.user, language=cleaned["language"], time_zone=cleaned["time_zone"])
        tell("person_changed", person)
        return person.user


class TopicForm(forms.Form):
    """Works without script: what was typed names one concept, or the form comes back with those to choose from."""

    label = forms.CharField(label=_("Topic"), max_length=200)
    concept = forms.ModelChoiceField(Concept.objects.offered(), required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("What exactly"), max_length=200, required=False)

    choices = ()

    def __init__(self, *args, person, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("label") and not cleaned.get("concept"):
            self._look_up(cleaned)
        return cleaned

    def _look_up(self, cleaned):
        found = concepts_labelled(cleaned["label"])
        if not found:
            self.add_error("label", _("No topic is called this. Try another word, or part of one."))
        elif len(found) == 1:
            cleaned["concept"] = found[0]
        else:
            self.choices = found

    @transaction.atomic
    def save(self):
        """Add the topic; return the row. A second time changes its note."""
        topic, _made = self.person.knows.update_or_create(
            concept=self.cleaned_data["concept"], defaults={"note": self.cleaned_data["note"]}
        )
        tell("person_changed", self.person)
        return topic


def concepts_labelled(text):
    """Concepts that are called `text`; when none is, those of which a label begins with it or holds it."""
    folded = fold(text)
    offered = Concept.objects.offered()
    for lookup in ("labels__folded", "labels__folded__startswith", "labels__folded__contains"):
        found = list(offered.filter(**{lookup: folded}).distinct().with_labels()[:MOST_CHOICES])
        if found:
            return found
    return []


class CloseForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]


# ---------------------------------------------------------------- what is kept about me
@keeps("account")
def kept_account(user):
    return {
        "email": user.email,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "language": user.language,
        "time_zone": user.time_zone,
        "joined": user.date_joined.isoformat(),
        "last_here": user.last_login.isoformat() if user.last_login else None,
        "roles": list(user.groups.values_list("name", flat=True)),
        "second_factors": list(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
    }


@keeps("person")
def kept_person(user):
    person = person_of(user)
    return {
        "name": person.name,
        "is_pseudonym": person.is_pseudonym,
        "about": person.bio,
        "languages": person.language_list(),
        "found_by_others": person.in_search,
        "on_maps": {
            "consent": person.on_maps,
            "basis": person.on_maps_basis,
            "since": person.on_maps_since.isoformat() if person.on_maps_since else None,
        },
        "knows": [{"topic": str(row.concept), "note": row.note} for row in person.knows.select_related("concept")],
    }


@keeps("entries")
def kept_entries(user):
    return [
        {"title": entry.title, "url": entry.url, "language": entry.locale.language_code, "state": entry.state_name}
        for entry in own_entries(user).select_related("locale")
    ]


@keeps("versions")
def kept_versions(user):
    rows = Revision.objects.filter(user=user).order_by("pk").values_list("object_str", "created_at")
    return [{"of": title, "saved": moment.isoformat()} for title, moment in rows]


@keeps("captures")
def kept_captures(user):
    rows = Capture.objects.filter(teller__user=user).order_by("pk")
    return [
        {
            "text": row.text,
            "said": row.heard_on.isoformat(),
            "name": row.teller_name,
            "email": row.teller_email,
            "state": row.state,
        }
        for row in rows
    ]


@keeps("audit")
def kept_audit(user):
    """What I did, and what was done to my account, as the audit log has it; who did it is theirs.

    What stood before and after is mine where it is about me; of what I did to others it has the reason that I gave.
    """
    mine = {f"kmsite.user:{user.pk}", f"knowledge.person:{person_of(user).pk}"}
    rows = AuditEvent.objects.filter(actor=user) | AuditEvent.objects.filter(object_key__in=mine)
    return [
        {
            "at": row.at.isoformat(),
            "action": row.action,
            "object": row.object_key,
            "before": row.before if row.object_key in mine else {},
            "after": row.after if row.object_key in mine else _reason_in(row.after),
        }
        for row in rows.order_by("pk")
    ]


def _reason_in(after):
    return {name: after[name] for name in ("reason",) if name in (after or {})}
