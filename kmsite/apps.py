"""The site itself; nothing imports it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KmsiteConfig(AppConfig):
    name = "kmsite"
    verbose_name = _("Site")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.db.models.signals import post_save
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from kmsite.accounts import checks, hooks, own, watch  # noqa: F401  they register themselves
        from kmsite.house import answer_knowledge
        from knowledge.kept import move_on
        from knowledge.signals import told, written

        answer_knowledge()

        for signal in (told, written, page_published, page_unpublished, page_slug_changed, post_page_move):
            signal.connect(move_on, dispatch_uid="page cache")
        post_save.connect(move_on, sender="kmsite.LibrarySettings", dispatch_uid="page cache")
