"""Signing in: one guarded door, the same answer for everybody, sessions that end when they have to."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from kmsite.accounts.people import change_address, change_roles, set_active, set_password, sign_out_everywhere
from kmsite.models import User
from knowledge.models import AuditEvent, Person
from tests.factories import make_user

PASSWORD = "open sesame 1897"
LOGIN = "/en/account/login/"


@pytest.fixture
def reader(db):
    return make_user(name="Ines", email="ines@example.org", language="zh-hans")


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_signed_in(client):
    return client.get("/en/me/settings/").status_code == 200


# ---------------------------------------------------------------- signing up
SIGN_UP = {"name": "Nettle", "is_pseudonym": "on", "email": "new@example.org", "password1": "a heron at dusk"}


def test_signing_up_makes_the_account_and_the_person_together(client, db):
    client.post("/zh-hans/account/signup/", {**SIGN_UP, "time_zone": "Asia/Shanghai"})

    user = User.objects.get(email="new@example.org")
    assert (user.language, user.time_zone) == ("zh-hans", "Asia/Shanghai")
    assert (user.person.name, user.person.is_pseudonym) == ("Nettle", True)
    assert AuditEvent.objects.filter(action="account-made", actor=user).count() == 1


def test_when_the_person_cannot_be_made_there_is_no_account_either(client, db, monkeypatch):
    def fails(**fields):
        raise RuntimeError("no person")

    monkeypatch.setattr(Person.objects, "create", fails)

    with pytest.raises(RuntimeError):
        client.post("/en/account/signup/", SIGN_UP)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_time_zone_that_a_browser_makes_up_is_not_kept(client, db):
    client.post("/en/account/signup/", {**SIGN_UP, "time_zone": "Mars/Olympus"})

    assert User.objects.get(email="new@example.org").time_zone == ""


def test_who_signs_up_confirms_the_address_first_and_lands_signed_in_on_the_own_page(client, db):
    client.post("/en/account/signup/", SIGN_UP)
    assert not is_signed_in(client)
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    client.post(link)
    answer = sign_in(client, "new@example.org", SIGN_UP["password1"])

    assert answer.url == "/en/me/"
    assert is_signed_in(client)


# ---------------------------------------------------------------- the same answer
def body(response):
    """An answer without what changes each time."""
    return re.sub(r'value="[\w-]{32,}"', "", response.content.decode()).replace("someone", "").strip()


@pytest.fixture
def tried(reader):
    """Addresses whose accounts differ: known, unknown, closed, without a password."""
    make_user(email="closed@example.org", is_active=False)
    other = make_user(email="elsewhere@example.org")
    other.set_unusable_password()
    other.save()
    return ["ines@example.org", "nobody@example.org", "closed@example.org", "elsewhere@example.org"]


def test_a_wrong_password_is_answered_alike_for_every_address(tried):
    answers = {body(sign_in(Client(), email, "wrong password")).replace(email, "x@example.org") for email in tried}

    assert len(answers) == 1


def test_a_reset_is_answered_alike_for_every_address(tried):
    answers = {
        (answer.status_code, answer.url)
        for answer in (Client().post("/en/account/password/reset/", {"email": email}) for email in tried)
    }

    assert answers == {(302, "/en/account/password/reset/done/")}
    assert len(mail.outbox) == len(tried)  # a letter each, so that the time is alike too


def test_signing_up_with_a_known_address_is_answered_like_a_new_one(tried):
    answers = set()
    for email in [*tried, "new@example.org"]:
        answer = Client().post("/en/account/signup/", {**SIGN_UP, "email": email})
        answers.add((answer.status_code, answer.url))

    assert answers == {(302, "/en/account/confirm-email/")}
    assert User.objects.count() == 5  # the three there were, and the two new ones


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_a_wrong_password_takes_as_long_for_an_unknown_address(tried):
    for user in User.objects.exclude(email="elsewhere@example.org"):
        user.set_password(PASSWORD)
        user.save()
    spent = {email: [] for email in tried[:3]}
    for _ in range(8):  # in turn, so that whatever else the machine does meets them alike
        for email, times in spent.items():
            start = time.process_time()
            sign_in(Client(), email, "wrong password")
            times.append(time.process_time() - start)
    fastest = [min(times) for times in spent.values()]

    assert max(fastest) < 1.3 * min(fastest)


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_signing_up_takes_a_password_hash_for_a_known_address_too(reader):
    start = time.process_time()
    Client().post("/en/account/signup/", SIGN_UP)
    new = time.process_time() - start
    start = time.process_time()
    Client().post("/en/account/signup/", {**SIGN_UP, "email": reader.email})
    known = time.process_time() - start

    assert known > 0.4 * new


# ---------------------------------------------------------------- one door
DOORS = [
    "/admin/login/",
    "/admin/login/?next=/admin/pages/",
    "/en/_util/login/",
    "/zh-hans/_util/login/",
    "/django-admin/login/",
    "/django-admin/",
]


@pytest.mark.parametrize("door", DOORS)
def test_no_other_door_takes_a_bare_password(door, people):
    client = Client()
    fields = {"username": "maren@example.org", "email": "maren@example.org", "login": "maren@example.org"}
    answer = client.post(door, {**fields, "password": PASSWORD})

    assert answer.status_code == 302
    assert "/account/login/" in answer.url
    assert not is_signed_in(client)


def test_the_door_remembers_where_one_wanted_to_go_when_it_is_ours(client, db):
    assert client.get("/admin/login/?next=/admin/pages/").url == "/en/account/login/?next=%2Fadmin%2Fpages%2F"
    assert client.get("/admin/login/?next=https://evil.example/").url == "/en/account/login/?next=%2Fadmin%2F"
    assert "evil" not in client.get("/en/_util/login/?next=//evil.example/").url


@pytest.mark.parametrize("rest", ["", "done/", "confirm/MQ/abc-def/", "complete/"])
def test_wagtails_reset_leads_to_ours(client, db, rest):
    assert client.post(f"/admin/password_reset/{rest}").url == "/en/account/password/reset/"


def test_the_admin_sends_visitors_to_our_door(client, db):
    assert client.get("/admin/pages/").url == "/en/account/login/?next=/admin/pages/"


def test_the_account_page_of_the_admin_takes_neither_password_nor_address(client, people):
    client.force_login(people["librarian"])
    page = client.get("/admin/account/").content.decode()

    assert 'type="password"' not in page
    assert 'type="email"' not in page


def test_signing_in_goes_to_the_language_of_the_account(client, reader):
    assert sign_in(client, reader.email).url == "/zh-hans/me/"


def test_signing_in_goes_where_one_wanted_to_go(client, reader):
    answer = client.post(LOGIN, {"login": reader.email, "password": PASSWORD, "next": "/en/tell/"})

    assert answer.url == "/en/tell/"


def test_an_account_that_is_closed_cannot_sign_in(client, reader):
    set_active(reader, False, by=None)

    assert "/account/inactive/" in sign_in(client, reader.email).url
    assert not is_signed_in(client)


def test_who_forgot_the_password_sets_a_new_one_by_letter(client, reader):
    client.post("/en/account/password/reset/", {"email": reader.email})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "eleven grey geese", "password2": "eleven grey geese"})

    assert sign_in(client, reader.email, "eleven grey geese").status_code == 302
    assert is_signed_in(client)
    assert AuditEvent.objects.filter(action="password-change").count() == 1


# ---------------------------------------------------------------- sessions
@pytest.fixture
def two_sessions(reader):
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, reader.email)
        assert is_signed_in(client)
    return here, there


def test_changing_the_password_ends_all_other_sessions(two_sessions):
    here, there = two_sessions
    here.post(
        "/en/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "eleven grey geese", "password2": "eleven grey geese"},
    )

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_changing_the_address_ends_all_other_sessions(two_sessions, reader):
    here, there = two_sessions
    here.post("/en/account/reauthenticate/", {"password": PASSWORD})
    here.post("/en/account/email/", {"email": "ines@new.example", "action_add": "1"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body).group(1)
    here.post(link)

    reader.refresh_from_db()
    assert reader.email == "ines@new.example"
    assert list(EmailAddress.objects.filter(user=reader).values_list("email", flat=True)) == ["ines@new.example"]
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert AuditEvent.objects.filter(action="email-change").count() == 1


def test_signing_out_everywhere_leaves_only_this_session(two_sessions):
    here, there = two_sessions
    here.post("/en/me/sign-out-everywhere/")

    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


@pytest.mark.parametrize(
    "done",
    [
        lambda user: change_roles(user, [], by=None),
        lambda user: set_active(user, False, by=None),
        lambda user: set_password(user, "eleven grey geese", by=None),
        lambda user: change_address(user, "maren@new.example", by=None),
        lambda user: sign_out_everywhere(user, by=None),
    ],
    ids=["role lost", "closed", "password", "address", "everywhere"],
)
def test_what_an_administrator_takes_away_ends_the_sessions(done, people):
    client = Client()
    client.force_login(people["librarian"])
    assert is_signed_in(client)

    done(people["librarian"])

    assert not is_signed_in(client)


def test_a_role_more_ends_no_session(people, django_user_model):
    client = Client()
    client.force_login(people["patron"])

    change_roles(people["patron"], people["librarian"].groups.all(), by=None)

    assert is_signed_in(client)


# ---------------------------------------------------------------- language and time
def test_the_bare_address_leads_to_the_language_of_account_cookie_or_browser(reader):
    client = Client()
    assert client.get("/").url == "/en/"
    assert client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).url == "/zh-hans/"
    client.force_login(reader)
    assert client.get("/").url == "/zh-hans/"


def test_what_is_missing_outside_the_languages_is_a_404_and_no_redirect(client, db):
    assert client.get("/nothing-here/").status_code == 404
    assert client.get("/en/nothing-here/").status_code == 404


def test_pages_about_signing_in_are_in_both_languages(client, db):
    for name in ("account_login", "account_signup", "account_reset_password"):
        path = reverse(name)
        assert 'lang="en"' in client.get(path).content.decode()
        assert 'lang="zh-Hans"' in client.get(path.replace("/en/", "/zh-hans/")).content.decode()
