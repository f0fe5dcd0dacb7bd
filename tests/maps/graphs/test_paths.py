"""How two nodes are connected."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from knowledge.models import ConceptRelation
from maps.graphs import path
from tests.factories import make_concept
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

VISITOR = AnonymousUser()
pytestmark = pytest.mark.django_db


def test_a_person_reaches_a_topic_over_what_they_wrote():
    topic, ada = silence(), expert("Ada")
    entry = written("Quiet", ada, topic)
    mapped(topic, ada, entry)

    cut = path(VISITOR, key(ada), key(topic))

    assert [node.key for node in cut.nodes] == [key(ada), key(entry), key(topic)]
    assert [edge.kind for edge in cut.edges] == ["wrote", "about"]


def test_a_longer_way_goes_over_other_people_and_topics():
    narrow, wide, ada, ben = silence(), make_concept("sound"), expert("Ada"), expert("Ben")
    ConceptRelation.objects.create(source=narrow, target=wide, kind="broader")
    entry = written("Quiet", ada, narrow)
    thread = answered(community(), "Where?", ben, ada)
    mapped(narrow, wide, ada, ben, entry, thread)

    cut = path(VISITOR, key(ben), key(wide))

    assert [node.key for node in cut.nodes] == [key(one) for one in (ben, thread, ada, entry, narrow, wide)]


def test_what_is_not_connected_has_no_edges():
    topic, ada = silence(), expert("Ada")
    mapped(topic, ada)

    cut = path(VISITOR, key(ada), key(topic))

    assert [node.key for node in cut.nodes] == [key(ada), key(topic)]
    assert cut.edges == []


def test_no_way_leads_over_an_entry_that_was_closed_a_moment_ago():
    topic, ada = silence(), expert("Ada")
    entry = written("Quiet", ada, topic)
    mapped(topic, ada, entry)
    entry.state.open_to("staff")

    assert path(VISITOR, key(ada), key(topic)).edges == []


def test_an_end_that_is_not_there_is_missing():
    topic = silence()
    mapped(topic)

    with pytest.raises(Http404):
        path(VISITOR, "person:99999", key(topic))
