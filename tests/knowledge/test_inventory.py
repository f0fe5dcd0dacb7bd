import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from knowledge.acquisition.telling import take_in
from knowledge.application.exports import cell
from knowledge.application.inventory import tables
from knowledge.models import Capture
from knowledge.rules import Visibility
from tests.factories import make_concept, make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(people):
    topic = make_concept("Study rooms", "研修室")
    make_concept("Parish maps")
    make_entry("Rooms", concepts=[topic])
    make_entry("研修室", language="zh-hans", kind="from", form="case")
    make_entry("Plans", visibility=Visibility.STAFF, live=False)
    old = take_in("The lift stands still.")
    Capture.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))
    take_in("The lift runs again.")


def figures(user):
    return {str(figure.label): figure for table in tables(user) for figure in table.figures}


def test_it_counts_what_is_there_what_waits_and_what_is_missing(library, people):
    found = {label: figure.number for label, figure in figures(people["manager"]).items()}

    assert (found["For customers"], found["From customers"], found["Case"]) == (1, 1, 1)
    assert (found["English"], found["Simplified Chinese"]) == (1, 1)
    assert (found["Waiting for up to a week"], found["Waiting for more than a month"]) == (1, 1)
    assert found["Topics without an entry"] == 1
    assert found["Entries without a source"] == 2


def test_every_number_opens_a_list_of_as_many(library, people, client):
    client.force_login(people["librarian"])
    page = client.get(reverse("inventory"))

    for table in page.context["tables"]:
        for figure in table.figures:
            assert listed(client.get(figure.url).context) == figure.number, figure.label


def listed(context):
    """How many things a list has; those of talk are paged by a key and not counted, and are few here."""
    return context["paginator"].count if "paginator" in context else len(context["rows"])


def test_the_csv_of_a_list_has_a_line_for_each_thing(library, people, client):
    client.force_login(people["manager"])

    lines = client.get(reverse("inventory_entries"), {"as": "csv"}).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 1 + 2
    assert lines[0].startswith("Title,")


def test_the_csv_of_the_page_equals_the_page(library, people, client):
    client.force_login(people["manager"])
    page = client.get(reverse("inventory"))

    rows = client.get(reverse("inventory"), {"as": "csv"}).content.decode("utf-8-sig").splitlines()[1:]

    numbers = [str(figure.number) for table in page.context["tables"] for figure in table.figures]
    assert [row.rpartition(",")[2] for row in rows] == numbers


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("patron", 403), ("manager", 200)])
def test_it_is_for_staff(role, status, people, client):
    if role != "visitor":
        client.force_login(people[role])

    assert client.get(reverse("inventory")).status_code == status


def test_the_number_of_queries_does_not_grow(library, people, client, django_assert_max_num_queries):
    client.force_login(people["manager"])
    client.get(reverse("inventory_entries"))
    for number in range(20):
        make_entry(f"Entry {number}")

    with django_assert_max_num_queries(25):
        client.get(reverse("inventory_entries"))


def test_json_for_a_program_counts_everything(library, capsys):
    call_command("inventory", "--json")

    counted = json.loads(capsys.readouterr().out)
    assert counted["entries"]["total"] == 3
    assert counted["entries"]["by_state"] == {"published": 2, "draft": 1}
    assert counted["captures"] == {"new": 2}
    assert counted["concepts"]["total"] == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "＝1", "＠a"])
def test_no_cell_is_taken_for_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["a=1", "1-1", "馆际互借", 3])
def test_other_cells_stay_as_they_are(value):
    assert cell(value) == value
