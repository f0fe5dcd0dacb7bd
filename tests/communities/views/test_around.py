"""What talk shows beside things of knowledge: on the pages of entries, topics and people."""

import pytest
from django.core.cache import cache

from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.models import Post
from tests.communities.views.conftest import answer, begin
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db
MANY = 12


@pytest.fixture
def entry(talk):
    return make_entry(live=True, concepts=[talk.topic])


def report(entry, by, happened="Canaryreport came back."):
    return practise(entry, tried="I tried it.", happened=happened, useful="yes", language="en", by=by)


def one_more(talk, entry, member, number):
    """A thread of `member` on the topic with an answer of theirs, written up by them, and a report of theirs and of a stranger."""
    thread = begin(talk.community, member, title=f"Question {number}", concepts=[talk.topic])
    second = answer(thread, make_user(email=f"other-{number}@example.org"))
    mine = answer(talk.thread, member, text=f"Again {number}.")
    Post.objects.filter(pk=mine.pk).update(helpful_count=number)
    distil(thread, posts=[second], title=f"Drawn {number}", text="So.", by=member)
    report(entry, member)
    report(entry, make_user(email=f"tried-{number}@example.org"))


def pages(talk, entry, member):
    return [entry.url, talk.topic.get_absolute_url(), member.person.get_absolute_url()]


@pytest.mark.parametrize("reader", ["visitor", "patron", "librarian"])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_a_page_asks_no_more_for_much_talk_than_for_a_little(
    client, people, talk, entry, member, reader, place, django_assert_max_num_queries
):
    if reader != "visitor":
        client.force_login(people[reader])
    type(member.person).objects.filter(pk=member.person.pk).update(in_search=True)
    one_more(talk, entry, member, 0)
    address = pages(talk, entry, member)[place]
    client.get(address)  # what is kept for long is at hand
    cache.clear()
    with django_assert_max_num_queries(150) as little:
        assert client.get(address).status_code == 200
    for number in range(1, MANY):
        one_more(talk, entry, member, number)

    cache.clear()
    with django_assert_max_num_queries(len(little.captured_queries)):
        assert "Question 11" in client.get(address).text
