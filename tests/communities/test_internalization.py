import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError

from communities.interaction.internalization import delete_report, practice_sums, rewrite_report
from communities.interaction.socialization import reply
from communities.interaction.turns import next_turn
from communities.interaction.versions import StaleVersion
from communities.models import Conversion, PracticeReport, Thread
from communities.seci import Level, Mode, Outcome, Stage
from knowledge.organization.publishing import withdraw
from knowledge.organization.review import approve, submit
from knowledge.outbox import key_of, tell, work_off
from knowledge.text import TextRefused
from tests.communities.spiral import as_it_stands, combined, opened, published, talked, tried, written_up
from tests.factories import make_entry, make_user


@pytest.fixture
def kai(people):
    return make_user(name="Kai")


@pytest.fixture
def threads(people, kai):
    community = opened(people["librarian"])
    return [talked(community, people["patron"], kai, title=f"Question {n}") for n in range(3)]


@pytest.fixture
def entry(threads, people, kai):
    made = [written_up(thread, kai) for thread in threads]
    return published(made, people["librarian"], people["second_librarian"])


def events(outcome=Outcome.DONE):
    return Conversion.objects.filter(mode=Mode.INTERNALIZATION, outcome=outcome)


# ---------------------------------------------------------------- what it needs
def test_whoever_is_signed_in_reports_and_all_threads_behind_move(entry, threads):
    report = tried(entry, make_user())

    assert {as_it_stands(thread).stage for thread in threads} == {Stage.PRACTISED}
    assert events().get(parts__key=key_of(report)).threads.count() == 3


def test_who_is_faster_than_the_worker_moves_the_threads_too(threads, people, kai):
    made = [written_up(thread, kai) for thread in threads]
    entry = combined(made, people["librarian"]).entry
    submit(entry, by=people["librarian"])
    entry = approve(entry, by=people["second_librarian"])

    tried(entry, make_user())
    work_off()

    assert {as_it_stands(thread).stage for thread in threads} == {Stage.PRACTISED}
    assert Conversion.objects.filter(mode=Mode.COMBINATION).count() == 1
    assert events().count() == 1


def test_a_visitor_does_not_report(entry):
    with pytest.raises(PermissionDenied):
        tried(entry, AnonymousUser())


def test_a_draft_is_not_reported_on(people):
    draft = make_entry(live=False)

    with pytest.raises(PermissionDenied):
        tried(draft, people["patron"])


def test_what_one_may_not_read_is_not_reported_on(people):
    with pytest.raises(PermissionDenied):
        tried(make_entry(visibility="staff"), people["patron"])


@pytest.mark.parametrize("missing", ["tried", "happened"])
def test_it_needs_what_was_tried_and_what_happened(missing, entry, people):
    with pytest.raises(ValidationError):
        tried(entry, people["patron"], **{missing: " "})


def test_a_part_over_its_cap_is_refused(entry, people):
    with pytest.raises(TextRefused):
        tried(entry, people["patron"], learned="a" * 4001)


def test_an_entry_that_no_talk_went_into_is_reported_on_too(people):
    report = tried(make_entry(), people["patron"])

    assert events().get(parts__key=key_of(report)).threads.count() == 0


def test_the_same_form_sent_twice_makes_one(entry, people):
    first = tried(entry, people["patron"], form_key="once")

    assert tried(entry, people["patron"], form_key="once") == first
    assert PracticeReport.objects.count() == 1


# ---------------------------------------------------------------- changing it, taking it back
def test_its_author_changes_it(entry, people):
    report = rewrite_report(
        tried(entry, people["patron"]), version=1, learned="*Earlier* is better.", by=people["patron"]
    )

    assert (report.version, "<em>Earlier</em>" in report.learned_html) == (2, True)


def test_another_one_does_not(entry, people, kai):
    with pytest.raises(PermissionDenied):
        rewrite_report(tried(entry, people["patron"]), version=1, learned="No.", by=kai)


