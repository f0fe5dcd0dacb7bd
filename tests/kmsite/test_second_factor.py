"""A second factor for whoever has a role."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction
from django.test import Client

from knowledge.models import AuditEvent
from knowledge.throttle import process_counts

PASSWORD = "open sesame 1897"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def production_like(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    process_counts.clear()


def code_of(secret, shift=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + shift))


def sign_in(client, email="maren@example.org"):
    return client.post("/en/account/login/", {"login": email, "password": PASSWORD})


@pytest.fixture
def set_up(monkeypatch):
    """Set up an app in the browser and return its secret. What waits for the commit is done at once: no test commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda function, **_options: function())
    return _set_up


def _set_up(client):
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/en/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page).group(1)
    answer = client.post("/en/account/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


@pytest.mark.parametrize("role", ["librarian", "manager", "administrator"])
@pytest.mark.parametrize("path", ["/admin/", "/en/me/", "/en/inventory/", "/en/tell/", "/en/"])
def test_until_it_is_set_up_staff_reaches_only_the_page_for_it(role, path, client, people):
    client.force_login(people[role])

    assert client.get(path).url == "/en/account/2fa/"
    assert client.get("/en/account/2fa/").status_code == 200


def test_patrons_need_none(client, people):
    client.force_login(people["patron"])

    assert client.get("/en/me/settings/").status_code == 200


def test_a_superuser_needs_one_too(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root@example.org", PASSWORD))

    assert client.get("/admin/").url == "/en/account/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client, people):
    Authenticator.objects.create(user=people["librarian"], type="recovery_codes", data={})
    client.force_login(people["librarian"])

    assert client.get("/admin/").status_code == 302


def test_after_setting_it_up_everything_opens_and_is_written_down(client, people, set_up):
    sign_in(client)
    set_up(client)

    assert client.get("/admin/").status_code == 200
    event = AuditEvent.objects.get(action="second-factor-added")
    assert (event.actor, event.after) == (people["librarian"], {"kind": "totp"})


def test_setting_it_up_ends_the_sessions_that_knew_only_the_password(client, people, set_up):
    there = Client()
    sign_in(there)
    sign_in(client)
    set_up(client)

    assert client.get("/en/me/settings/").status_code == 200
    assert there.get("/en/me/settings/").status_code == 302
    assert "/login/" in there.get("/en/me/settings/").url


def test_then_the_password_alone_opens_nothing(client, people, set_up):
    sign_in(client)
    secret = set_up(client)
    elsewhere = Client()
    sign_in(elsewhere)

    assert "/login/" in elsewhere.get("/admin/").url
    elsewhere.post("/en/account/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert elsewhere.get("/admin/").status_code == 200


def test_codes_cannot_be_guessed_one_after_the_other(client, people, set_up):
    sign_in(client)
    secret = set_up(client)
    elsewhere = Client()
    sign_in(elsewhere)
    for _ in range(5):
        elsewhere.post("/en/account/2fa/authenticate/", {"code": "000000"})
    elsewhere.post("/en/account/2fa/authenticate/", {"code": code_of(secret, 1)})

    assert elsewhere.get("/en/me/settings/").status_code == 302
    assert AuditEvent.objects.filter(action="second-factor-failed").count() == 5


def test_removing_it_is_written_down_and_closes_the_way_again(client, people, set_up):
    sign_in(client)
    set_up(client)
    client.post("/en/account/2fa/totp/deactivate/")

    assert AuditEvent.objects.filter(action="second-factor-removed", actor=people["librarian"]).exists()
    assert client.get("/admin/").url == "/en/account/2fa/"


def test_an_administrator_removes_a_lost_one(client, people):
    Authenticator.objects.create(user=people["librarian"], type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=people["administrator"], type="totp", data={"secret": "x"})
    client.force_login(people["administrator"])
    client.post(f"/admin/users/{people['librarian'].pk}/second-factor/")

    assert not Authenticator.objects.filter(user=people["librarian"]).exists()
    event = AuditEvent.objects.get(action="second-factor-removed")
    assert (event.actor, event.before) == (people["administrator"], {"kinds": ["totp"]})


@pytest.mark.parametrize(
    "name",
    ["", "totp/activate/", "webauthn/add/", "webauthn/", "recovery-codes/generate/"],
)
def test_every_page_of_it_opens_without_inline_script(name, client, people, set_up):
    sign_in(client)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    if "recovery" in name or name == "webauthn/":
        set_up(client)
    page = client.get(f"/en/account/2fa/{name}").content.decode()

    assert "<h1>" in page
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag and "application/json" not in tag]
    assert inline == []
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
