"""People: who is seen by whom, what they say about themselves, and what stays when they go."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from knowledge.application.erasing import erase
from knowledge.models import AuditEvent, Capture, EntryContributor, OutboxRow, Person
from knowledge.rules import Visibility
from tests.factories import make_concept, make_entry, make_user


@pytest.fixture
def known(people):
    person = people["patron"].person
    person.in_search = True
    person.say_about("I keep **bees**. <script>alert(1)</script>")
    person.save()
    return person


# ---------------------------------------------------------------- the page
@pytest.mark.parametrize(
    ("reader", "found", "hidden"),
    [
        ("visitor", True, False),
        ("manager", True, True),
        ("librarian", True, True),
        ("administrator", True, True),
    ],
)
def test_who_agreed_is_found_by_everybody_others_by_staff(reader, found, hidden, people, known, client):
    if reader != "visitor":
        client.force_login(people[reader])
    other = make_user(name="Hidden One").person

    assert (client.get(f"/en/people/{known.pk}/").status_code == 200) is found
    assert (client.get(f"/en/people/{other.pk}/").status_code == 200) is hidden


def test_everybody_sees_their_own_page(people, client):
    client.force_login(people["patron"])

    assert client.get(people["patron"].person.get_absolute_url()).status_code == 200


def test_a_hidden_person_is_missing_like_one_who_never_was(people, client):
    there, nowhere = f"/people/{people['patron'].person.pk}/", "/people/999999/"
    hidden, missing = client.get(f"/en{there}"), client.get(f"/en{nowhere}")

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.decode() == missing.content.decode().replace(nowhere, there)


@pytest.mark.parametrize("reader", ["visitor", "administrator"])
def test_a_person_without_an_account_has_no_page(reader, people, client):
    unclaimed = Person.objects.create(name="Old Hand", in_search=True)
    if reader != "visitor":
        client.force_login(people[reader])

    assert client.get(f"/en/people/{unclaimed.pk}/").status_code == 404


def test_the_page_shows_what_the_person_says_and_knows_and_wrote(known, client):
    known.knows.create(concept=make_concept("Beekeeping", "养蜂"), note="hives on roofs")
    entry = make_entry("Hives on the library’s roof")
    EntryContributor.objects.create(entry=entry, person=known)
    page = client.get(f"/en/people/{known.pk}/").content.decode()

    assert "<strong>bees</strong>" in page
    assert "<script>alert" not in page
    for words in ("Beekeeping", "hives on roofs", "Hives on the library’s roof"):
        assert words in page
    assert "养蜂" in client.get(f"/zh-hans/people/{known.pk}/").content.decode()


def test_entries_that_the_reader_may_not_see_are_not_named(people, known, client):
    for title, fields in {
        "Staff notes": {"visibility": Visibility.STAFF},
        "Half a draft": {"live": False},
    }.items():
        EntryContributor.objects.create(entry=make_entry(title, **fields), person=known)
    page = client.get(f"/en/people/{known.pk}/").content.decode()

    assert "Staff notes" not in page
    assert "Half a draft" not in page


def test_the_page_has_a_constant_number_of_queries(known, client, django_assert_max_num_queries):
    def grow(number):
        for n in range(number):
            known.knows.create(concept=make_concept(f"Topic {number} {n}"))
            EntryContributor.objects.create(entry=make_entry(f"Entry {number} {n}"), person=known)

    def queries():
        with django_assert_max_num_queries(100) as seen:
            client.get(f"/en/people/{known.pk}/?fresh={known.knows.count()}")
        return len(seen)

    grow(1)
    client.get(f"/en/people/{known.pk}/")
    few = queries()
    grow(6)

    assert queries() == few


# ---------------------------------------------------------------- going
def test_erasing_takes_the_person_out_and_leaves_the_text(people, known):
    entry = make_entry("Hives on the library’s roof", owner=people["patron"])
    entry.contributors.add(EntryContributor(person=known, kept_name="Ines"))
    entry.save()
    entry.save_revision()
    assert "Ines" in str(entry.revisions.last().content)
    Capture.objects.create(text="Too loud.", teller=known, teller_name="Ines", teller_email="ines@example.org")
    known.knows.create(concept=make_concept("Beekeeping"))

    erase(known, by=people["patron"])

    known.refresh_from_db()
    assert (known.user, known.bio, known.bio_html, known.in_search, known.on_maps) == (None, "", "", False, "no")
    assert not known.knows.exists()
    assert EntryContributor.objects.get(entry=entry).kept_name == ""
    assert "Ines" not in str(list(entry.revisions.values_list("content", flat=True)))
    capture = Capture.objects.get()
    assert (capture.text, capture.teller_name, capture.teller_email) == ("Too loud.", "", "")
    assert OutboxRow.objects.filter(kind="person_erased", key=f"knowledge.person:{known.pk}").count() == 1


def test_the_former_member_is_named_in_the_language_of_the_reader(people, known):
    erase(known, by=people["patron"])
    known.refresh_from_db()

    with override("en"):
        assert str(known) == "Former member"
    with override("zh-hans"):
        assert str(known) == "前成员"


def test_the_name_is_gone_from_the_audit_log_too(people, known, client):
    client.post("/en/account/login/", {"login": "ines@example.org", "password": "wrong"})
    assert AuditEvent.objects.filter(object_label="Ines").exists()
    erase(known, by=people["patron"])

    rows = str(list(AuditEvent.objects.values()))
    assert "Ines" not in rows
    assert AuditEvent.objects.filter(action="person-erased").count() == 1


def test_erasing_twice_changes_nothing(people, known):
    erase(known, by=people["administrator"])
    erase(known, by=people["administrator"])

    assert AuditEvent.objects.filter(action="person-erased").count() == 1


@pytest.mark.parametrize("role", ["visitor", "librarian", "manager"])
def test_nobody_erases_somebody_else(role, people, known):
    with pytest.raises(PermissionDenied):
        erase(known, by=people[role])
    known.refresh_from_db()
    assert known.erased_at is None


def test_an_administrator_may(people, known):
    erase(known, by=people["administrator"])

    known.refresh_from_db()
    assert known.erased_at
