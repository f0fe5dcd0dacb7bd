from datetime import datetime

from communities.seci import Mode, Outcome, standing

FIRST, SECOND, THIRD = (datetime(2026, month, 1) for month in (1, 2, 3))
DONE, WITHDRAWN, SKIPPED = Outcome.DONE, Outcome.WITHDRAWN, Outcome.SKIPPED


def stands(*events):
    return standing([(Mode.COMBINATION, *event) for event in events]).get(Mode.COMBINATION)


def test_a_mode_stands_since_the_first_output_that_stands():
    assert stands((DONE, "a", FIRST), (DONE, "b", SECOND)) == (DONE, FIRST)


def test_a_further_event_of_one_output_does_not_make_it_younger():
    assert stands((DONE, "a", FIRST), (DONE, "a", SECOND)) == (DONE, FIRST)


def test_what_was_withdrawn_does_not_stand():
    assert stands((DONE, "a", FIRST), (WITHDRAWN, "a", SECOND)) is None


def test_another_output_keeps_it_standing():
    assert stands((DONE, "a", FIRST), (DONE, "b", SECOND), (WITHDRAWN, "a", THIRD)) == (DONE, SECOND)


def test_done_again_it_stands_since_then():
    assert stands((DONE, "a", FIRST), (WITHDRAWN, "a", SECOND), (DONE, "a", THIRD)) == (DONE, THIRD)


def test_done_weighs_more_than_skipped():
    assert stands((SKIPPED, "", FIRST), (DONE, "a", SECOND)) == (DONE, SECOND)
