"""Explicit knowledge and the people it is about."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from knowledge.acquisition import answering  # noqa: F401 - writes to tellers
        from knowledge.acquisition.imports import runs  # noqa: F401 - keeps Wagtail's indexes after an import
        from knowledge.application import embedding, saved  # noqa: F401 - cards in entries; kept searches on the own page
        from knowledge.organization import editing, publishing, review  # noqa: F401 - follow what Wagtail does
        from knowledge.search import checks, kinds, reports  # noqa: F401 - register themselves, the kinds that are searched among them
