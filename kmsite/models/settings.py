"""What an administrator says about the library, in the admin under Settings."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="home")
class LibrarySettings(BaseSiteSetting):
    name_en = models.CharField(_("name in English"), max_length=80, default="Library")
    name_zh = models.CharField(_("name in Chinese"), max_length=80, default="图书馆")
    contact_email = models.EmailField(_("address that questions go to"), blank=True)
    one_may_approve = models.BooleanField(
        _("one librarian alone may approve"),
        default=False,
        help_text=_("For a house with a single librarian. Otherwise another one approves what somebody wrote."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name_en"), FieldPanel("name_zh"), FieldPanel("contact_email")], _("The library")),
        MultiFieldPanel([FieldPanel("one_may_approve")], _("Publishing")),
    ]

    class Meta:
        verbose_name = _("library")

    @property
    def name(self):
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
