"""The roles as groups: what each may do in the admin, and laying them twice."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from kmsite.roles import lay_roles, permissions
from knowledge.models import EntryIndex
from tests.factories import make_entry


def everything_laid():
    return (
        sorted(Group.objects.values_list("name", "permissions__codename")),
        sorted(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename")),
        sorted(GroupCollectionPermission.objects.values_list("group__name", "collection", "permission__codename")),
    )


def test_laying_the_roles_twice_changes_nothing(db):
    lay_roles()
    before = everything_laid()
    lay_roles()

    assert everything_laid() == before


def test_what_a_library_gave_in_addition_stays(db):
    extra = Permission.objects.get(codename="view_person")
    Group.objects.get(name="manager").permissions.add(extra)
    lay_roles()

    assert extra in Group.objects.get(name="manager").permissions.all()


def test_a_permission_that_does_not_exist_is_named(db):
    with pytest.raises(LookupError, match=r"knowledge\.add_dragon"):
        permissions(["knowledge.add_dragon"])


@pytest.mark.parametrize(
    ("role", "opens"),
    [("visitor", False), ("patron", False), ("librarian", True), ("manager", True), ("administrator", True)],
)
def test_staff_enters_the_admin(role, opens, people, client):
    if role != "visitor":
        client.force_login(people[role])

    assert (client.get("/admin/").status_code == 200) is opens


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("role", "adds", "publishes"),
    [("patron", False, False), ("librarian", True, False), ("manager", False, False), ("administrator", True, True)],
)
def test_librarians_write_in_both_languages_and_publish_by_approval_only(role, adds, publishes, language, people):
    index = EntryIndex.objects.get(locale__language_code=language)
    tester = index.permissions_for_user(people[role])
    entry = make_entry(f"Of {language}", language=language, live=False)
    on_entry = entry.permissions_for_user(people[role])

    assert tester.can_add_subpage() is adds
    assert on_entry.can_edit() is adds
    assert on_entry.can_publish() is publishes


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("knowledge.view_capture", {"librarian", "second_librarian", "manager", "administrator"}),
        ("knowledge.change_concept", {"librarian", "second_librarian", "administrator"}),
        ("kmsite.change_user", {"administrator"}),
        ("auth.change_group", {"administrator"}),
        ("kmsite.change_librarysettings", {"administrator"}),
        ("knowledge.view_auditevent", {"administrator"}),
    ],
)
def test_each_permission_is_held_by_its_roles_only(permission, holders, people):
    assert {role for role, user in people.items() if user.has_perm(permission)} == holders
