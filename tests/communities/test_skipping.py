import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.interaction.skipping import reasons_of, skip
from communities.interaction.socialization import ask
from communities.seci import Mode, Stage
from knowledge.models import AuditEvent
from tests.communities.spiral import as_it_stands, opened, talked, written_up
from tests.factories import make_user


@pytest.fixture
def steward(people):
    return people["librarian"]


@pytest.fixture
def thread(people, steward):
    return talked(opened(steward), people["patron"], make_user(name="Kai"))


def test_a_steward_skips_the_step_that_it_waits_for_with_a_reason(thread, steward):
    skip(thread, Mode.EXTERNALIZATION, reason="It is written up elsewhere.", by=steward)

    assert as_it_stands(thread).stage == Stage.COMBINATION
    assert reasons_of(thread)[Mode.EXTERNALIZATION].reason == "It is written up elsewhere."


@pytest.mark.parametrize("role", ["patron", "second_librarian", "administrator"])
def test_nobody_else_skips(role, thread, people):
    with pytest.raises(PermissionDenied):
        skip(thread, Mode.EXTERNALIZATION, reason="No.", by=people[role])


def test_without_a_reason_nothing_is_skipped(thread, steward):
    with pytest.raises(ValidationError, match="Say why"):
        skip(thread, Mode.EXTERNALIZATION, reason="  ", by=steward)


@pytest.mark.parametrize("mode", [Mode.SOCIALIZATION, Mode.COMBINATION, Mode.INTERNALIZATION])
def test_only_the_step_that_it_waits_for_is_skipped(mode, thread, steward):
    with pytest.raises(ValidationError, match="does not wait for this step"):
        skip(thread, mode, reason="No.", by=steward)


def test_it_is_written_down_who_skipped(thread, steward):
    skip(thread, Mode.EXTERNALIZATION, reason="Elsewhere.", by=steward)

    assert AuditEvent.objects.get(action="step-skipped").actor == steward


def test_a_skipped_step_may_still_be_done(thread, steward):
    skip(thread, Mode.EXTERNALIZATION, reason="Elsewhere.", by=steward)

    written_up(thread, steward)

    assert (Mode.EXTERNALIZATION, "done") in as_it_stands(thread).ribbon


def test_a_thread_of_one_person_goes_on_after_a_skip(steward, people):
    alone = ask(opened(steward), title="Hm?", text="A story.", language="en", by=people["patron"])

    skip(alone, Mode.SOCIALIZATION, reason="It is a story.", by=steward)

    assert as_it_stands(alone).stage == Stage.EXTERNALIZATION
