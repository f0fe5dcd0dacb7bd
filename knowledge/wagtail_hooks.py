"""What knowledge adds to Wagtail's admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from knowledge.admin import entries
from knowledge.admin.vocabulary import VocabularyGroup, remove_concepts, remove_schemes
from knowledge.views import files

register_snippet(VocabularyGroup)
hooks.register("before_delete_snippet", remove_concepts)
hooks.register("before_delete_snippet", remove_schemes)

# ---------------------------------------------------------------- entries
hooks.register("register_admin_viewset", lambda: entries.EntryListingViewSet())
hooks.register("register_admin_viewset", lambda: entries.PersonChooserViewSet())
hooks.register("construct_page_action_menu", entries.order_buttons)
hooks.register("after_create_page", entries.follow_creation)
hooks.register("after_edit_page", entries.follow_edit)
hooks.register("construct_explorer_page_queryset", entries.explored)
hooks.register("construct_page_chooser_queryset", entries.without_unseen)
hooks.register("before_serve_document", files.serve_document)
