"""Telling what one tried: who may, what is kept, and when the entry goes meanwhile."""

import pytest
from django.urls import reverse

from communities.interaction.internalization import practise, rewrite_report
from communities.models import PracticeReport
from tests.factories import make_entry

pytestmark = pytest.mark.django_db
SAID = {"tried": "I came at nine.", "happened": "Nobody was there.", "useful": "yes", "language": "en"}


@pytest.fixture
def entry(db):
    return make_entry(live=True)


@pytest.fixture
def report(entry, people):
    return practise(entry, by=people["patron"], **SAID)


def test_a_report_stands_with_its_entry(client, entry, people):
    client.force_login(people["patron"])

    answer = client.post(f"{reverse('practise')}?entry={entry.pk}", SAID)

    assert answer.url == PracticeReport.objects.get(entry=entry).get_absolute_url()


def test_an_entry_that_was_unpublished_meanwhile_gives_the_text_back(client, entry, people):
    client.force_login(people["patron"])
    entry.unpublish()

    answer = client.post(f"{reverse('practise')}?entry={entry.pk}", SAID)

    assert answer.status_code == 404
    assert "I came at nine." in answer.text
    assert "Nobody was there." in answer.text


def test_two_windows_on_one_report_are_shown_both_texts(client, report, people):
    rewrite_report(report, version=1, by=people["patron"], tried="I came at eight.")
    client.force_login(people["patron"])

    answer = client.post(reverse("practice_edit", args=[report.pk]), SAID | {"tried": "At ten.", "version": 1})

    assert answer.status_code == 409
    assert "I came at eight." in answer.text
    assert "At ten." in answer.text


@pytest.mark.parametrize(("role", "status"), [("patron", 200), ("second_librarian", 403)])
def test_only_who_wrote_it_changes_it(client, report, people, role, status):
    client.force_login(people[role])

    assert client.get(reverse("practice_edit", args=[report.pk])).status_code == status


def test_the_list_narrows_to_those_whom_it_did_not_help(client, report, entry):
    assert not client.get(reverse("practice_list"), {"entry": entry.pk, "useful": "no"}).context["reports"]
    assert client.get(reverse("practice_list"), {"entry": entry.pk, "useful": "yes"}).context["reports"]


def test_a_long_list_asks_no_more_than_a_short_one(client, report, entry, people, django_assert_max_num_queries):
    client.force_login(people["librarian"])
    address = f"{reverse('practice_list')}?entry={entry.pk}"
    client.get(address)
    with django_assert_max_num_queries(40) as one:
        client.get(address)
    for _number in range(15):
        practise(entry, by=people["second_librarian"], **SAID)

    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(client.get(address).context["reports"]) == 16


@pytest.mark.parametrize("page", ["report", "list", "entry"])
def test_a_visitor_gets_pages_that_can_be_kept(client, report, entry, page):
    addresses = {
        "report": report.get_absolute_url(),
        "list": f"{reverse('practice_list')}?entry={entry.pk}",
        "entry": entry.get_url(),
    }

    answer = client.get(addresses[page])

    assert answer.status_code == 200
    assert "csrf" not in answer.text
    assert not answer.cookies
