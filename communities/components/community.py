"""What stands on the page of a community, for one reader; constant queries."""

from functools import cached_property

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language

from communities.components.lists import rows
from communities.components.people import Speakers
from communities.flow import flow
from communities.models import Distillation, Thread
from communities.moderation import queue_of
from communities.policies import (
    check_edit_community,
    check_invite,
    check_join,
    check_moderate,
    check_post,
    check_read_members,
)
from communities.rules import Access, MemberRole
from knowledge.models import Concept, Entry
from knowledge.policies import allows

FIGURES_STAND = 300  # seconds, in a community with more than MANY threads: counting them all takes a while
MANY = 2_000
THREADS, ENTRIES, STEWARDS, LIVE, LATEST = 8, 5, 12, 3, 120


class CommunityFace:
    def __init__(self, community, reader):
        self.community, self.reader = community, reader

    @cached_property
    def rows(self):
        threads = Thread.objects.visible_to(self.reader).filter(community=self.community)
        return rows(
            threads.select_related("community", "author").order_by("-last_post_at", "-pk")[:THREADS], self.reader
        )

    @cached_property
    def flow(self):
        """The figures of the community; the same for all its readers."""
        if self.community.thread_count <= MANY:
            return flow([self.community.pk])
        name = f"flow:{self.community.pk}:{get_language()}"
        return cache.get_or_set(name, lambda: flow([self.community.pk]), FIGURES_STAND)

    @property
    def lists(self):
        """The address of the threads that the figures count."""
        return reverse("community_threads", args=[self.community.slug])

    @cached_property
    def entries(self):
        """Entries that were made from talk here, the latest first."""
        made = (
            Entry.objects.live()
            .visible_to(self.reader)
            .filter(
                combinations__published_at__isnull=False, combinations__distillations__thread__community=self.community
            )
        )
        return list(made.distinct().select_related("locale").order_by("-last_published_at", "pk")[:ENTRIES])

    @cached_property
    def stewards(self):
        found = list(self.community.memberships.filter(role=MemberRole.STEWARD).select_related("person")[:STEWARDS])
        speakers = Speakers([one.person for one in found], self.reader)
        return [speakers.of(one.person) for one in found]

    @cached_property
    def topics(self):
        return list(Concept.objects.with_labels().filter(communities=self.community).order_by("pk"))

    @cached_property
    def membership(self):
        if not self.reader.is_authenticated:
            return None
        return self.community.memberships.filter(person__user=self.reader).first()

    @cached_property
    def waiting(self):
        """How much waits for the stewards, for one of them."""
        return len(queue_of(self.reader, community=self.community)) if self.may_moderate else 0

    @cached_property
    def to_let_out(self):
        """How many write-ups stay in here until a steward lets them out, for one of them."""
        if not self.may_moderate:
            return 0
        return Distillation.objects.to_let_out(self.reader).filter(thread__community=self.community).count()

    def _may(self, check):
        return self.reader.is_authenticated and allows(check, self.reader, self.community)

    @cached_property
    def may_post(self):
        return self._may(check_post)

    @cached_property
    def may_join(self):
        return self.membership is None and self._may(check_join)

    @cached_property
    def may_moderate(self):
        return self._may(check_moderate)

    @cached_property
    def may_edit(self):
        return self._may(check_edit_community)

    @cached_property
    def may_invite(self):
        return self._may(check_invite)

    @cached_property
    def may_read_members(self):
        return self._may(check_read_members)

    @property
    def is_public(self):
        return self.community.access == Access.OPEN


def live_threads(communities, reader):
    """A few of the latest threads of each community: key -> list of Thread. One query; a quiet community has none."""
    threads = Thread.objects.visible_to(reader).filter(community__in=communities).order_by("-last_post_at", "-pk")
    live = {community.pk: [] for community in communities}
    for thread in threads.select_related("community")[:LATEST]:
        if len(live[thread.community_id]) < LIVE:
            live[thread.community_id].append(thread)
    return live
