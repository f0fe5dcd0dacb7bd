"""Pictures of knowledge and of talk; nothing below imports them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MapsConfig(AppConfig):
    name = "maps"
    verbose_name = _("Knowledge maps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from maps import inventory, keeping  # noqa: F401 - counts the map; follows what is written
