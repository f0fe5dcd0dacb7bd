from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.interaction.externalization import release, withdraw_distillation
from communities.interaction.internalization import delete_report
from communities.interaction.socialization import reply
from communities.lineage import Lineage, Step, became, lineage_of
from communities.models import ConversionCredit, Thread
from communities.templatetags.talk import steps_after, steps_before
from knowledge.models import Person
from knowledge.organization.editing import set_visibility
from knowledge.organization.publishing import withdraw
from knowledge.outbox import key_of, work_off
from knowledge.rules import Visibility
from tests.communities.spiral import closed, opened, published, talked, tried, written_up
from tests.factories import make_entry, make_user

MOST_QUERIES = 16
VISITOR = AnonymousUser()


@pytest.fixture
def kai(people):
    return make_user(name="Kai")


@pytest.fixture
def librarians(people):
    return people["librarian"], people["second_librarian"]


class Turn:
    """One whole turn in `community`: thread, made, entry, report, and the thread that grew from it."""

    def __init__(self, thread, writer, librarians, practiser, title="Quiet"):
        self.thread = thread
        self.made = written_up(thread, writer, title=f"{title} in words")
        if thread.community.is_closed:
            release(self.made, by=librarians[0])
        self.entry = published([self.made], *librarians, title=title)
        self.report = tried(self.entry, practiser, question="And then?")
        self.next = Thread.objects.get(grew_from=key_of(self.report))


@pytest.fixture
def turn(people, kai, librarians):
    return Turn(talked(opened(librarians[0]), people["patron"], kai), kai, librarians, people["patron"])


def flat(steps):
    return [one for step in steps for one in (step, *flat(step.steps))]


def kinds(steps):
    return [step.kind for step in flat(steps)]


# ---------------------------------------------------------------- both directions
def test_what_came_of_a_thread_is_told_step_by_step(turn):
    lineage = lineage_of(turn.thread, VISITOR)

    assert kinds(lineage.after) == ["distillation", "entry", "report", "thread"]
    assert not lineage.before


def test_what_a_thread_grew_from_is_told_back_to_the_first(turn):
    assert kinds(lineage_of(turn.next, VISITOR).before) == ["report", "entry", "distillation", "thread"]


@pytest.mark.parametrize(("name", "before", "after"), [("made", 1, 3), ("entry", 2, 2), ("report", 3, 1)])
def test_every_thing_between_has_both(name, before, after, turn):
    lineage = lineage_of(getattr(turn, name), VISITOR)

    assert (len(flat(lineage.before)), len(flat(lineage.after))) == (before, after)


def test_a_step_names_people_and_links_only_open_pages(turn, kai):
    def writer():
        return next(party for party in lineage_of(turn.thread, VISITOR).after[0].people if party.name == "Kai")

    assert writer().url is None
    Person.objects.filter(pk=kai.person.pk).update(in_search=True)
    assert writer().url == kai.person.get_absolute_url()


def test_an_entry_without_talk_has_no_lineage(people):
    assert not lineage_of(make_entry(), VISITOR)


def test_three_threads_stand_behind_one_entry(people, kai, librarians):
    community = opened(librarians[0])
    threads = [talked(community, people["patron"], kai, title=f"Question {n}") for n in range(3)]
    entry = published([written_up(thread, kai) for thread in threads], *librarians)

    found = [step.label for step in flat(lineage_of(entry, VISITOR).before) if step.kind == "thread"]

    assert sorted(found) == ["Question 0", "Question 1", "Question 2"]


def test_what_goes_round_in_circles_ends(turn):
    Thread.objects.filter(pk=turn.thread.pk).update(grew_from=key_of(turn.report))

    assert len(flat(lineage_of(turn.entry, VISITOR).after)) == 4


# ---------------------------------------------------------------- removed
def test_a_source_that_was_withdrawn_shows_as_removed(turn, kai):
    withdraw_distillation(turn.made, by=kai, reason="Wrong.")
    work_off()

    step = lineage_of(turn.entry, VISITOR).before[0]

    assert (step.is_removed, step.url, step.people) == (True, None, [])
    assert "Quiet in words" not in step.label


def test_what_came_of_something_and_is_gone_is_not_told(turn, people):
    Thread.objects.filter(pk=turn.next.pk).update(state="deleted")

    delete_report(turn.report, by=people["patron"])

    assert kinds(lineage_of(turn.thread, VISITOR).after) == ["distillation", "entry"]


def test_an_entry_off_the_site_is_not_linked_though_a_question_grew_from_it(turn, people):
    withdraw(turn.entry, by=people["administrator"])
    work_off()

    step = lineage_of(turn.made, VISITOR).after[0]
    assert (step.is_removed, step.url) == (True, None)
    assert flat([step])[-1].label == "And then?"


def test_an_entry_that_is_not_open_looks_like_one_that_is_gone(turn, librarians, people):
    set_visibility(turn.entry, Visibility.STAFF, by=librarians[0])

    step = lineage_of(turn.next, people["patron"]).before[0]

    assert all(step.label == "Removed, or not open to you" for step in flat([step]) if step.kind in ("report", "entry"))


@pytest.mark.parametrize(
    ("name", "part", "kinds_in_order"),
    [
        ("next", "before", ["thread", "distillation", "entry", "report"]),
        ("thread", "after", ["distillation", "entry", "report", "thread"]),
    ],
)
def test_what_was_removed_stands_where_it_came_about(name, part, kinds_in_order, turn, people):
    withdraw(turn.entry, by=people["administrator"])
    work_off()

    lineage = lineage_of(getattr(turn, name), VISITOR)
    steps = (steps_before if part == "before" else steps_after)(lineage)["near"]

    assert [step.kind for step in steps] == kinds_in_order
    assert [step.at for step in steps if step.is_removed] == [None, None]


