"""Looking after accounts: in the admin, from the command line, and the way out."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.users.models import UserProfile

from kmsite.accounts.demo import ACCOUNTS, demo_accounts
from kmsite.accounts.people import change_roles, close_account, make_account, set_password, unlock
from kmsite.models import User
from knowledge.models import AuditEvent, EntryContributor, Person
from knowledge.throttle import TooMany, count
from tests.factories import make_entry, make_user

PASSWORD = "open sesame 1897"


@pytest.fixture
def administrator(client, people):
    client.force_login(people["administrator"])
    return people["administrator"]


def group(name):
    return Group.objects.get(name=name)


def fields(user, **changes):
    """What the edit form would send for `user` as it is."""
    sent = {
        "name": user.get_full_name(),
        "email": user.email,
        "language": user.language,
        "time_zone": user.time_zone,
        "groups": [g.pk for g in user.groups.all()],
        "is_active": "on" if user.is_active else "",
        "password1": "",
    }
    return {**sent, **changes}


def edit(client, user, **changes):
    return client.post(f"/admin/users/edit/{user.pk}/", fields(user, **changes))


# ---------------------------------------------------------------- in the admin
def test_an_administrator_adds_a_colleague_with_a_role(client, administrator):
    answer = client.post(
        "/admin/users/new/",
        {
            "name": "温 蒂",
            "email": "Wen.Di@Example.org",
            "language": "zh-hans",
            "time_zone": "Asia/Shanghai",
            "groups": [group("librarian").pk],
            "password1": "a heron at dusk",
        },
    )

    assert answer.status_code == 302
    user = User.objects.get(email="wen.di@example.org")
    assert (user.person.name, user.language, user.time_zone) == ("温 蒂", "zh-hans", "Asia/Shanghai")
    assert list(user.groups.values_list("name", flat=True)) == ["librarian"]
    assert UserProfile.get_for_user(user).preferred_language == "zh-hans"
    newcomer = Client()
    newcomer.post("/en/account/login/", {"login": user.email, "password": "a heron at dusk"})
    assert newcomer.get("/admin/").status_code == 200


def test_an_address_is_taken_once_whatever_its_case(client, administrator, people):
    answer = client.post("/admin/users/new/", {"name": "Ines", "email": "INES@example.org", "language": "en"})

    assert "There is an account with this address already." in answer.content.decode()


def test_a_weak_password_is_refused_with_the_reason(client, administrator, people):
    answer = edit(client, people["patron"], password1="12345")

    assert "too short" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="password-change").exists()


def test_each_change_in_the_form_is_made_and_written_down_once(client, administrator, people):
    patron = people["patron"]
    edit(
        client,
        patron,
        name="Ines Ruiz",
        email="ines.ruiz@example.org",
        groups=[group("librarian").pk],
        password1="a heron at dusk",
        is_active="",
    )

    patron = User.objects.get(pk=patron.pk)
    assert (patron.person.name, patron.email, patron.is_active) == ("Ines Ruiz", "ines.ruiz@example.org", False)
    assert patron.check_password("a heron at dusk")
    events = AuditEvent.objects.filter(object_key=f"kmsite.user:{patron.pk}", actor=administrator)
    assert sorted(events.values_list("action", flat=True)) == [
        "account-closed",
        "email-change",
        "password-change",
        "role-change",
    ]
    assert events.get(action="role-change").before == {"roles": []}
    assert events.get(action="role-change").after == {"roles": ["librarian"]}


def test_saving_without_a_change_writes_nothing_down(client, administrator, people):
    edit(client, people["librarian"])

    assert not AuditEvent.objects.exists()


def test_nobody_raises_themselves(client, administrator):
    edit(client, administrator, groups=[group("administrator").pk, group("manager").pk], email="other@example.org")

    administrator.refresh_from_db()
    assert list(administrator.groups.values_list("name", flat=True)) == ["administrator"]
    assert administrator.email == "bo@example.org"
    with pytest.raises(PermissionDenied):
        change_roles(administrator, Group.objects.all(), by=administrator)


def test_a_form_cannot_make_a_superuser(client, administrator, people):
    edit(client, people["patron"], is_superuser="on", is_staff="on")

    people["patron"].refresh_from_db()
    assert (people["patron"].is_superuser, people["patron"].is_staff) == (False, False)


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root@example.org", PASSWORD)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/users/edit/{pk}/",
        "/admin/users/delete/{pk}/",
        "/admin/users/{pk}/unlock/",
        "/admin/users/{pk}/second-factor/",
        "/admin/bulk/kmsite/user/delete/?id={pk}",
        "/admin/bulk/kmsite/user/set_active_state/?id={pk}",
        "/admin/bulk/kmsite/user/assign_role/?id={pk}",
    ],
)
def test_an_administrator_cannot_touch_a_superuser(path, client, administrator, root):
    client.post(
        path.format(pk=root.pk),
        fields(root, password1="a heron at dusk", is_active="", mark_as_active="False", role=group("manager").pk),
    )

    root.refresh_from_db()
    assert root.is_active
    assert root.check_password(PASSWORD)
    assert not root.groups.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", ["patron", "librarian", "manager"])
@pytest.mark.parametrize("path", ["/admin/users/", "/admin/users/new/", "/admin/users/edit/{pk}/", "/admin/groups/"])
def test_only_administrators_reach_accounts_and_groups(path, role, client, people):
    client.force_login(people[role])

    assert client.get(path.format(pk=people["patron"].pk)).status_code in (302, 403)
    edit(client, people["patron"], groups=[group("administrator").pk])
    assert not people["patron"].groups.exists()


PAGES = [
    "/admin/users/",
    "/admin/users/?q=Maren",
    "/admin/users/?ordering=name",
    "/admin/users/?ordering=-name",
    "/admin/users/?is_active=true",
    "/admin/users/new/",
    "/admin/users/edit/{pk}/",
    "/admin/users/history/{pk}/",
    "/admin/users/delete/{pk}/",
    "/admin/users/{pk}/unlock/",
    "/admin/users/{pk}/second-factor/",
    "/admin/bulk/kmsite/user/delete/?id={pk}",
    "/admin/bulk/kmsite/user/set_active_state/?id={pk}",
    "/admin/bulk/kmsite/user/assign_role/?id={pk}",
    "/admin/groups/",
    "/admin/account/",
    "/admin/reports/audit/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_about_accounts_opens(path, client, administrator, people):
    answer = client.get(path.format(pk=people["librarian"].pk))

    assert answer.status_code == 200
    assert (
        "Maren" in answer.content.decode()
        or "groups" in path
        or "account/" in path
        or "reports" in path
        or "new" in path
    )


def test_the_list_is_searched_by_name_and_address(client, administrator):
    page = client.get("/admin/users/?q=Maren").content.decode()

    assert "maren@example.org" in page
    assert "wen@example.org" not in page


def test_the_list_has_a_constant_number_of_queries(client, administrator, django_assert_max_num_queries):
    client.get("/admin/users/")
    for number in range(10):
        make_user("librarian", email=f"more{number}@example.org")
    with django_assert_max_num_queries(30):
        client.get("/admin/users/")


def test_own_preferences_in_the_admin_are_those_of_the_account(client, people):
    librarian = people["librarian"]
    client.force_login(librarian)
    client.post(
        "/admin/account/",
        {
            "preferences-name": "Maren H.",
            "preferences-language": "zh-hans",
            "preferences-time_zone": "Asia/Shanghai",
            "theme-theme": "system",
            "theme-contrast": "system",
            "theme-density": "default",
            "notifications-submitted_notifications": "on",
        },
    )

    librarian = User.objects.get(pk=librarian.pk)
    assert (librarian.person.name, librarian.language, librarian.time_zone) == ("Maren H.", "zh-hans", "Asia/Shanghai")
    assert UserProfile.get_for_user(librarian).preferred_language == "zh-hans"


# ---------------------------------------------------------------- several at once
def test_a_role_is_given_to_several_and_written_down_for_each(client, administrator, people):
    ids = f"id={people['patron'].pk}&id={people['librarian'].pk}&id={administrator.pk}"
    client.post(f"/admin/bulk/kmsite/user/assign_role/?{ids}", {"role": group("manager").pk})

    assert group("manager") in people["patron"].groups.all()
    assert set(people["librarian"].groups.values_list("name", flat=True)) == {"librarian", "manager"}
    assert group("manager") not in administrator.groups.all()
    assert AuditEvent.objects.filter(action="role-change", actor=administrator).count() == 2


def test_several_accounts_are_closed_but_never_ones_own(client, administrator, people):
    ids = f"id={people['patron'].pk}&id={administrator.pk}"
    client.post(f"/admin/bulk/kmsite/user/set_active_state/?{ids}", {"mark_as_active": "False"})

    people["patron"].refresh_from_db()
    administrator.refresh_from_db()
    assert (people["patron"].is_active, administrator.is_active) == (False, True)
    assert AuditEvent.objects.get(action="account-closed").actor == administrator


# ---------------------------------------------------------------- groups
def test_a_role_keeps_its_name_and_cannot_be_deleted(client, administrator):
    librarians = group("librarian")
    client.post(f"/admin/groups/delete/{librarians.pk}/")
    client.post(f"/admin/groups/edit/{librarians.pk}/", {"name": "gone"})

    assert Group.objects.get(pk=librarians.pk).name == "librarian"


# ---------------------------------------------------------------- unlocking
def test_an_account_locked_after_wrong_passwords_is_unlocked(client, administrator, people):
    visitor = Client()
    for _ in range(11):
        visitor.post("/en/account/login/", {"login": "ines@example.org", "password": "wrong"})
    with pytest.raises(TooMany):
        count("sign-in-account", "ines@example.org")

    client.post(f"/admin/users/{people['patron'].pk}/unlock/")

    visitor.post("/en/account/login/", {"login": "ines@example.org", "password": PASSWORD})
    assert visitor.get("/en/me/settings/").status_code == 200
    assert AuditEvent.objects.filter(action="account-unlocked", actor=administrator).count() == 1


@pytest.mark.parametrize("role", ["patron", "librarian", "manager"])
def test_others_cannot_unlock_or_set_a_password(role, people):
    with pytest.raises(PermissionDenied):
        unlock(people["second_librarian"], by=people[role])
    with pytest.raises(PermissionDenied):
        set_password(people["second_librarian"], "a heron at dusk", by=people[role])
    with pytest.raises(PermissionDenied):
        make_account(email="x@example.org", name="X", by=people[role])


# ---------------------------------------------------------------- deleting
def test_deleting_an_account_keeps_what_was_written(client, administrator, people):
    patron, person = people["patron"], people["patron"].person
    entry = make_entry("What the tide tables say", owner=patron)
    EntryContributor.objects.create(entry=entry, person=person)
    client.post(f"/admin/users/delete/{patron.pk}/")

    assert not User.objects.filter(pk=patron.pk).exists()
    entry.refresh_from_db()
    assert (entry.owner, entry.live) == (None, True)
    assert str(Person.objects.get(pk=person.pk)) == "Former member"
    event = AuditEvent.objects.get(action="account-deleted")
    assert (event.actor, event.object_key) == (administrator, f"kmsite.user:{patron.pk}")


def test_nobody_closes_the_account_of_another(people):
    with pytest.raises(PermissionDenied):
        close_account(people["patron"], by=people["librarian"])


# ---------------------------------------------------------------- the command line
def printed(*args):
    out = StringIO()
    call_command("accounts", *args, stdout=out)
    return out.getvalue()


def test_the_demo_has_an_account_for_each_role_with_a_password_that_works(client, db):
    text = printed("--demo")

    found = re.findall(r"^  (\S+@reedferry\.example)\s+(\S+)\s+(\S+)$", text, re.MULTILINE)
    assert [role for _email, role, _password in found] == [
        "patron",
        "librarian",
        "librarian",
        "manager",
        "administrator",
    ]
    for email, _role, password in found:
        reader = Client()
        reader.post("/en/account/login/", {"login": email, "password": password})
        assert reader.get("/en/me/settings/").status_code == 200
        assert Person.objects.filter(user__email=email).exists()


def test_making_the_demo_accounts_again_changes_no_password(db):
    first = demo_accounts()

    assert demo_accounts() == []
    assert all(User.objects.get(email=email).check_password(password) for email, _role, password in first)
    assert len({password for _email, _role, password in first}) == len(ACCOUNTS)


def test_new_passwords_for_all_or_one(db):
    before = {email: password for email, _role, password in demo_accounts()}
    after = {email: password for email, _role, password in demo_accounts(reset=True)}
    text = printed("--reset", "patron@reedferry.example")

    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())
    assert User.objects.get(email="patron@reedferry.example").check_password(text.split()[1])


def test_an_unknown_address_is_named_and_nothing_is_made(db):
    with pytest.raises(CommandError, match=r"nobody@example\.org"):
        printed("--reset", "nobody@example.org")
