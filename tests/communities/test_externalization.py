import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.interaction.combination import combine, contributors_of
from communities.interaction.externalization import distil, release, rewrite, withdraw_distillation
from communities.interaction.membership import change_community
from communities.interaction.skipping import skip
from communities.interaction.socialization import ask, delete_post, delete_thread, move_thread, reply
from communities.interaction.versions import StaleVersion
from communities.models import Conversion, Distillation, PartRole, Post
from communities.moderation import hide, restore
from communities.seci import Mode, Outcome, Stage
from knowledge.models import Person
from knowledge.outbox import key_of, tell, work_off
from knowledge.text import TextRefused
from tests.communities.spiral import a_subject, as_it_stands, closed, combined, opened, talked, written_up
from tests.factories import make_user


@pytest.fixture
def kai(people):
    return make_user(name="Kai")


@pytest.fixture
def thread(people, kai):
    return talked(opened(people["librarian"]), people["patron"], kai)


@pytest.fixture
def closed_thread(people, kai):
    """In a closed community whose steward is Maren; the patron and Kai are members."""
    return talked(closed(people["librarian"], people["patron"], kai), people["patron"], kai)


def events(mode, outcome=Outcome.DONE):
    return Conversion.objects.filter(mode=mode, outcome=outcome)


# ---------------------------------------------------------------- what it needs
def test_a_member_who_took_part_writes_up_chosen_posts(thread, kai):
    made = written_up(thread, kai)

    assert "<strong>quiet</strong>" in made.html
    assert as_it_stands(thread).stage == Stage.COMBINATION


def test_without_a_chosen_post_nothing_is_written_up(thread, kai):
    with pytest.raises(ValidationError, match="Choose at least one post"):
        written_up(thread, kai, posts=[])


def test_posts_of_another_thread_are_not_chosen(thread, kai, people):
    other = talked(thread.community, people["patron"], kai)

    with pytest.raises(ValidationError, match="Choose at least one post"):
        written_up(thread, kai, posts=[other.second])


def test_a_deleted_post_is_not_chosen(thread, kai, people):
    delete_post(thread.second, by=kai)

    with pytest.raises(ValidationError, match="Choose at least one post"):
        written_up(thread, people["patron"])


@pytest.mark.parametrize("missing", ["title", "text"])
def test_it_needs_a_title_and_a_text(missing, thread, kai):
    said = {"title": "Quiet", "text": "Before ten."} | {missing: "  "}

    with pytest.raises(ValidationError):
        distil(thread, posts=[thread.second], by=kai, **said)
    assert not Distillation.objects.exists()


def test_a_text_over_the_cap_is_refused_whole(thread, kai):
    with pytest.raises(TextRefused):
        distil(thread, posts=[thread.second], by=kai, title="Quiet", text="a" * 40_000)


def test_whoever_did_not_take_part_does_not_write_up(thread):
    with pytest.raises(PermissionDenied):
        written_up(thread, make_user(name="Stranger"))


def test_what_one_person_said_alone_is_not_written_up(people):
    alone = ask(opened(people["librarian"]), title="Hm?", text="Anybody?", language="en", by=people["patron"])

    with pytest.raises((ValidationError, PermissionDenied)):
        distil(alone, posts=alone.posts.all(), title="Hm", text="Nobody.", by=people["patron"])


def test_once_a_steward_skipped_the_talk_it_is_written_up(people):
    alone = ask(opened(people["librarian"]), title="Hm?", text="A story.", language="en", by=people["patron"])
    skip(alone, Mode.SOCIALIZATION, reason="It is a story.", by=people["librarian"])

    made = distil(alone, posts=alone.posts.all(), title="Hm", text="A story.", by=people["librarian"])

    assert made.pk


# ---------------------------------------------------------------- what is kept
def test_the_authors_of_the_chosen_posts_are_credited(thread, kai, people):
    made = written_up(thread, kai, posts=[thread.first, thread.second])

    event = events(Mode.EXTERNALIZATION).get(parts__key=key_of(made))
    assert {credit.person for credit in event.credits.all()} == {people["patron"].person, kai.person}


def test_the_event_names_the_posts_as_inputs(thread, kai):
    made = written_up(thread, kai)

    event = events(Mode.EXTERNALIZATION).get(parts__key=key_of(made))
    assert [part.key for part in event.parts.all() if part.role == PartRole.INPUT] == [key_of(thread.second)]


def test_notes_stand_beside_the_posts(thread, kai):
    made = written_up(thread, kai, notes={thread.second.pk: "the hour"})

    assert [one.note for one in made.chosen.all()] == ["the hour"]


def test_the_same_form_sent_twice_makes_one(thread, kai):
    first = written_up(thread, kai, form_key="once")

    assert written_up(thread, kai, form_key="once") == first
    assert events(Mode.EXTERNALIZATION).count() == 1