# ---------------------------------------------------------------- closed communities
@pytest.fixture
def hidden(people, kai, librarians):
    """A whole turn in a closed community, whose words nobody outside may find; its steward is Maren."""
    community = closed(librarians[0], people["patron"], kai)
    return Turn(
        talked(community, people["patron"], kai, title="Owlcanary"), kai, librarians, people["patron"], "Opened"
    )


@pytest.mark.parametrize("outsider", ["visitor", "manager", "administrator"])
def test_an_outsider_reads_that_it_was_a_closed_community(outsider, hidden, people):
    before = lineage_of(hidden.entry, people[outsider]).before

    assert [(step.url, step.people, step.steps) for step in before if step.is_closed] == [(None, [], [])] or (
        outsider == "administrator"
    )
    assert not [word for word in ("Owlcanary", "Kai", "Night shift") if word in repr(before)]


def test_a_member_sees_all_of_it(hidden, kai):
    assert [step.label for step in flat(lineage_of(hidden.entry, kai).before)] == ["Opened in words", "Owlcanary"]


def test_who_agreed_is_named(hidden, kai):
    ConversionCredit.objects.filter(person=kai.person).update(named=True)

    assert [party.name for party in lineage_of(hidden.entry, VISITOR).before[0].people] == ["Kai"]


def test_a_librarian_outside_reads_the_words_and_not_the_talk(hidden, people):
    step = lineage_of(hidden.entry, people["second_librarian"]).before[0]

    assert (step.label, step.people) == ("Opened in words", [])
    assert [one.label for one in step.steps] == ["A closed community"]


def test_a_closed_thread_that_grew_from_something_open_is_not_told(hidden, kai):
    assert [step.kind for step in flat(lineage_of(hidden.entry, VISITOR).after)] == ["report"]
    assert "thread" in kinds(lineage_of(hidden.entry, kai).after)


# ---------------------------------------------------------------- queries
def queries_of(thing, user):
    with CaptureQueriesContext(connection) as asked:
        lineage_of(thing, user)
    return len(asked)


def test_the_queries_do_not_grow_with_the_turns(turn, people, kai, librarians):
    once = queries_of(turn.thread, VISITOR)
    thread = turn.next
    for n in range(3):
        thread.second = reply(thread, text="Earlier.", by=kai)
        thread = Turn(thread, kai, librarians, people["patron"], title=f"Turn {n}").next

    assert queries_of(turn.thread, VISITOR) == once <= MOST_QUERIES
    assert len(flat(lineage_of(turn.thread, VISITOR).after)) == 16


def test_the_queries_do_not_grow_with_the_reports(turn):
    once = queries_of(turn.entry, VISITOR)
    for _n in range(20):
        tried(turn.entry, make_user())

    assert queries_of(turn.entry, VISITOR) == once
    entry = lineage_of(turn.entry, VISITOR)
    assert (len(entry.after), entry.more_after) == (12, 9)


# ---------------------------------------------------------------- what became of it
def test_who_spoke_sees_what_became_of_it(turn, kai):
    one = became(kai.person, kai)[0]

    assert one.origin.label == "Quiet in words"
    assert [step.kind for step in one.steps] == ["entry", "report", "thread"]


def test_whose_posts_nobody_chose_sees_nothing(turn, people):
    assert became(people["patron"].person, people["patron"]) == []


def test_what_became_of_it_takes_as_many_queries_for_many(people, kai, librarians):
    community = opened(librarians[0])
    counted = []
    for n in range(4):
        Turn(talked(community, people["patron"], kai), kai, librarians, people["patron"], title=f"Entry {n}")
        with CaptureQueriesContext(connection) as asked:
            became(kai.person, kai)
        counted.append(len(asked))

    assert counted[-1] <= counted[0] <= MOST_QUERIES


def test_ones_own_page_shows_what_became_of_ones_posts(turn, kai, client):
    client.force_login(kai)

    page = client.get(reverse("me")).content.decode()

    assert "What became of your posts" in page
    assert turn.entry.url in page
    assert turn.report.get_absolute_url() in page


def test_ones_own_page_says_nothing_where_nothing_became_of_it(turn, people, client):
    client.force_login(people["manager"])

    assert "What became of your posts" not in client.get(reverse("me")).content.decode()


# ---------------------------------------------------------------- on the page
def steps_from(count):
    now = timezone.now()
    return [Step(f"knowledge.entry:{n}", "entry", at=now + timedelta(days=n)) for n in range(count)]


@pytest.mark.parametrize(("steps", "near", "far"), [(0, 0, 0), (4, 4, 0), (6, 6, 0), (7, 4, 3), (12, 4, 8)])
def test_a_long_way_is_folded_and_a_short_one_is_not(steps, near, far):
    part = steps_before(Lineage(None, steps_from(steps), []))

    assert (len(part["near"]), len(part["far"])) == (near, far)


def test_what_is_nearest_stands_on_both_sides():
    way = Lineage(None, steps_from(9), steps_from(9))

    assert [step.key[-1] for step in steps_before(way)["near"]] == ["5", "6", "7", "8"]
    assert [step.key[-1] for step in steps_after(way)["near"]] == ["0", "1", "2", "3"]


def test_what_is_not_shown_is_counted_with_what_is_folded(turn, client):
    for _n in range(20):
        tried(turn.entry, make_user())

    page = client.get(turn.entry.url).text

    assert "<summary>18 later steps</summary>" in page


def test_a_report_that_is_cut_says_so(turn, people):
    report = tried(turn.entry, people["patron"])
    report.tried = "a word " * 30

    assert str(report).endswith("…")
