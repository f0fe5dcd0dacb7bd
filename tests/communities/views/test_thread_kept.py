"""What the page of a thread keeps for many readers: nothing of one reader in it, and nothing that is no longer to be seen."""

import pytest
from django.urls import reverse

from communities.components.thread import ThreadFace
from communities.interaction.socialization import comment, delete_post, edit_post, mark_helpful, reply, watch
from communities.models import Post
from communities.moderation import hide
from communities.rules import TalkState, reader_like
from knowledge.application.erasing import erase
from knowledge.models import Entry, Person
from knowledge.outbox import tell
from knowledge.rules import Visibility, access_tokens
from tests.communities.views.conftest import answer
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def first_reader(db):
    return make_user(name="Odile Arnaud", email="odile@example.org")


@pytest.fixture
def second_reader(db):
    return make_user(name="Tomas Reyes", email="tomas@example.org")


@pytest.fixture
def read(client):
    """The page of a thread as somebody reads it now."""

    def page(thread, user):
        client.force_login(user)
        return client.get(thread.get_absolute_url()).text

    return page


# ---------------------------------------------------------------- for whom
def test_the_posts_are_asked_for_once_for_readers_of_the_same_access(
    client, talk, read, first_reader, second_reader, django_assert_max_num_queries
):
    read(talk.thread, first_reader)
    client.force_login(second_reader)

    with django_assert_max_num_queries(10):
        page = client.get(talk.thread.get_absolute_url()).text

    assert "It is the licence." in page


def test_nothing_of_the_first_reader_stands_on_the_page_of_the_second(talk, read, first_reader, second_reader):
    first, second = read(talk.thread, first_reader), read(talk.thread, second_reader)

    assert ("Odile Arnaud" in first, "Odile Arnaud" in second, "Tomas Reyes" in second) == (True, False, True)


def test_every_reader_sends_a_form_key_of_their_own(client, talk, read, first_reader, second_reader):
    read(talk.thread, first_reader)
    client.handler.enforce_csrf_checks = True
    page = read(talk.thread, second_reader)
    key = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    sent = client.post(reverse("post_helpful", args=[talk.second.pk]), {"on": "yes", "csrfmiddlewaretoken": key})

    assert sent.status_code == 302
    assert Post.objects.get(pk=talk.second.pk).helpful_count == 1


def test_who_has_a_part_in_a_thread_gets_a_page_of_their_own(talk, people, steward, first_reader):
    mark_helpful(talk.second, by=first_reader)

    for user in (people["patron"], steward, people["manager"], first_reader):
        face = ThreadFace(talk.thread, user)
        assert (face.readers, face.reads_as) == ("", user)


def test_for_who_has_no_part_in_it_the_page_is_made_as_for_somebody_without_a_name(talk, first_reader):
    face = ThreadFace(talk.thread, first_reader)

    assert face.reads_as.pk == 0
    assert face.readers == "public signed-in user:0 writes"


def test_who_chose_posts_gets_a_page_of_their_own(talk, first_reader):
    assert ThreadFace(talk.thread, first_reader, chosen=[2]).readers == ""


def test_who_has_not_read_all_gets_a_page_of_their_own(client, talk, read, first_reader, people):
    watch(talk.thread, by=first_reader)
    read(talk.thread, first_reader)
    answer(talk.thread, people["patron"], text="One more.")
    talk.thread.refresh_from_db()

    assert ThreadFace(talk.thread, first_reader).readers == ""
    assert "new to you" in read(talk.thread, first_reader)


def test_a_mark_of_one_reader_is_not_shown_to_another(
    talk, read, first_reader, second_reader, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mark_helpful(talk.second, by=first_reader)

    assert 'aria-pressed="true"' not in read(talk.thread, second_reader)
    assert 'aria-pressed="true"' in read(talk.thread, first_reader)
    assert 'aria-pressed="true"' not in read(talk.thread, second_reader)


def test_members_of_a_closed_community_share_what_others_do_not_get(
    client, closed, read, first_reader, second_reader, member
):
    readers = {ThreadFace(closed.thread, user).readers for user in (first_reader, second_reader)}

    assert readers == {"public signed-in user:0 reads"}
    read(closed.thread, member)
    client.force_login(first_reader)
    assert client.get(closed.thread.get_absolute_url()).status_code == 404


def test_a_held_comment_stays_its_authors(talk, read, first_reader, second_reader, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        held = comment(talk.second, text="Waiting to be let in.", by=first_reader)
        Post.objects.filter(pk=held.pk).update(state=TalkState.HELD)

    assert "Waiting to be let in." in read(talk.thread, first_reader)
    assert "Waiting to be let in." not in read(talk.thread, second_reader)
    assert "Waiting to be let in." in read(talk.thread, first_reader)


# ---------------------------------------------------------------- for how long
def hidden(talk, people):
    hide(talk.second, reason="Advertising", by=people["librarian"])


def deleted(talk, people):
    delete_post(talk.second, by=people["patron"])


def changed(talk, people):
    edit_post(talk.second, text="Something else.", version=1, by=people["patron"])


def erased(talk, people):
    erase(people["patron"].person, by=people["administrator"])


def renamed(talk, people):
    Person.objects.filter(user=people["patron"]).update(name="Somebody")
    tell("person_changed", people["patron"].person)


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (hidden, "It is the licence."),
        (deleted, "It is the licence."),
        (changed, "It is the licence."),
        (erased, ">Ines<"),
        (renamed, ">Ines<"),
    ],
)
def test_what_is_taken_away_is_gone_at_once(
    change, gone, talk, people, read, first_reader, second_reader, django_capture_on_commit_callbacks
):
    assert gone in read(talk.thread, first_reader)

    with django_capture_on_commit_callbacks(execute=True):
        change(talk, people)

    assert gone not in read(talk.thread, second_reader)


def test_what_is_written_is_there_at_once(talk, read, people, first_reader, django_capture_on_commit_callbacks):
    read(talk.thread, first_reader)

    with django_capture_on_commit_callbacks(execute=True):
        reply(talk.thread, text="A third voice.", by=people["manager"])

    assert "A third voice." in read(talk.thread, first_reader)


# ---------------------------------------------------------------- the reader without a name
def test_a_reader_without_a_name_has_the_access_of_the_other_and_nothing_more(closed, member):
    tokens = access_tokens(reader_like(member))

    assert tokens == access_tokens(member) - {f"user:{member.pk}"} | {"user:0"}
    assert f"community:{closed.community.pk}" in tokens


def test_a_reader_without_a_name_has_no_role(people):
    assert "staff" not in access_tokens(reader_like(people["librarian"]))


def test_a_reader_without_a_name_sees_neither_their_hidden_page_nor_their_draft(first_reader):
    draft = make_entry(live=False, owner=first_reader, visibility=Visibility.STAFF)
    nobody = reader_like(first_reader)

    assert Person.objects.visible_to(first_reader).contains(first_reader.person)
    assert not Person.objects.visible_to(nobody).contains(first_reader.person)
    assert Entry.objects.visible_to(first_reader).contains(draft)
    assert not Entry.objects.visible_to(nobody).contains(draft)
