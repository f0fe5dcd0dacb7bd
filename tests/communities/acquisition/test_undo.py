import io

import pytest
from django.core.management import CommandError, call_command

from communities.models import Conversion, Distillation, Post, Thread
from knowledge.models import ImportRun, Person
from knowledge.models.imports import RunState
from tests.communities.acquisition.conftest import EARLY, LATE, QUESTION, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(dump, bring_in):
    """A run that brought in two threads."""
    other = [QUESTION | {"Id": 100, "Title": "Another one", "OwnerUserId": 13}]
    bring_in("import_stackexchange", dump(posts=[QUESTION, LATE, EARLY, *other]))
    return ImportRun.objects.get()


def take_back(run):
    out = io.StringIO()
    call_command("import_stackexchange", "--undo", str(run.pk), stdout=out)
    run.refresh_from_db()
    return out.getvalue()


def test_taking_back_leaves_nothing(run, community):
    take_back(run)

    for model in (Thread, Post, Conversion):
        assert not model.objects.exists()
    assert not Person.objects.exclude(origin=None).exists()
    community.refresh_from_db()
    assert (community.thread_count, run.state) == (0, RunState.UNDONE)


def test_what_was_taken_back_is_not_found_any_more(run):
    assert found("borrowed maps")

    take_back(run)

    assert not found("borrowed maps")


@pytest.mark.parametrize("change", [{"version": 2}, {"helpful_count": 1}])
def test_a_thread_with_which_people_went_on_is_left_and_named(change, run):
    Post.objects.filter(thread__title="How long is a loan?", number=1).update(**change)

    said = take_back(run)

    assert "left: How long is a loan?" in said
    assert [thread.title for thread in Thread.objects.all()] == ["How long is a loan?"]
    assert not Person.objects.filter(name="Silent").exists()


def test_a_thread_in_which_somebody_wrote_here_is_left(run, people):
    thread = Thread.objects.get(title="Another one")
    Post.objects.create(
        thread=thread, number=2, author=people["patron"].person, source="Me too.", html="<p>Me too.</p>"
    )

    take_back(run)

    assert [kept.pk for kept in Thread.objects.all()] == [thread.pk]


def test_a_thread_from_which_something_was_drawn_is_left(run):
    thread = Thread.objects.get(title="Another one")
    Distillation.objects.create(thread=thread, title="Loans", source="Three weeks.", html="<p>Three weeks.</p>")

    take_back(run)

    assert [kept.pk for kept in Thread.objects.all()] == [thread.pk]


def test_talk_of_another_source_is_left(run, bring_in, dump):
    bring_in("import_stackexchange", dump(), "--source", "desk.example.org")

    take_back(run)

    assert [thread.origin for thread in Thread.objects.all()] == ["desk.example.org:question-1"]


def test_a_run_of_another_kind_is_not_taken_back(run):
    with pytest.raises(CommandError, match="There is no import"):
        call_command("import_threads", "--undo", str(run.pk))
