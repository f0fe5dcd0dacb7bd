import pytest
from django.core.cache import caches

from knowledge.models import SearchEvent
from knowledge.organization.editing import set_visibility
from knowledge.rules import Visibility
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_caches():
    for cache in caches.all():
        cache.clear()


def is_kept(response):
    return response.headers.get("X-Page-Cache") == "hit"


def test_the_second_visitor_gets_the_kept_page_and_no_query_is_made(client, django_assert_num_queries):
    first = client.get("/en/browse/")

    with django_assert_num_queries(0):
        second = client.get("/en/browse/")

    assert (is_kept(first), is_kept(second)) == (False, True)
    assert first.content == second.content


def test_a_kept_page_has_the_same_protecting_headers(client):
    names = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options")
    first, second = client.get("/en/"), client.get("/en/")

    assert is_kept(second)
    assert [first[name] for name in names] == [second[name] for name in names]


def test_somebody_signed_in_is_never_given_a_kept_page(client, people):
    client.get("/en/")
    client.force_login(people["patron"])

    page = client.get("/en/")

    assert not is_kept(page)
    assert people["patron"].person.name in page.content.decode()


def test_what_somebody_signed_in_saw_is_not_kept_for_visitors(client, people):
    client.force_login(people["patron"])
    client.get("/en/")
    client.logout()

    assert people["patron"].person.name not in client.get("/en/").content.decode()


def test_a_page_with_a_form_that_needs_a_key_is_not_kept(client):
    client.get("/en/tell/")

    assert not is_kept(client.get("/en/tell/"))


def test_an_entry_that_is_closed_is_gone_at_once(client, people, django_capture_on_commit_callbacks):
    entry = make_entry()
    client.get(entry.url)
    assert is_kept(client.get(entry.url))

    with django_capture_on_commit_callbacks(execute=True):
        set_visibility(entry, Visibility.STAFF, by=people["librarian"])

    assert client.get(entry.url).status_code == 404


def test_the_two_languages_are_kept_apart(client):
    pages = [client.get(path).content for path in ("/en/", "/zh-hans/", "/en/", "/zh-hans/")]

    assert pages[0] == pages[2] != pages[1] == pages[3]


def test_a_refusal_is_not_kept(client):
    client.get("/en/nowhere/")

    assert not is_kept(client.get("/en/nowhere/"))


def test_a_search_is_made_anew_so_that_each_leaves_its_event(client):
    client.get("/en/search/", {"q": "lamps"})

    assert not is_kept(client.get("/en/search/", {"q": "lamps"}))
    assert SearchEvent.objects.filter(query="lamps").count() == 2
