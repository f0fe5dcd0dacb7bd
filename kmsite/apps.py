"""The site itself; nothing imports it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KmsiteConfig(AppConfig):
    name = "kmsite"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"
