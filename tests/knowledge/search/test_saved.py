"""Searches that are kept: whose they are, what their feed shows to whom, and that they go with their reader."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import override

from kmsite.accounts.people import set_active
from knowledge import policies
from knowledge.application.erasing import erase
from knowledge.application.own import everything_kept
from knowledge.application.saved import delete_search, rename_search, renew_feed, save_search
from knowledge.models import SavedSearch
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import indexing
from tests.factories import make_concept, make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def library(people):
    topic = make_concept("Telescope", "望远镜")
    entries = [
        make_entry("Borrowing a telescope", form="guide", summary="For one <clear> night."),
        make_entry("借用望远镜", language="zh-hans", form="case"),
        make_entry("Telescope repairs", visibility=Visibility.STAFF),
    ]
    indexing.index([key_of(thing) for thing in entries])
    return {"topic": topic, "entries": entries}


@pytest.fixture
def kept(people, library):
    return save_search("Stars", "telescope", by=people["patron"])


def feed(client, saved):
    return client.get(saved.feed)


def entries_of(response):
    return response.content.decode().count("<entry>")


# ---------------------------------------------------------------- keeping
def test_a_search_is_kept_with_its_words_and_choices(client, people, library):
    client.force_login(people["patron"])
    address = f"{reverse('saved_search_new')}?q=telescope&form=guide&without={library['topic'].pk}&sort=title&page=2"

    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Stars at night"}).status_code == 302

    saved = SavedSearch.objects.get()
    assert (saved.user, saved.name, saved.query) == (people["patron"], "Stars at night", "telescope")
    assert (saved.filters, saved.left_out) == ({"form": ["guide"]}, [library["topic"].pk])
    assert saved.get_absolute_url() == f"/en/search/?q=telescope&form=guide&without={library['topic'].pk}"


def test_the_page_of_results_leads_to_keeping_them(client, library):
    response = client.get(reverse("search"), {"q": "telescope", "form": "guide", "sort": "title"})

    assert response.context["keep"] == f"{reverse('saved_search_new')}?q=telescope&form=guide"


def test_a_visitor_signs_in_first(client, kept):
    for address in (f"{reverse('saved_search_new')}?q=stars", reverse("saved_search", args=[kept.pk])):
        assert client.get(address).url.startswith("/en/account/login/")


def test_a_search_without_words_is_not_kept(client, people):
    client.force_login(people["patron"])

    assert client.get(reverse("saved_search_new"), {"q": " "}).url == reverse("search")


def test_a_search_needs_a_name(client, people, library):
    client.force_login(people["patron"])

    response = client.post(f"{reverse('saved_search_new')}?q=telescope", {"name": " "})

    assert "Give the search a name" in response.content.decode()
    assert not SavedSearch.objects.exists()


def test_one_person_keeps_only_so_many(people, kept, monkeypatch, client):
    monkeypatch.setattr(policies, "MOST_SAVED_SEARCHES", 1)

    with pytest.raises(PermissionDenied):
        save_search("More", "stars", by=people["patron"])
    client.force_login(people["patron"])
    page = client.get(f"{reverse('saved_search_new')}?q=stars").content.decode()
    assert "as many searches as one person may" in page


# ---------------------------------------------------------------- whose they are
def test_they_stand_on_the_page_of_who_keeps_them_alone(client, people, kept):
    for role, shown in (("patron", True), ("librarian", False)):
        client.force_login(people[role])
        assert ("Searches that I keep" in client.get("/en/me/").content.decode()) is shown


@pytest.mark.parametrize("do", ["rename", "renew", "delete"])
def test_nobody_else_sees_or_changes_a_kept_search(do, client, people, kept):
    client.force_login(people["administrator"])
    address = reverse("saved_search", args=[kept.pk])

    assert client.get(address).status_code == 404
    assert client.post(address, {"do": do, "name": "Mine"}).status_code == 404
    kept_now = SavedSearch.objects.get()
    assert (kept_now.name, kept_now.token) == ("Stars", kept.token)


@pytest.mark.parametrize("change", [lambda s, by: rename_search(s, "x", by=by), renew_feed, delete_search])
def test_a_change_by_somebody_else_is_refused(change, people, kept):
    with pytest.raises(PermissionDenied):
        change(kept, by=people["librarian"])


def test_a_kept_search_is_renamed_and_deleted(client, people, kept):
    client.force_login(people["patron"])
    address = reverse("saved_search", args=[kept.pk])

    client.post(address, {"do": "rename", "name": "Night sky"})
    assert SavedSearch.objects.get().name == "Night sky"
    client.post(address, {"do": "delete"})
    assert not SavedSearch.objects.exists()


# ---------------------------------------------------------------- the feed
def test_the_feed_needs_no_sign_in_and_shows_what_its_reader_may_see(client, kept):
    response = feed(client, kept)
    page = response.content.decode()

    assert response["Content-Type"].startswith("application/atom+xml")
    assert "<title>Borrowing a telescope</title>" in page
    assert "借用望远镜" in page
    assert "For one &amp;lt;clear&amp;gt; night." in page
    assert "Telescope repairs" not in page


def test_the_feed_of_a_librarian_has_what_is_for_staff_until_the_role_is_lost(client, people, library):
    saved = save_search("Stars", "telescope", by=people["librarian"])
    assert "Telescope repairs" in feed(client, saved).content.decode()

    people["librarian"].groups.clear()
    assert "Telescope repairs" not in feed(client, saved).content.decode()


def test_the_feed_is_kept_by_no_cache_and_found_by_no_search_engine(client, kept):
    response = feed(client, kept)

    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"


def test_the_feed_holds_to_the_choices(client, people, library):
    saved = save_search("Guides", "telescope", by=people["patron"], filters={"form": ["guide"]})
    exact = save_search("Exact", "telescope", by=people["patron"], exact=True)
    left_out = save_search("Left out", "telescope", by=people["patron"], left_out=[library["topic"].pk])

    assert [entries_of(feed(client, one)) for one in (saved, exact, left_out)] == [1, 1, 1]


def test_the_feed_shows_nothing_where_only_some_of_the_words_fit(client, people, library):
    saved = save_search("None", "telescope astrolabe", by=people["patron"])

    assert entries_of(feed(client, saved)) == 0


def test_a_new_address_ends_the_old_one(client, people, kept):
    client.force_login(people["patron"])
    client.post(reverse("saved_search", args=[kept.pk]), {"do": "renew"})
    client.logout()

    assert feed(client, kept).status_code == 404
    kept.refresh_from_db()
    assert feed(client, kept).status_code == 200


def test_the_feed_of_a_closed_account_answers_nobody(client, people, kept):
    set_active(people["patron"], False, by=people["administrator"])

    assert feed(client, kept).status_code == 404


def test_the_feed_counts_as_a_search(client, kept):
    answers = [client.get(kept.feed, REMOTE_ADDR="203.0.113.5").status_code for _time in range(31)]

    assert answers[:30] == [200] * 30
    assert answers[30] == 429


def test_the_feed_has_few_queries_however_much_it_shows(client, kept, django_assert_max_num_queries):
    with django_assert_max_num_queries(20) as few:
        feed(client, kept)
    indexing.index([key_of(make_entry(f"Telescope {number}")) for number in range(12)])
    with django_assert_max_num_queries(len(few)):
        assert entries_of(feed(client, kept)) == 14


# ---------------------------------------------------------------- handed out, erased
def test_kept_searches_are_handed_out_without_the_key_of_their_feed(people, kept):
    ((row),) = everything_kept(people["patron"])["saved_searches"]

    assert (row["name"], row["asked"]) == ("Stars", {"q": "telescope"})
    assert kept.token not in str(everything_kept(people["patron"]))
    assert everything_kept(people["librarian"])["saved_searches"] == []


def test_kept_searches_go_with_who_is_erased(client, people, kept):
    erase(people["patron"].person, by=people["patron"])

    assert not SavedSearch.objects.exists()
    assert feed(client, kept).status_code == 404
