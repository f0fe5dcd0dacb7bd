"""The communities, the page of one, and lists of threads: what they show, in a constant number of queries."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communities.models import Thread
from communities.seci import Stage
from tests.communities.views.conftest import answer, begin, open_one
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def titles(page):
    return re.findall(r'<h[23] lang="[^"]*"><a href="[^"]*/threads/\d+/">([^<]*)</a>', page)


# ---------------------------------------------------------------- the communities
def test_without_a_community_the_page_says_how_one_begins(client):
    assert "There is no community yet" in client.get(reverse("communities")).text


@pytest.mark.parametrize(("role", "offered"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_librarians_are_offered_to_open_a_community(client, people, role, offered):
    if role != "visitor":
        client.force_login(people[role])

    assert (reverse("community_new") in client.get(reverse("communities")).text) is offered


def test_a_community_shows_what_is_talked_about_in_it(client, talk):
    page = client.get(reverse("communities")).text

    assert "Sharing" in page
    assert talk.thread.title in page


def test_visitors_see_no_community_for_signed_in_people(client, steward):
    open_one("For us", "signed-in", steward)

    assert "For us" not in client.get(reverse("communities")).text


def test_the_list_of_communities_costs_the_same_with_many(client, steward, talk, django_assert_max_num_queries):
    def cost():
        client.get(reverse("communities"))
        cache.clear()
        with django_assert_max_num_queries(30) as queries:
            client.get(reverse("communities"))
        return len(queries)

    one = cost()
    for number in range(8):
        begin(open_one(f"Community {number}", "open", steward), steward, title=f"Thread {number}")

    assert cost() == one


# ---------------------------------------------------------------- one community
def test_the_page_of_a_community_says_what_it_is_for_and_who_looks_after_it(client, talk):
    page = client.get(talk.community.get_absolute_url()).text

    assert "What Sharing is for." in page
    assert "Maren" in page
    assert "Community, open to everyone" in page


def test_a_visitors_community_carries_no_token(client, talk):
    response = client.get(talk.community.get_absolute_url())

    assert "csrfmiddlewaretoken" not in response.text
    assert not response.cookies


def test_the_page_of_a_community_costs_the_same_with_many_threads(
    client, people, talk, steward, django_assert_max_num_queries
):
    client.force_login(people["patron"])

    def cost():
        client.get(talk.community.get_absolute_url())
        with django_assert_max_num_queries(50) as queries:
            client.get(talk.community.get_absolute_url())
        return len(queries)

    one = cost()
    for number in range(12):
        answer(begin(talk.community, make_user(name=f"Reader {number}"), title=f"Thread {number}"), steward)

    assert cost() <= one


# ---------------------------------------------------------------- lists of threads
@pytest.fixture
def threads(talk, steward, member):
    """Thirty threads besides the one with an answer, an hour apart; the last is the newest."""
    made = []
    for number in range(30):
        thread = begin(talk.community, member, title=f"Thread {number}")
        moment = timezone.now() - timedelta(hours=100 - number)
        Thread.objects.filter(pk=thread.pk).update(last_post_at=moment, created_at=moment, stage_since=moment)
        made.append(thread)
    return made


def test_pages_follow_one_another_without_a_gap_or_a_repetition(client, threads, talk):
    address, seen = reverse("threads"), []
    while address:
        page = client.get(address)
        seen += titles(page.text)
        address = page.context["after"] and f"{reverse('threads')}{page.context['after']}"

    assert seen == [talk.thread.title, *(thread.title for thread in reversed(threads))]


def test_a_list_narrows_to_what_nobody_has_answered(client, threads, talk):
    shown = titles(client.get(reverse("threads"), {"answered": "none"}).text)

    assert talk.thread.title not in shown
    assert "Thread 29" in shown


def test_a_list_narrows_by_stage(client, threads, talk):
    assert titles(client.get(reverse("threads"), {"stage": Stage.EXTERNALIZATION.value}).text) == [talk.thread.title]


def test_a_list_narrows_by_topic(client, threads, talk):
    assert titles(client.get(reverse("threads"), {"topic": talk.topic.pk}).text) == [talk.thread.title]


def test_a_list_narrows_to_what_one_takes_part_in(client, threads, talk, member):
    client.force_login(member)
    begin(talk.community, make_user(), title="Not mine")

    shown = titles(client.get(reverse("threads"), {"mine": "on"}).text)

    assert "Not mine" not in shown
    assert "Thread 29" in shown


def test_a_list_can_begin_with_what_waits_longest(client, threads):
    assert titles(client.get(reverse("threads"), {"sort": "waits"}).text)[0] == "Thread 0"


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": "2026-01-01~1"}, {"stage": "nowhere"}, {"topic": "9" * 30}, {"sort": "?"}]
)
def test_what_narrows_to_nothing_known_is_no_error(client, talk, query):
    assert client.get(reverse("threads"), query).status_code == 200


def test_a_list_of_threads_costs_the_same_for_many(client, people, talk, threads, django_assert_max_num_queries):
    client.force_login(people["patron"])
    few, many = {"stage": Stage.EXTERNALIZATION.value}, {}
    counts = []
    for query in (few, many):
        client.get(reverse("threads"), query)
        with django_assert_max_num_queries(30) as queries:
            client.get(reverse("threads"), query)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_list_without_hits_offers_the_way_back(client, talk):
    assert "No thread is like that" in client.get(reverse("threads"), {"stage": Stage.PRACTISED.value}).text


# ---------------------------------------------------------------- feeds
def test_feeds_hold_what_a_visitor_reads(client, talk):
    everything = client.get(reverse("threads_feed"))
    community = client.get(reverse("community_feed", args=[talk.community.slug]))
    thread = client.get(reverse("thread_feed", args=[talk.community.slug, talk.thread.pk]))

    assert everything["Content-Type"].startswith("application/atom+xml")
    assert talk.thread.title in everything.text
    assert talk.thread.title in community.text
    assert "It is the licence." in thread.text


@pytest.mark.parametrize("access", ["closed", "signed-in"])
def test_a_community_that_is_not_open_has_no_feed_even_for_members(client, steward, access):
    community = open_one("Behind", access, steward)
    thread = begin(community, steward)
    client.force_login(steward)

    assert client.get(reverse("community_feed", args=[community.slug])).status_code == 404
    assert client.get(reverse("thread_feed", args=[community.slug, thread.pk])).status_code == 404


def test_a_feed_is_kept_for_visitors(client, talk):
    address = reverse("community_feed", args=[talk.community.slug])
    client.get(address)

    assert client.get(address)["X-Page-Cache"] == "hit"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite: other databases word a plan otherwise")
@pytest.mark.parametrize("role", ["visitor", "patron", "librarian"])
def test_the_latest_threads_are_found_without_sorting_all(role, people, talk):
    latest = Thread.objects.visible_to(people[role]).select_related("community").order_by("-last_post_at", "-pk")

    for threads in (latest, latest.filter(community=talk.community)):
        assert "FOR ORDER BY" not in threads[:25].explain()
