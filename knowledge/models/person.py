"""Who speaks and knows: authors, contributors, tellers and experts, with or without an account."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from knowledge.rules import is_staff_member
from knowledge.text import render_markdown, written

FORMER_MEMBER = gettext_noop("Former member")


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People whose page `user` may open: those who agreed to be found, oneself, and for staff all with an account.

        An unclaimed person (no account) stands as author beside their own text and nowhere else.
        """
        living = self.filter(erased_at=None)
        if is_staff_member(user):
            return living.exclude(user=None)
        found = Q(in_search=True)
        if user.is_authenticated:
            found |= Q(user=user)
        return living.exclude(user=None).filter(found)


class MapConsent(models.TextChoices):
    NO = "no", _("No")
    YES = "yes", _("Yes")


class Person(models.Model):
    name = models.CharField(_("name"), max_length=120, help_text=_("Your name, or a pseudonym if you prefer."))
    is_pseudonym = models.BooleanField(_("this is a pseudonym"), default=False)
    bio = models.TextField(_("about me"), blank=True, max_length=2000)
    bio_html = models.TextField(blank=True, editable=False)
    languages = models.CharField(_("languages"), max_length=80, blank=True)  # BCP 47 tags with blanks between
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    in_search = models.BooleanField(
        _("let others find me"), default=False, help_text=_("Your page can be opened and found by search.")
    )
    on_maps = models.CharField(_("show me on knowledge maps"), max_length=3, choices=MapConsent, default=MapConsent.NO)
    on_maps_basis = models.CharField(_("basis of that consent"), max_length=200, blank=True)
    on_maps_since = models.DateTimeField(null=True, blank=True, editable=False)
    origin = models.CharField(
        max_length=160, unique=True, null=True, blank=True, editable=False
    )  # source:id of an import
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]

    def __str__(self):
        return gettext(FORMER_MEMBER) if self.erased_at else self.name

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    @property
    def about(self):
        """What the person says about themselves, as HTML for a page."""
        return written(self.bio_html)

    @property
    def consent_basis(self):
        """The basis of the consent to maps; the usual one in the reader's language."""
        return gettext(self.on_maps_basis) if self.on_maps_basis else ""

    def say_about(self, markdown):
        """Take in what the person says about themselves. Raises `TextRefused` when it is too long or too deep."""
        self.bio, self.bio_html = markdown, render_markdown(markdown).html if markdown else ""

    def language_list(self):
        """The BCP 47 tags of the languages that the person reads and writes."""
        return self.languages.split()

    def become_former_member(self, moment):
        """Drop everything that says who this was; the row stays, so that texts keep an author."""
        self.name, self.is_pseudonym, self.erased_at = FORMER_MEMBER, True, moment
        self.bio = self.bio_html = self.languages = self.on_maps_basis = ""
        self.in_search, self.on_maps, self.on_maps_since = False, MapConsent.NO, None
        self.user = self.origin = None
        self.save()


class PersonConcept(models.Model):
    """What a person says that they know (declared); derived expertise is computed from evidence."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="knows")
    concept = models.ForeignKey("knowledge.Concept", models.CASCADE, related_name="known_by")
    note = models.CharField(_("what exactly"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "concept"], name="person_knows_once")]

    def __str__(self):
        return f"{self.person} – {self.concept}"
