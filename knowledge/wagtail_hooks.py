"""What knowledge adds to Wagtail's admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from knowledge.admin import entries
from knowledge.admin.inbox import InboxViewSet
from knowledge.admin.vocabulary import VocabularyGroup, remove_concepts, remove_schemes

register_snippet(VocabularyGroup)
hooks.register("before_delete_snippet", remove_concepts)
hooks.register("before_delete_snippet", remove_schemes)

hooks.register("register_admin_viewset", InboxViewSet)


@hooks.register("register_admin_menu_item")
def figures():
    return MenuItem(_("How are we doing"), reverse("inventory"), name="figures", icon_name="table", order=120)


@hooks.register("register_admin_menu_item")
def searches():
    return MenuItem(_("What is searched for"), reverse("searches"), name="searches", icon_name="search", order=121)


# ---------------------------------------------------------------- entries
hooks.register("register_admin_viewset", entries.EntryListingViewSet)
hooks.register("register_admin_viewset", entries.PersonChooserViewSet)
hooks.register("construct_page_action_menu", entries.order_buttons)
hooks.register("after_create_page", entries.follow_creation)
hooks.register("after_edit_page", entries.follow_edit)
hooks.register("construct_explorer_page_queryset", entries.explored)
hooks.register("construct_page_chooser_queryset", entries.without_unseen)
