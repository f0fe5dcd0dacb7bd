"""The small map beside a topic: kept for all who see the same, and for nobody else."""

import pytest

from communities.models import Membership
from communities.rules import alike
from knowledge.organization.editing import set_visibility
from knowledge.rules import Visibility
from tests.factories import make_user
from tests.maps.scenes import answered, community, expert, mapped, silence, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    """A topic with an entry and, in a closed community, a thread."""
    topic, ada, ben = silence(), expert("Ada"), expert("Ben")
    closed = community("Staff room", "closed")
    thread = answered(closed, "Zaunkoenig asks", ben, ada, topic)
    mapped(topic, ada, ben, written("Quiet before ten", ada, topic), thread)
    topic.closed = closed
    return topic


def beside(client, topic, user):
    """The small map beside `topic`, as `user` sees it."""
    client.force_login(user)
    page = client.get(topic.get_absolute_url()).text
    return page.partition('aria-labelledby="h-map"')[2].partition("</section>")[0]


def test_readers_of_the_same_access_see_the_same_one(client, topic, people):
    first, second = (beside(client, topic, user) for user in (people["patron"], make_user()))

    assert "Quiet before ten" in first == second


def test_what_a_member_sees_is_not_kept_for_others(client, topic, people):
    Membership.objects.create(community=topic.closed, person=people["patron"].person)

    assert "Zaunkoenig" in beside(client, topic, people["patron"])
    assert "Zaunkoenig" not in beside(client, topic, make_user())


def test_what_is_closed_is_gone_at_once(client, topic, people, django_capture_on_commit_callbacks):
    entry = topic.entry_concepts.get().entry
    assert "Quiet before ten" in beside(client, topic, people["patron"])

    with django_capture_on_commit_callbacks(execute=True):
        set_visibility(entry, Visibility.STAFF, by=people["librarian"])

    assert "Quiet before ten" not in beside(client, topic, make_user())


@pytest.mark.parametrize("role", ["visitor", "librarian", "manager", "administrator"])
def test_visitors_and_who_has_a_role_see_their_own(role, people):
    assert alike(people[role]) == (people[role], "")
