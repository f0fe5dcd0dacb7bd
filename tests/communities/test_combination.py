import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.interaction.combination import combine
from communities.interaction.externalization import release, withdraw_distillation
from communities.models import Combination, Conversion
from communities.seci import Mode, Outcome, Stage
from knowledge.blocks import body_text
from knowledge.models import Entry
from knowledge.models.entry import ContributorRole
from knowledge.organization.editing import save_draft
from knowledge.organization.publishing import withdraw
from knowledge.outbox import tell, work_off
from knowledge.rules import Kind, Visibility
from tests.communities.spiral import (
    a_subject,
    as_it_stands,
    closed,
    combined,
    opened,
    published,
    published_again,
    talked,
    written_up,
)
from tests.factories import make_entry, make_user


@pytest.fixture
def kai(people):
    return make_user(name="Kai")


@pytest.fixture
def community(people):
    return opened(people["librarian"])


@pytest.fixture
def made(community, people, kai):
    return written_up(talked(community, people["patron"], kai), kai)


@pytest.fixture
def of_three(community, people, kai):
    threads = [talked(community, people["patron"], kai, title=f"Question {n}") for n in range(3)]
    return [written_up(thread, kai, title=f"Answer {n}") for n, thread in enumerate(threads)]


def recorded(outcome=Outcome.DONE):
    return Conversion.objects.filter(mode=Mode.COMBINATION, outcome=outcome)


def stage(distillation):
    return as_it_stands(distillation.thread).stage


# ---------------------------------------------------------------- what it needs
@pytest.mark.parametrize("role", ["patron", "manager"])
def test_only_librarians_bring_together(role, made, people):
    with pytest.raises(PermissionDenied, match="from what was written up"):
        combine([made], by=people[role])


def test_without_a_distillation_nothing_is_brought_together(people):
    with pytest.raises(ValidationError, match="Choose at least one distillation"):
        combine([], by=people["librarian"])


def test_what_was_withdrawn_is_not_brought_together(made, people, kai):
    withdraw_distillation(made, by=kai, reason="Wrong.")

    with pytest.raises(ValidationError):
        combine([made], by=people["librarian"])


def test_what_was_not_let_out_of_a_closed_community_is_not_brought_together(people, kai):
    community = closed(people["librarian"], people["patron"], kai)
    made = written_up(talked(community, people["patron"], kai), kai)

    with pytest.raises(ValidationError, match="steward"):
        combine([made], by=people["librarian"])


def test_what_stands_in_a_new_draft_is_not_put_into_another(made, people):
    combined([made], people["librarian"])

    with pytest.raises(ValidationError, match="carries this already"):
        combined([made], people["second_librarian"])


def test_an_entry_does_not_take_in_the_same_twice(made, people):
    entry = make_entry()
    combine([made], entry=entry, by=people["librarian"])

    with pytest.raises(ValidationError, match="carries this already"):
        combine([made], entry=entry, by=people["librarian"])


# ---------------------------------------------------------------- a new entry
def test_the_draft_is_made_together_and_names_source_and_people(made, people, kai):
    entry = combined([made], people["librarian"]).entry

    draft = entry.get_latest_revision_as_object()
    assert (draft.live, draft.kind, draft.title) == (False, Kind.COCREATED, "Quiet before ten")
    assert draft.sources.get().url.endswith(made.get_absolute_url())
    roles = {(one.person, one.role) for one in draft.contributors.all()}
    assert roles == {(kai.person, ContributorRole.CONTRIBUTOR), (people["librarian"].person, ContributorRole.AUTHOR)}


def test_several_stand_under_their_titles(of_three, people):
    entry = combined(of_three, people["librarian"]).entry

    text = body_text(entry.get_latest_revision_as_object().body)
    assert [line for line in text.splitlines() if line.startswith("Answer")] == ["Answer 0", "Answer 1", "Answer 2"]


def test_a_title_stays_words(made, people):
    made.title = "Not *loud* <b> [x](y)"
    made.save()

    entry = combine([made], entry=make_entry(), by=people["librarian"]).entry

    assert "Not *loud* <b> [x](y)" in body_text(entry.get_latest_revision_as_object().body)


def test_a_draft_moves_no_thread(made, people):
    combined([made], people["librarian"])
    work_off()

    assert stage(made) == Stage.COMBINATION
    assert not recorded().exists()


