"""The flow of all communities and of one, as a page and as CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from communities.models import Thread
from communities.seci import Stage

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def threads(talk):
    """In one open community: a talk of today, and others that went further, stall, or are in a later turn."""
    for age, days, fields in [
        (200, {"socialized": 1}, {"stage": Stage.EXTERNALIZATION}),
        (150, {"socialized": 2, "externalized": 9}, {"stage": Stage.COMBINATION, "turn": 2}),
        (500, {"socialized": 1, "externalized": 3, "combined": 8, "internalized": 9}, {"stage": Stage.PRACTISED}),
    ]:
        began = NOW - timedelta(days=age)
        moments = {f"{mode}_at": began + timedelta(days=after) for mode, after in days.items()}
        Thread.objects.create(
            community=talk.community,
            title="T",
            created_at=began,
            last_post_at=began,
            stage_since=began,
            **fields,
            **moments,
        )
    return Thread.objects.all()


def addresses(talk, *, as_csv=False):
    name = "flow_csv" if as_csv else "flow"
    return reverse(name), reverse(f"community_{name}", args=[talk.community.slug])


def measures(page):
    return [measure for _title, group in page.context["flow"].groups() for measure in group]


@pytest.mark.parametrize("which", [0, 1], ids=["all", "one"])
@pytest.mark.parametrize("since", ["", "year"])
def test_the_csv_has_the_numbers_of_the_page(client, threads, talk, which, since):
    page = client.get(addresses(talk)[which], {"since": since})
    sheet = client.get(addresses(talk, as_csv=True)[which], {"since": since})

    head, *lines = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert len(head) == 4
    shown = [[m.label, str(m.number), "" if m.days is None else str(m.days)] for m in measures(page)]
    assert [line[1:] for line in lines] == shown


@pytest.mark.parametrize("which", [0, 1], ids=["all", "one"])
@pytest.mark.parametrize("since", ["", "quarter"])
def test_every_number_opens_a_list_of_that_many_threads(client, threads, talk, which, since):
    page = client.get(addresses(talk)[which], {"since": since})

    lists = page.context["lists"]
    for measure in measures(page):
        assert len(client.get(lists, measure.query).context["rows"]) == measure.number, measure


def test_the_number_is_the_link(client, threads, talk):
    page = client.get(reverse("flow"))

    assert f'href="{reverse("threads")}?stalled=externalization">1<' in page.text


def test_one_community_counts_its_own_threads(client, threads, talk, closed, member):
    client.force_login(member)

    assert client.get(reverse("flow")).context["flow"].started.number == 5
    assert client.get(addresses(talk)[1]).context["flow"].started.number == 4


@pytest.mark.parametrize("name", ["community_flow", "community_flow_csv"])
def test_the_flow_of_a_closed_community_is_its_members(client, closed, people, member, name):
    address = reverse(name, args=[closed.community.slug])

    assert client.get(address).status_code == 404
    client.force_login(people["administrator"])
    assert client.get(address).status_code == 404
    client.force_login(member)
    assert client.get(address).status_code == 200


def test_threads_of_closed_communities_count_for_members_only(client, closed, member):
    assert client.get(reverse("flow")).context["flow"].started.number == 0
    client.force_login(member)
    assert client.get(reverse("flow")).context["flow"].started.number == 1


@pytest.mark.parametrize(("since", "begun"), [("year", 3), ("quarter", 1), ("", 4)])
def test_since_leaves_out_what_began_before(client, threads, since, begun):
    assert client.get(reverse("flow"), {"since": since}).context["flow"].started.number == begun


def test_since_may_be_a_day(client, threads):
    day = (NOW - timedelta(days=160)).date()

    assert client.get(reverse("flow"), {"since": day.isoformat()}).context["flow"].started.number == 2


@pytest.mark.parametrize("nonsense", ["x", "2026-02-31", "'\"><b>"])
@pytest.mark.parametrize("name", ["flow", "flow_csv"])
def test_a_nonsense_since_is_the_beginning(client, threads, name, nonsense):
    answer = client.get(reverse(name), {"since": nonsense})

    assert answer.status_code == 200
    assert answer.content.decode("utf-8-sig").count("'\"><b>") == 0
    if name == "flow":
        assert answer.context["flow"].started.number == 4


def test_where_nobody_has_talked_the_page_says_so(client):
    page = client.get(reverse("flow"))

    assert page.status_code == 200
    assert 'class="empty"' in page.text
    assert "<table" not in page.text


def test_many_threads_that_wait_are_counted_like_every_other_number():
    strip = {"turned": {"number": 1}, "stall": {"label": "To be written up", "number": 3011}}

    assert "3,011" in render_to_string("communities/flow_strip.html", strip)
