from datetime import timedelta

import pytest
from django.utils import timezone

from communities.flow import STALLED, flow, flow_table, narrowed_threads
from communities.models import Community, Thread
from communities.seci import Mode, Stage

NOW = timezone.now()


@pytest.fixture
def community(db):
    return Community.objects.create(slug="rooms", name_en="Rooms", opened_at=NOW)


def thread(community, *, age=100, stage=Stage.SOCIALIZATION, since=0, turn=1, state="visible", **days):
    """A thread that began `age` days ago; `days` are those after its beginning at which a mode was done."""
    began = NOW - timedelta(days=age)
    moments = {f"{mode}_at": began + timedelta(days=after) for mode, after in days.items()}
    return Thread.objects.create(
        community=community,
        title="T",
        created_at=began,
        stage=stage,
        stage_since=NOW - timedelta(days=since),
        turn=turn,
        state=state,
        **moments,
    )


def figures(found):
    return [measure for _title, measures in found.groups() for measure in measures]


@pytest.fixture
def threads(community):
    return [
        thread(community),
        thread(community, stage=Stage.EXTERNALIZATION, socialized=1, since=40),
        thread(community, stage=Stage.COMBINATION, socialized=3, externalized=10),
        thread(community, stage=Stage.PRACTISED, socialized=2, externalized=6, combined=20, internalized=50, turn=3),
        thread(community, stage=Stage.EXTERNALIZATION, socialized=9, state="hidden"),
    ]


def by_label(measures):
    return {measure.label: measure.number for measure in measures}


def test_the_funnel_counts_how_far_threads_came(threads):
    found = flow(Community.objects.all())

    assert found.started.number == 4
    assert [measure.number for measure in found.funnel] == [3, 2, 1, 1]


def test_the_stages_count_where_they_stand(threads):
    assert [measure.number for measure in flow(Community.objects.all()).stages] == [1, 1, 1, 0, 1]


def test_medians_are_in_days_from_step_to_step(threads):
    assert [measure.days for measure in flow(Community.objects.all()).medians] == [2.0, 5.5, 14.0, 30.0]


def test_of_no_threads_there_is_no_median(community):
    assert {measure.days for measure in flow(Community.objects.all()).medians} == {None}


def test_what_waits_too_long_has_stalled(threads):
    stalled = {measure.query["stalled"]: measure.number for measure in flow(Community.objects.all()).stalled}

    assert stalled == {stage.value: int(stage == Stage.EXTERNALIZATION) for stage in STALLED}


def test_the_turns_say_how_deep_the_spiral_goes(threads):
    found = flow(Community.objects.all())

    assert by_label(found.turns) == {"Turn 1": 3, "Turn 3": 1}
    assert found.deepest == 3


def test_only_the_communities_asked_for_count(threads):
    other = Community.objects.create(slug="other", name_en="Other", opened_at=NOW)

    assert flow([other]).started.number == 0


def test_since_a_day_counts_what_began_then_or_later(threads, community):
    thread(community, age=5)

    assert flow(Community.objects.all(), since=(NOW - timedelta(days=30)).date()).started.number == 1


@pytest.mark.parametrize("since", [None, (NOW - timedelta(days=365)).date()])
def test_every_figure_opens_exactly_the_threads_it_counts(since, threads):
    for measure in figures(flow(Community.objects.all(), since=since)):
        assert narrowed_threads(Thread.objects.all(), measure.query).count() == measure.number, measure


@pytest.mark.parametrize(
    "query",
    [
        {"stage": "x"},
        {"passed": "x"},
        {"way": "x"},
        {"stalled": "practised"},
        {"turn": "9" * 30},
        {"since": "2026-02-31"},
        {"since": "x"},
    ],
)
def test_what_is_unknown_narrows_to_nothing(query, threads):
    assert not narrowed_threads(Thread.objects.all(), query).exists()


def test_the_lines_of_the_csv_are_the_figures(threads):
    found = flow(Community.objects.all())

    assert [(line[1], line[2]) for line in found.rows()] == [(m.label, m.number) for m in figures(found)]
    assert len(found.header()) == len(found.rows()[0])


def test_the_queries_do_not_grow(threads, community, django_assert_max_num_queries):
    for _n in range(30):
        thread(community, stage=Stage.PRACTISED, socialized=1, externalized=2, combined=3, internalized=4)

    with django_assert_max_num_queries(2 + len(Mode)):
        flow(Community.objects.all())


def test_the_manager_sees_it_counted_on_what_they_read(threads, people):
    Community.objects.update(access="closed")

    assert {figure.number for figure in flow_table(people["manager"]).figures} == {0}