def test_of_a_community_for_signed_in_people_the_entry_is_for_them(people, kai):
    community = opened(people["librarian"], name="House", access="signed-in")
    made = written_up(talked(community, people["patron"], kai), kai)

    assert combined([made], people["librarian"]).entry.state.visibility == Visibility.SIGNED_IN


def test_of_a_closed_community_only_that_it_was_one_is_told(people, kai):
    community = closed(people["librarian"], people["patron"], kai)
    made = written_up(talked(community, people["patron"], kai), kai)
    release(made, by=people["librarian"])

    draft = combined([made], people["second_librarian"]).entry.get_latest_revision_as_object()

    source = draft.sources.get()
    assert (source.title, source.url) == ("Written up in a closed community", "")
    assert [one.person for one in draft.contributors.all()] == [people["second_librarian"].person]


# ---------------------------------------------------------------- an entry that is there
def test_an_entry_takes_them_in_behind_its_text(made, people):
    entry = make_entry(body=[("markdown", {"source": "What stood here."})])

    combine([made], entry=entry, by=people["librarian"])

    draft = Entry.objects.get(pk=entry.pk).get_latest_revision_as_object()
    assert body_text(draft.body).splitlines() == ["What stood here.", "Quiet before ten", "It is quiet before ten."]
    assert draft.sources.count() == 1
    assert Entry.objects.get(pk=entry.pk).live_revision_id != draft.latest_revision_id


def test_its_next_version_moves_the_thread(made, people):
    entry = make_entry()
    combine([made], entry=entry, by=people["librarian"])
    draft = Entry.objects.get(pk=entry.pk).get_latest_revision_as_object()
    draft.summary = "Now with what was tried."
    draft.entry_concepts.create(concept=a_subject())
    save_draft(draft, by=people["librarian"])

    published_again(entry, people["librarian"])

    assert stage(made) == Stage.INTERNALIZATION


def test_publishing_an_older_version_moves_nothing(made, people):
    entry = make_entry()
    older = entry.latest_revision
    combine([made], entry=entry, by=people["librarian"])

    older.publish(user=people["librarian"], skip_permission_checks=True)
    work_off()

    assert not recorded().exists()


# ---------------------------------------------------------------- published, withdrawn, published again
def test_published_it_moves_the_threads_of_all(of_three, people):
    published(of_three, people["librarian"], people["second_librarian"])

    assert {stage(one) for one in of_three} == {Stage.INTERNALIZATION}
    assert recorded().get().threads.count() == 3


def test_told_twice_it_is_recorded_once(made, people):
    entry = published([made], people["librarian"], people["second_librarian"])

    tell("published", entry)
    work_off()

    assert recorded().count() == 1


def test_off_the_site_it_is_withdrawn(made, people):
    entry = published([made], people["librarian"], people["second_librarian"])

    withdraw(entry, by=people["administrator"])
    work_off()
    tell("unpublished", entry)
    work_off()

    assert recorded(Outcome.WITHDRAWN).count() == 1
    assert stage(made) == Stage.COMBINATION


def test_published_again_it_is_done_again(made, people):
    entry = published([made], people["librarian"], people["second_librarian"])
    withdraw(entry, by=people["administrator"])
    work_off()

    published_again(entry, people["librarian"])

    assert stage(made) == Stage.INTERNALIZATION
    assert Combination.objects.get().published_at


def test_with_its_entry_deleted_it_is_withdrawn(of_three, people):
    entry = published(of_three, people["librarian"], people["second_librarian"])

    entry.delete()
    work_off()

    assert {stage(one) for one in of_three} == {Stage.COMBINATION}


def test_it_stands_while_one_of_its_distillations_is_there(of_three, people, kai):
    published(of_three, people["librarian"], people["second_librarian"])

    for one in of_three[:2]:
        withdraw_distillation(one, by=kai, reason="Wrong.")
    work_off()
    assert not recorded(Outcome.WITHDRAWN).exists()

    withdraw_distillation(of_three[2], by=kai, reason="Wrong.")
    work_off()
    assert recorded(Outcome.WITHDRAWN).count() == 1


def test_an_entry_that_is_gone_takes_nothing_in(made, people):
    entry = make_entry()
    Entry.objects.get(pk=entry.pk).delete()

    with pytest.raises(ValidationError, match="taken away"):
        combine([made], entry=entry, by=people["librarian"])
