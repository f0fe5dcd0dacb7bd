"""A community and its members."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.rules import Access, MemberRole, community_ids, readable, stewarded_ids, token_of
from knowledge.text import written


class CommunityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Communities whose talk `user` may read. To others a closed one is missing."""
        return self.filter(readable(user))


class Community(models.Model):
    """People around a subject that they share as challenge, chance or passion."""

    slug = models.SlugField(_("address"), max_length=80, unique=True, allow_unicode=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    purpose_en = models.TextField(_("what it is for, in English"), max_length=1000, blank=True)
    purpose_zh = models.TextField(_("what it is for, in Chinese"), max_length=1000, blank=True)
    notice_en = models.TextField(_("notice in English"), max_length=4000, blank=True)
    notice_en_html = models.TextField(blank=True, editable=False)
    notice_zh = models.TextField(_("notice in Chinese"), max_length=4000, blank=True)
    notice_zh_html = models.TextField(blank=True, editable=False)
    access = models.CharField(_("who reads it"), max_length=10, choices=Access, default=Access.OPEN, db_index=True)
    is_board = models.BooleanField(
        _("message board"),
        default=False,
        help_text=_("Questions whose authors chose no community stand here."),
    )
    concepts = models.ManyToManyField(
        "knowledge.Concept", blank=True, related_name="communities", verbose_name=_("topics")
    )
    opened_at = models.DateTimeField(_("opened"))
    thread_count = models.PositiveIntegerField(default=0, editable=False)
    member_count = models.PositiveIntegerField(default=0, editable=False)
    origin = models.CharField(max_length=160, unique=True, null=True, blank=True, editable=False)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["name_en", "name_zh", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name_en="", name_zh=""), name="community_named"),
            models.UniqueConstraint(fields=["is_board"], condition=Q(is_board=True), name="community_one_board"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("community", args=[self.slug])

    @property
    def name(self):
        return self._said("name")

    @property
    def purpose(self):
        return self._said("purpose")

    @property
    def notice(self):
        """The stewards' notice as HTML for a page, in the reader's language where it is there."""
        return written(self._said("notice", "_html"))

    @property
    def language(self):
        """In which language `name` is shown."""
        mine = _short_language()
        return mine if getattr(self, f"name_{mine}") else "zh" if mine == "en" else "en"

    def _said(self, what, suffix=""):
        mine = _short_language()
        other = "en" if mine == "zh" else "zh"
        return getattr(self, f"{what}_{mine}{suffix}") or getattr(self, f"{what}_{other}{suffix}")

    @property
    def is_closed(self):
        return self.access == Access.CLOSED

    @property
    def token(self):
        return token_of(self.access, self.pk)

    def has_member(self, user):
        return self.pk in community_ids(user)

    def has_steward(self, user):
        return self.pk in stewarded_ids(user)


def _short_language():
    return "zh" if (get_language() or "en").startswith("zh") else "en"


class Membership(models.Model):
    community = models.ForeignKey(Community, models.CASCADE, related_name="memberships")
    person = models.ForeignKey("knowledge.Person", models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    may_name = models.BooleanField(
        _("name me outside"),
        default=False,
        help_text=_("When something from a closed community is published, say that you had a part in it."),
    )
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-role", "joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["community", "person"], name="membership_once")]

    def __str__(self):
        return f"{self.person_id} in {self.community_id}"

    @property
    def is_steward(self):
        return self.role == MemberRole.STEWARD


def make_token():
    return secrets.token_urlsafe(24)


class Invitation(models.Model):
    """A letter that lets whoever has it join a community."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=10, default="en")
    token = models.CharField(max_length=40, unique=True, default=make_token, editable=False)
    invited_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("knowledge.Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]

    def __str__(self):
        return f"{self.community_id}: {self.pk}"
