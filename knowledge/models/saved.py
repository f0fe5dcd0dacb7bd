"""A search that a reader keeps, to come back to it or to follow it with a feed reader."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from knowledge.forms.saved import LONGEST_NAME

LONGEST_QUERY = 400


def new_token():
    return secrets.token_urlsafe(32)


class SavedSearchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees their own searches alone."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SavedSearch(models.Model):
    """What was searched for and how it was narrowed. Whoever has `token` reads its feed, with the rights of `user`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name of the search"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    filters = models.JSONField(default=dict, blank=True)  # facet -> chosen values
    exact = models.BooleanField(default=False)  # without other names of what was typed
    left_out = models.JSONField(default=list, blank=True)  # concepts whose other names are left out
    token = models.CharField(max_length=64, unique=True, default=new_token)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('search')}?{urlencode(self.asked, doseq=True)}"

    @property
    def asked(self):
        """What stands in the address of the search: name -> values."""
        asked = {"q": self.query, **self.filters}
        if self.exact:
            asked["exact"] = "1"
        if self.left_out:
            asked["without"] = self.left_out
        return asked

    @property
    def feed(self):
        return reverse("saved_search_feed", args=[self.token])
