"""What talk shows beside things of knowledge: on the pages of entries, topics and people."""

import pytest
from django.core.cache import cache

from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.models import Post, PracticeReport, Thread
from communities.rules import TalkState
from knowledge.models import Person
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


@pytest.fixture
def member(member):
    """A member whose page everybody may open."""
    Person.objects.filter(user=member).update(in_search=True)
    return member


def pages(talk, entry, member):
    return [entry.url, talk.topic.get_absolute_url(), member.person.get_absolute_url()]


@pytest.mark.parametrize("reader", ["visitor", "patron", "librarian"])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_a_page_asks_no_more_for_much_talk_than_for_a_little(
    client, people, talk, entry, member, reader, place, django_assert_max_num_queries
):
    if reader != "visitor":
        client.force_login(people[reader])
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


@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_talk_and_reports_show_beside_what_they_are_about(client, talk, entry, member, place):
    one_more(talk, entry, member, 1)

    page = client.get(pages(talk, entry, member)[place]).text

    assert "Question 1" in page
    assert PracticeReport.objects.filter(author=member.person).get().get_absolute_url() in page


@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_hidden_threads_do_not_show(client, talk, entry, member, place):
    begin(talk.community, member, title="Canarytitle", concepts=[talk.topic])
    address = pages(talk, entry, member)[place]
    assert "Canarytitle" in client.get(address).text

    Thread.objects.filter(title="Canarytitle").update(state=TalkState.HIDDEN)
    cache.clear()

    assert "Canarytitle" not in client.get(address).text


@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_hidden_reports_do_not_show(client, talk, entry, member, place):
    hidden = report(entry, member)
    address = pages(talk, entry, member)[place]
    assert hidden.get_absolute_url() in client.get(address).text

    PracticeReport.objects.update(state=TalkState.HIDDEN)
    cache.clear()

    assert hidden.get_absolute_url() not in client.get(address).text


@pytest.mark.parametrize("reader", ["visitor", "patron", "administrator"])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["entry", "topic", "person"])
def test_what_is_said_in_a_closed_community_shows_to_its_members_alone(
    client, people, talk, closed, entry, member, place, reader
):
    closed.thread.concepts.add(talk.topic)
    distil(closed.thread, posts=[closed.second], title="Canarydrawn", text="So.", by=member)
    address = pages(talk, entry, member)[place]
    client.force_login(member)
    assert "Canarytitle" in client.get(address).text
    client.logout()

    if reader != "visitor":
        client.force_login(people[reader])
    cache.clear()

    assert "Canary" not in client.get(address).text


def test_the_entry_of_a_visitor_sets_no_cookie_and_holds_no_token(client, talk, entry, member):
    one_more(talk, entry, member, 1)

    page = client.get(entry.url)

    assert "Question 1" in page.text
    assert "csrfmiddlewaretoken" not in page.text
    assert not page.cookies
