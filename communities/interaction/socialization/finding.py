"""What is like a text that is being written, and where it would go."""

from collections import Counter

from communities.models import Community
from communities.policies import check_post
from knowledge.policies import allows
from knowledge.search.api import search

LOOKED_AT = 10
ALIKE = 5


def similar(title, text, user):
    """Threads and published entries that are like what is being written; a list of `Hit`, the likest first."""
    return [hit for hit in _found(title, user) if hit.kind in ("thread", "entry")][:ALIKE]


def _found(title, user):
    return search(title, user, filters={"type": ["thread", "entry"]}, per_page=LOOKED_AT).hits


def suggest_community(title, text, user):
    """Where `user` may write and most threads like this one stand; else the message board, else the largest open one; or None."""
    near = Counter(hit.thing.community_id for hit in _found(title, user) if hit.kind == "thread")
    likely = Community.objects.visible_to(user).in_bulk(near)
    # What is asked without choosing a place is meant for all: a closed community is chosen, never found.
    for pk, _number in near.most_common():
        if pk in likely and not likely[pk].is_closed and allows(check_post, user, likely[pk]):
            return likely[pk]
    usual = Community.objects.visible_to(user).exclude(access="closed").order_by("-is_board", "-thread_count", "pk")
    return usual.first()
