"""What waits for a steward: flags, first posts that are held, and write-ups that only they let out."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from communities.forms.talk import HideForm
from communities.models import Distillation
from communities.moderation import SHOWN, queue_of
from communities.policies import check_moderate
from communities.views.community import crumbs_of
from communities.views.finding import community_of


@method_decorator(never_cache, name="dispatch")
class QueueView(LoginRequiredMixin, TemplateView):
    """All that waits for the reader as a steward."""

    template_name = "communities/queue.html"
    community = None

    def get_context_data(self, **kwargs):
        crumbs = crumbs_of(self.community) if self.community else [(reverse("communities"), _("Communities"))]
        return super().get_context_data(
            waiting=queue_of(self.request.user, community=self.community),
            to_let_out=self.to_let_out()[:SHOWN],
            community=self.community,
            form=HideForm(),
            crumbs=crumbs,
            **kwargs,
        )

    def to_let_out(self):
        """Write-ups that stay in closed communities until a steward lets them out, the oldest first."""
        found = Distillation.objects.to_let_out(self.request.user).select_related("thread__community", "made_by")
        if self.community:
            found = found.filter(thread__community=self.community)
        return found.order_by("made_at", "pk")


class CommunityQueueView(QueueView):
    """What waits for the stewards of one community."""

    def dispatch(self, request, *args, **kwargs):
        self.community = community_of(request, kwargs["slug"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        check_moderate(request.user, self.community)
        return super().get(request, *args, **kwargs)