# ---------------------------------------------------------------- writing on
def test_writing_on_keeps_the_text_before_and_who_wrote_it(thread, kai, people):
    made = written_up(thread, kai)

    rewrite(made, title="Quiet", text="Before nine.", version=1, by=people["patron"])
    rewrite(made, title="Quiet", text="Before eight.", version=2, by=kai)

    versions = [(one.version, one.written_by) for one in made.versions.all()]
    assert versions == [(2, people["patron"].person), (1, kai.person)]


def test_writing_on_at_an_old_version_gives_back_both_texts(thread, kai, people):
    made = written_up(thread, kai)
    rewrite(made, title="Quiet", text="Before nine.", version=1, by=people["patron"])

    with pytest.raises(StaleVersion) as stale:
        rewrite(made, title="Quiet", text="Before eight.", version=1, by=kai)

    assert (stale.value.current.source, stale.value.yours["text"]) == ("Before nine.", "Before eight.")


def test_saying_the_same_makes_no_version(thread, kai):
    made = written_up(thread, kai)

    assert rewrite(made, title=made.title, text=made.source, version=1, by=kai).version == 1


def test_a_stranger_does_not_write_on(thread, kai):
    with pytest.raises(PermissionDenied):
        rewrite(written_up(thread, kai), title="Mine", text="Mine.", version=1, by=make_user())


def test_new_posts_make_a_further_event_and_the_first_stays(thread, kai, people):
    made = written_up(thread, kai)
    since = as_it_stands(thread).externalized_at

    rewrite(made, title="Quiet", text="Both.", version=1, by=kai, posts=[thread.first, thread.second])

    assert events(Mode.EXTERNALIZATION).filter(parts__key=key_of(made)).count() == 2
    assert as_it_stands(thread).externalized_at == since


def test_fewer_posts_make_no_event(thread, kai):
    made = written_up(thread, kai, posts=[thread.first, thread.second])

    rewrite(made, title="Quiet", text="One.", version=1, by=kai, posts=[thread.second])

    assert events(Mode.EXTERNALIZATION).count() == 1
    assert [one.post for one in made.chosen.all()] == [thread.second]


# ---------------------------------------------------------------- what is removed
def test_a_post_deleted_meanwhile_leaves_the_text_and_the_event(thread, kai):
    made = written_up(thread, kai, posts=[thread.first, thread.second])

    delete_post(thread.second, by=kai)
    work_off()

    assert as_it_stands(thread).stage == Stage.COMBINATION
    assert Distillation.objects.visible_to(kai).contains(made)


def test_the_event_falls_with_the_last_of_its_posts(thread, kai):
    written_up(thread, kai)
    reply(thread, text="And I.", by=make_user())

    delete_post(thread.second, by=kai)
    work_off()

    assert events(Mode.EXTERNALIZATION, Outcome.WITHDRAWN).count() == 1
    assert as_it_stands(thread).stage == Stage.EXTERNALIZATION


def test_telling_it_twice_withdraws_once(thread, kai):
    written_up(thread, kai)
    delete_post(thread.second, by=kai)
    work_off()

    tell("post_deleted", thread.second)
    work_off()

    assert events(Mode.EXTERNALIZATION, Outcome.WITHDRAWN).count() == 1


def test_a_chosen_post_that_was_deleted_stays_beside_the_text(thread, kai):
    made = written_up(thread, kai, posts=[thread.first, thread.second])
    delete_post(thread.second, by=kai)

    rewrite(made, title="Quiet", text="Still.", version=1, by=kai, posts=[thread.first])

    assert {one.post for one in made.chosen.all()} == {thread.first, thread.second}


def test_taken_back_by_its_writer_it_is_gone_and_withdrawn(thread, kai):
    made = written_up(thread, kai)

    withdraw_distillation(made, by=kai, reason="It was wrong.")

    assert not Distillation.objects.visible_to(kai).contains(made)
    assert events(Mode.EXTERNALIZATION, Outcome.WITHDRAWN).get().reason == "It was wrong."
    assert as_it_stands(thread).stage == Stage.EXTERNALIZATION


def test_another_member_does_not_take_it_back(thread, kai, people):
    with pytest.raises(PermissionDenied):
        withdraw_distillation(written_up(thread, kai), by=people["patron"], reason="No.")


def test_taking_it_back_needs_a_reason(thread, kai):
    with pytest.raises(ValidationError):
        withdraw_distillation(written_up(thread, kai), by=kai, reason=" ")


# ---------------------------------------------------------------- out of a closed community
def test_from_an_open_community_it_is_out_at_once(thread, kai, people):
    assert Distillation.objects.visible_to(people["second_librarian"]).waiting().contains(written_up(thread, kai))


def test_from_a_closed_one_it_waits_for_a_steward(closed_thread, kai, people):
    made = written_up(closed_thread, kai)

    assert not Distillation.objects.visible_to(people["second_librarian"]).contains(made)
    with pytest.raises(PermissionDenied):
        release(made, by=kai)

    release(made, by=people["librarian"])
    assert Distillation.objects.visible_to(people["second_librarian"]).waiting().contains(made)


