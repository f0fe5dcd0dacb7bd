"""What is missing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from communities.models import ThreadConcept
from maps.gaps import gaps
from tests.factories import make_concept
from tests.knowledge.search.test_events import recorded
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

VISITOR = AnonymousUser()
pytestmark = pytest.mark.django_db


def found(user=VISITOR):
    return {(gap.kind, gap.key) for gap in gaps(user)}


def asked(place, person, *concepts):
    thread = answered(place, "Where is it loud?", person, person)
    thread.is_answered = False
    thread.save()
    for concept in concepts:
        ThreadConcept.objects.create(thread=thread, concept=concept)
    return thread


def test_a_topic_with_no_document_is_a_gap():
    topic = silence()
    mapped(topic)

    assert ("nothing", key(topic)) in found()


def test_a_topic_with_documents_and_nobody_is_a_gap_with_its_documents(people):
    topic = silence()
    entry = written("Quiet", people["patron"].person, topic)
    mapped(topic, entry)

    [gap] = [gap for gap in gaps(VISITOR) if gap.kind == "nobody"]
    assert (gap.key, gap.count, [known for known, _shown in gap.evidence]) == (key(topic), 1, [key(entry)])


def test_a_topic_with_both_is_no_gap():
    topic, ada = silence(), expert("Ada")
    mapped(topic, ada, written("Quiet", ada, topic))

    assert found() == set()


def test_what_is_asked_and_not_written_about_names_its_threads():
    topic, ada = make_concept("noise"), expert("Ada")
    thread = asked(community(), ada, topic)
    mapped(topic, ada)

    [gap] = gaps(VISITOR)
    assert (gap.kind, gap.count, [known for known, _shown in gap.evidence]) == ("asked", 1, [key(thread)])


def test_what_is_asked_in_a_closed_community_is_no_gap_for_an_outsider():
    topic, ada = make_concept("noise"), expert("Ada")
    mapped(topic, ada)
    before = gaps(VISITOR)

    asked(community("Staff room", "closed"), ada, topic)

    assert gaps(VISITOR) == before


def test_gaps_cost_the_same_for_one_topic_and_for_ten(django_assert_max_num_queries, people):
    for number in range(10):
        topic = make_concept(f"topic {number}")
        mapped(topic, written(f"Text {number}", people["patron"].person, topic))
    gaps(VISITOR)

    with django_assert_max_num_queries(11):
        assert len(gaps(VISITOR)) == 10


def test_all_kinds_together_fold_all_but_the_first_of_each_and_leave_none_out(client):
    mapped(*[make_concept(f"topic {number}") for number in range(13)])

    page = client.get("/en/maps/gaps/").content.decode()
    one_kind = client.get("/en/maps/gaps/?kind=nothing").content.decode()

    shown, _fold, folded = page.partition("<summary>and 1 more</summary>")
    assert (shown.count("?node=concept:"), folded.count("?node=concept:")) == (12, 1)
    assert (one_kind.count("?node=concept:"), "<summary>and" in one_kind) == (13, False)


def searched(text, days=(0, 1, 2)):
    for ago in days:
        recorded(text, days=ago)


def test_what_is_searched_for_in_vain_is_a_gap_for_staff_and_nobody_else(people):
    topic = silence()
    mapped(topic, expert("Ada"))
    searched(str(topic))

    [gap] = [gap for gap in gaps(people["librarian"]) if gap.kind == "searched"]
    assert (gap.key, gap.count) == (key(topic), 3)
    assert "searched" not in {kind for user in (VISITOR, people["patron"]) for kind, _key in found(user)}


@pytest.mark.parametrize(("role", "told"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_words_that_the_vocabulary_lacks_are_told_to_staff_only(role, told, client, people):
    searched("astrolabes")
    if role != "visitor":
        client.force_login(people[role])
    page = client.get("/en/maps/gaps/").content.decode()

    assert ("astrolabes" in page, "Searched for in vain" in page) == (told, told)


def test_a_gap_of_searches_opens_their_list(client, people):
    topic = silence()
    mapped(topic)
    searched(str(topic))
    client.force_login(people["librarian"])
    page = client.get("/en/maps/gaps/?kind=searched").content.decode()

    address = f"/en/inventory/searches/list/?days=90&amp;which=vain&amp;topic={topic.pk}"
    assert address in page
    assert client.get(address.replace("&amp;", "&")).context["total"] == 3