def test_an_old_version_gives_back_both_texts(entry, people):
    report = tried(entry, people["patron"])
    rewrite_report(report, version=1, learned="One.", by=people["patron"])

    with pytest.raises(StaleVersion) as stale:
        rewrite_report(report, version=1, learned="Two.", by=people["patron"])
    assert (stale.value.current.learned, stale.value.yours) == ("One.", {"learned": "Two."})


def test_taken_back_it_counts_no_more(entry, threads, people, kai):
    report = tried(entry, people["patron"])

    delete_report(report, by=people["patron"])
    work_off()

    assert {as_it_stands(thread).stage for thread in threads} == {Stage.INTERNALIZATION}
    assert events(Outcome.WITHDRAWN).count() == 1
    assert practice_sums(entry) == {"yes": 0, "partly": 0, "no": 0}


def test_another_report_keeps_it_standing(entry, threads, people, kai):
    report = tried(entry, people["patron"])
    tried(entry, kai)

    delete_report(report, by=people["patron"])

    assert as_it_stands(threads[0]).stage == Stage.PRACTISED


def test_a_hidden_report_does_not_count_and_a_restored_one_does(entry, threads, people):
    report = tried(entry, people["patron"])
    for state, stage in (("hidden", Stage.INTERNALIZATION), ("visible", Stage.PRACTISED)):
        PracticeReport.objects.filter(pk=report.pk).update(state=state)
        tell("report_changed", report)
        work_off()

        assert as_it_stands(threads[0]).stage == stage


def test_the_sums_take_one_query(entry, people, kai, django_assert_num_queries):
    tried(entry, people["patron"])
    tried(entry, kai, useful="no")

    with django_assert_num_queries(1):
        assert practice_sums(entry) == {"yes": 1, "partly": 0, "no": 1}


# ---------------------------------------------------------------- the next turn
def test_a_question_opens_the_next_turn_one_level_wider(entry, threads, people):
    report = tried(entry, people["patron"], question="And on Sundays?")

    thread = Thread.objects.get(grew_from=key_of(report))
    assert (thread.title, thread.turn, thread.level) == ("And on Sundays?", 2, Level.GROUP)
    assert thread.community == threads[0].community


def test_the_level_never_narrows(entry, people):
    Thread.objects.update(level=Level.LIBRARY)
    report = tried(entry, people["patron"])

    thread = next_turn(report, title="And?", text="And then?", by=people["patron"], level=Level.PERSON)

    assert thread.level == Level.LIBRARY


def test_an_entry_raises_a_question_too(entry, people):
    thread = next_turn(entry, title="And?", text="And then?", by=people["patron"])

    assert (thread.turn, thread.grew_from) == (2, key_of(entry))


def test_from_what_is_withdrawn_nothing_grows(entry, people):
    withdraw(entry, by=people["administrator"])

    with pytest.raises(ValidationError):
        next_turn(entry, title="And?", text="And then?", by=people["patron"])


# ---------------------------------------------------------------- three turns
def test_three_turns_lead_through_all_stages(people, kai):
    community = opened(people["librarian"])
    thread = talked(community, people["patron"], kai)
    levels = []
    for _turn in range(3):
        assert as_it_stands(thread).stage == Stage.EXTERNALIZATION
        made = written_up(thread, kai)
        assert as_it_stands(thread).stage == Stage.COMBINATION
        entry = published([made], people["librarian"], people["second_librarian"], title=f"Quiet, turn {thread.turn}")
        assert as_it_stands(thread).stage == Stage.INTERNALIZATION
        report = tried(entry, people["patron"], question="And what then?")
        assert as_it_stands(thread).stage == Stage.PRACTISED
        levels.append(as_it_stands(thread).level)
        thread = answered(Thread.objects.get(grew_from=key_of(report)), kai)

    assert (thread.turn, levels) == (4, [Level.PERSON, Level.GROUP, Level.LIBRARY])


def answered(thread, by):
    thread.second = reply(thread, text="Then come earlier.", by=by)
    thread.first = thread.posts.get(number=1)
    return thread