def test_stewards_and_nobody_else_are_shown_what_waits_to_be_let_out(closed_thread, kai, people):
    made = written_up(closed_thread, kai)

    waits = {who: set(Distillation.objects.to_let_out(who)) for who in (people["librarian"], people["patron"], kai)}

    assert waits == {people["librarian"]: {made}, people["patron"]: set(), kai: set()}


@pytest.mark.parametrize("name", ["queue", "community_queue", "community"])
def test_the_pages_of_stewards_say_what_waits_to_be_let_out(closed_thread, kai, people, client, name):
    made = written_up(closed_thread, kai)
    place = [] if name == "queue" else [closed_thread.community.slug]
    client.force_login(people["librarian"])
    before = client.get(reverse(name, args=place)).text
    release(made, by=people["librarian"])

    after = client.get(reverse(name, args=place)).text

    assert "h-out" in before
    assert "h-out" not in after


def test_the_page_of_the_community_tells_members_nothing_of_it(closed_thread, kai, people, client):
    written_up(closed_thread, kai)
    client.force_login(people["patron"])

    assert "h-out" not in client.get(reverse("community", args=[closed_thread.community.slug])).text


def test_members_of_a_closed_community_are_named_when_they_agreed(closed_thread, kai, people):
    closed_thread.community.memberships.filter(person=kai.person).update(may_name=True)

    written_up(closed_thread, kai, posts=[closed_thread.first, closed_thread.second])

    named = {credit.person: credit.named for credit in events(Mode.EXTERNALIZATION).get().credits.all()}
    assert named == {people["patron"].person: False, kai.person: True}


def test_the_author_of_an_imported_post_is_credited_without_being_named(thread, kai, people):
    imported = Person.objects.create(name="somebody-of-another-site")
    Post.objects.filter(pk=thread.first.pk).update(author=imported)

    made = written_up(thread, kai, posts=[Post.objects.get(pk=thread.first.pk), thread.second])

    named = {credit.person: credit.named for credit in events(Mode.EXTERNALIZATION).get().credits.all()}
    assert named == {imported: False, kai.person: True}
    assert imported not in [one.person for one in contributors_of([made])]


# ---------------------------------------------------------------- taken away under one's hands
@pytest.mark.parametrize("take_away", [lambda thread, by: hide(thread, reason="Off", by=by), delete_thread])
def test_with_a_thread_goes_what_was_drawn_from_it_for_librarians_too(take_away, thread, kai, people):
    made, steward, other = written_up(thread, kai), people["librarian"], people["second_librarian"]
    assert Distillation.objects.visible_to(other).waiting().contains(made)

    take_away(thread, by=steward)

    for reader in (other, steward, kai, people["visitor"]):
        assert not Distillation.objects.visible_to(reader).contains(made)
    with pytest.raises(ValidationError):
        combine([made], by=other, concepts=[a_subject()])


def test_a_thread_that_is_shown_again_brings_back_what_was_drawn_from_it(thread, kai, people):
    made = written_up(thread, kai)
    hide(thread, reason="Off", by=people["librarian"])

    restore(thread, reason="On", by=people["librarian"])

    assert Distillation.objects.visible_to(people["second_librarian"]).waiting().contains(made)


@pytest.mark.parametrize("how", ["moved", "closed"])
def test_what_comes_to_stand_in_a_closed_community_waits_there_for_a_steward(how, thread, kai, people):
    made, steward = written_up(thread, kai), people["librarian"]
    if how == "moved":
        move_thread(thread, closed(steward, people["patron"]), by=steward)
    else:
        change_community(thread.community, by=steward, access="closed")

    assert not Distillation.objects.visible_to(people["second_librarian"]).contains(made)
    release(made, by=steward)
    assert Distillation.objects.visible_to(people["second_librarian"]).waiting().contains(made)


def test_what_an_entry_carries_by_then_is_out(thread, kai, people):
    made, steward = written_up(thread, kai), people["librarian"]
    combined([made], people["second_librarian"])

    change_community(thread.community, by=steward, access="closed")

    assert Distillation.objects.get(pk=made.pk).released_at


def test_a_thread_that_was_hidden_meanwhile_is_not_written_up(thread, people):
    type(thread).objects.filter(pk=thread.pk).update(state="hidden")

    with pytest.raises(ValidationError, match="taken away"):
        written_up(thread, people["librarian"])


def test_what_was_withdrawn_meanwhile_is_not_written_on(thread, kai):
    made = written_up(thread, kai)
    withdraw_distillation(made, by=kai, reason="Wrong.")

    with pytest.raises(ValidationError, match="taken away"):
        rewrite(made, title="Quiet", text="Before nine.", version=1, by=kai)


def test_a_note_that_is_too_long_is_refused_and_not_cut(thread, kai):
    with pytest.raises(ValidationError, match="at most 500 characters"):
        written_up(thread, kai, notes={thread.second.pk: "a" * 501})
    assert not Distillation.objects.exists()
