"""Limits hold with and without a shared cache; closed where signing in is concerned, open for reading."""

import json

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.decorators.cache import never_cache

from kmsite import urls as site_urls
from knowledge import throttle
from knowledge.models import ThrottleCount
from knowledge.throttle import LIMITS, Limit, TooMany, client_address, count, forget_counts, forgive, throttled

pytestmark = pytest.mark.django_db
FROM = {"REMOTE_ADDR": "203.0.113.5"}


@pytest.fixture(autouse=True)
def fresh_counts(monkeypatch):
    throttle.process_counts.clear()
    cache.clear()
    monkeypatch.setattr(throttle.time, "time", lambda: 1_700_000_000.0)  # a window does not end in the midst of a test


class BrokenCache(LocMemCache):
    def add(self, *args, **kwargs):
        raise ConnectionError("redis is away")


@pytest.fixture(params=["no Redis", "Redis away", "a shared cache"])
def store(request, settings, monkeypatch):
    """The three ways a site may stand."""
    if request.param != "no Redis":
        settings.REDIS_URL = "redis://somewhere"
        shared = BrokenCache if request.param == "Redis away" else LocMemCache
        monkeypatch.setattr(throttle, "cache", shared("shared", {}))
        throttle.cache.clear()
    return request.param


# ---------------------------------------------------------------- the table
TABLE = {
    "read": (200, 60),
    "search": (30, 60),
    "preview": (60, 60),
    "post": (6, 60),
    "edit": (20, 60),
    "upload": (20, 3600),
    "flag": (20, 86_400),
    "export": (2, 3600),
}


@pytest.mark.parametrize(("action", "limit"), TABLE.items())
def test_each_limit_of_the_table_refuses_the_next_one(action, limit, store):
    amount, seconds = limit
    for _ in range(amount):
        count(action, "address:203.0.113.5")
    with pytest.raises(TooMany) as refused:
        count(action, "address:203.0.113.5")

    assert 0 < refused.value.wait <= seconds
    count(action, "address:203.0.113.6")  # somebody else is not touched


@pytest.mark.parametrize(("action", "times"), [("post", 3), ("sign-in", 1)])
def test_a_site_may_raise_its_limits_but_not_those_on_signing_in(action, times, store, settings):
    settings.LIMIT_FACTOR = 3
    for _ in range(LIMITS[action].amount * times):
        count(action, "user:1")

    with pytest.raises(TooMany):
        count(action, "user:1")


def test_a_new_window_counts_anew(store, monkeypatch):
    for _ in range(LIMITS["export"].amount):
        count("export", "user:1")
    monkeypatch.setattr(throttle.time, "time", lambda: 1_700_000_000.0 + 3600)

    count("export", "user:1")


def test_what_is_forgiven_is_not_counted(store):
    for _ in range(LIMITS["second-factor"].amount):
        count("second-factor", 7)
    forgive("second-factor", 7)

    count("second-factor", 7)


def test_when_nothing_can_count_signing_in_is_closed_and_reading_open(monkeypatch):
    def broken(*args):
        raise throttle.CannotCount

    monkeypatch.setattr(throttle, "_counted", broken)

    count("read", "anybody")
    with pytest.raises(TooMany):
        count("sign-in", "anybody")


def test_a_database_that_fails_is_told_as_such(monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(ThrottleCount.objects, "bulk_create", broken)

    with pytest.raises(throttle.CannotCount):
        throttle._in_database("sign-in:x", 1)


def test_neither_addresses_nor_mail_addresses_are_kept(store):
    count("sign-in-account", "ines@example.org")

    assert not ThrottleCount.objects.filter(key__contains="ines").exists()


def test_old_counts_are_dropped_and_new_ones_kept():
    count("export", "user:1")
    ThrottleCount.objects.create(key="export:old", window=1)

    assert forget_counts() == 1
    assert ThrottleCount.objects.count() == 1


# ---------------------------------------------------------------- who it is
@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "198.51.100.7", "203.0.113.5"),  # nobody in front of us: the header is the reader's own invention
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (2, "198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "10.0.0.1", "203.0.113.5"),
        (1, "", "203.0.113.5"),
        (1, "not an address", "unknown"),
    ],
)
def test_only_the_configured_proxies_are_believed(hops, forwarded, seen, settings):
    settings.PROXY_HOPS = hops
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, **FROM)

    assert client_address(request) == seen


def test_a_household_is_one_address():
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:aaaa::1")

    assert client_address(request) == "2001:db8:1:2::"


# ---------------------------------------------------------------- on the site
@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "read", Limit(3, 60, exact=False))


def read(client, times, path="/en/account/login/", **extra):
    return [client.get(path, **{**FROM, **extra}).status_code for _ in range(times)]


def test_reading_too_much_is_answered_with_429_and_when_to_come_back(client, small):
    assert read(client, 4) == [200, 200, 200, 429]
    answer = client.get("/zh-hans/account/login/", **FROM)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert 'lang="zh-Hans"' in answer.content.decode()


def test_a_program_gets_json(client, small):
    read(client, 3)
    answer = client.get("/en/account/login/", headers={"accept": "application/json"}, **FROM)

    assert answer.status_code == 429
    assert json.loads(answer.content)["wait"] > 0


def test_a_made_up_session_cookie_buys_nothing(small):
    codes = []
    for number in range(5):
        client = Client()
        client.cookies["sessionid"] = f"made-up-{number}"
        codes += read(client, 1)

    assert codes == [200, 200, 200, 429, 429]


def test_two_accounts_behind_one_address_do_not_block_each_other(people, small):
    one, other = Client(), Client()
    one.force_login(people["patron"])
    other.force_login(people["librarian"])

    assert read(one, 4)[-1] == 429
    assert read(other, 3, path="/en/tell/") == [200, 200, 200]


def test_reading_rooms_are_exempt_by_a_setting(client, small, settings):
    settings.TRUSTED_NETWORKS = ["203.0.113.0/24"]

    assert set(read(client, 6)) == {200}


def test_too_many_tries_to_sign_in_from_one_address(client, monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "sign-in", Limit(3, 60, closed=True))
    codes = [
        client.post("/en/account/login/", {"login": f"x{n}@example.org", "password": "wrong"}, **FROM).status_code
        for n in range(4)
    ]

    assert codes == [200, 200, 200, 429]


def test_one_account_is_not_tried_from_many_addresses(people):
    for number in range(10):
        Client().post(
            "/en/account/login/",
            {"login": "ines@example.org", "password": "wrong"},
            REMOTE_ADDR=f"198.51.100.{number}",
        )
    client = Client()
    answer = client.post("/en/account/login/", {"login": "ines@example.org", "password": "open sesame 1897"})

    assert "too often" in answer.content.decode()
    assert client.get("/en/me/settings/").status_code == 302


def test_nobody_fills_the_mailbox_of_another(people, mailoutbox):
    for number in range(6):
        Client().post("/en/account/password/reset/", {"email": "ines@example.org"}, REMOTE_ADDR=f"198.51.100.{number}")

    assert len(mailoutbox) == 3


@never_cache
@throttled("export", methods=("GET",))
def exporting(request):
    return HttpResponse("rows")


class Urls:
    urlpatterns = [path("en/exporting/", exporting), *site_urls.urlpatterns]


@override_settings(ROOT_URLCONF=Urls)
def test_a_view_that_is_throttled_answers_429(client):
    codes = [client.get("/en/exporting/", **FROM).status_code for _ in range(3)]

    assert codes == [200, 200, 429]
