import pytest

from knowledge.models import Entry
from knowledge.rules import Visibility, access_tokens
from tests.factories import make_entry

pytestmark = pytest.mark.django_db
EVERYBODY = {"visitor", "patron", "librarian", "second_librarian", "manager", "administrator"}
STAFF = EVERYBODY - {"visitor", "patron"}


@pytest.mark.parametrize(
    ("visibility", "readers"),
    [
        (Visibility.PUBLIC, EVERYBODY),
        (Visibility.SIGNED_IN, EVERYBODY - {"visitor"}),
        (Visibility.STAFF, STAFF),
    ],
)
def test_an_entry_is_read_by_those_whom_its_visibility_names(visibility, readers, people):
    entry = make_entry(visibility=visibility)

    assert {role for role, user in people.items() if Entry.objects.visible_to(user).contains(entry)} == readers


@pytest.mark.parametrize(("role", "sees_it"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_a_draft_is_seen_by_librarians_only(role, sees_it, people):
    draft = make_entry(live=False)

    assert Entry.objects.visible_to(people[role]).contains(draft) is sees_it


def test_an_inactive_account_sees_what_a_visitor_sees(people):
    people["librarian"].is_active = False

    assert access_tokens(people["librarian"]) == {"public"}
