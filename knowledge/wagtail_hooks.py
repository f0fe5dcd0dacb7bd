"""What knowledge adds to Wagtail's admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from knowledge.admin.vocabulary import VocabularyGroup, remove_concepts, remove_schemes

register_snippet(VocabularyGroup)
hooks.register("before_delete_snippet", remove_concepts)
hooks.register("before_delete_snippet", remove_schemes)
