"""People and talk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.rules import community_tokens
from knowledge.rules import gives_tokens
from knowledge.text import takes_images


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("Communities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # letters, what is kept about one person, figures and counts of talk, sections of the own page
        from communities import erasing, flow, inventory, lineage, mails, own  # noqa: F401
        from communities.interaction import combination, evidence  # noqa: F401 - follow what is published and removed
        from communities.interaction.rendering import PICTURE_ADDRESS
        from communities.models import Community, ThreadConcept
        from communities.search import kinds  # noqa: F401 - registers the kinds that are searched
        from knowledge.organization.carriers import carries

        carries(ThreadConcept, "thread_id")
        carries(Community.concepts.through, "community_id")
        gives_tokens(community_tokens)
        takes_images(PICTURE_ADDRESS)
