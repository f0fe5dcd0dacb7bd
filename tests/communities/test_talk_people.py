"""People in talk: members and roles, names that posts speak to, pictures, drafts, what goes with who is erased."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from communities import own
from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.interaction.membership import (
    accept_invitation,
    change_community,
    give_role,
    invite,
    join,
    leave,
    open_community,
    remove_member,
    set_may_name,
)
from communities.interaction.rendering import render_post
from communities.interaction.socialization import (
    attach_image,
    delete_post,
    draft_of,
    edit_post,
    keep_draft,
    read_up_to,
    reply,
    watch,
)
from communities.interaction.socialization.pictures import forget_pictures
from communities.models import Draft, Invitation, Membership, Mention, Post, PostImage, ReadMark, Watch
from communities.own import kept_talk, talk_of
from communities.rules import TalkState
from kmsite.models import User
from knowledge.application.erasing import erase
from knowledge.models import AuditEvent
from knowledge.uploads import UploadRefused
from tests.factories import make_community, make_entry, make_member, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def thread(community):
    return make_thread(community)


def again(thing):
    return type(thing).objects.get(pk=thing.pk)


def picture(name="map.png"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


# ---------------------------------------------------------------- members
@pytest.mark.parametrize(("role", "may"), [("patron", False), ("manager", False), ("librarian", True)])
def test_librarians_open_communities(role, may, people):
    said = {"name_en": "Rooms", "name_zh": "", "purpose_en": "", "purpose_zh": "", "access": "open"}
    if may:
        assert open_community(**said, by=people[role]).has_steward(people[role])
        return
    with pytest.raises(PermissionDenied):
        open_community(**said, by=people[role])


def test_an_address_leads_to_one_community_only():
    assert [
        make_community("Threads").slug,
        make_community("Reading rooms").slug,
        make_community("Reading rooms").slug,
    ] == [
        "threads-2",
        "reading-rooms",
        "reading-rooms-2",
    ]


def test_members_are_counted_once(community):
    user = make_user()
    for _twice in range(2):
        join(community, by=user)
    assert again(community).member_count == 2

    for _twice in range(2):
        leave(community, by=user)
    assert again(community).member_count == 1
    assert not community.has_member(user)


def test_a_closed_community_is_joined_by_its_letter_once():
    closed, first, second = make_community(access="closed"), make_user(), make_user()
    with pytest.raises(PermissionDenied):
        join(closed, by=first)
    invitation = invite(closed, email="new@example.org", by=closed.steward)

    accept_invitation(invitation, by=first)

    assert closed.has_member(first)
    with pytest.raises(PermissionDenied):
        accept_invitation(invitation, by=second)
    leave(closed, by=first)
    with pytest.raises(PermissionDenied):
        accept_invitation(invitation, by=first)


def test_only_stewards_invite_into_what_is_closed():
    closed = make_community(access="closed")

    with pytest.raises(PermissionDenied):
        invite(closed, email="new@example.org", by=make_member(closed))


def test_roles_are_given_by_stewards_and_written_down(community):
    member = make_member(community)
    membership = Membership.objects.get(person=member.person)
    with pytest.raises(PermissionDenied):
        give_role(membership, "steward", by=member)

    give_role(membership, "steward", by=community.steward)

    event = AuditEvent.objects.get(action="member-role")
    assert (event.before["role"], event.after["role"]) == ("member", "steward")
    assert community.has_steward(User.objects.get(pk=member.pk))


def test_the_last_steward_stays(community):
    membership = Membership.objects.get(community=community, person=community.steward.person)

    for go in (
        lambda: leave(community, by=community.steward),
        lambda: remove_member(membership, by=community.steward),
        lambda: give_role(membership, "member", by=community.steward),
    ):
        with pytest.raises(ValidationError):
            go()


def test_what_was_written_for_members_is_not_opened():
    closed = make_community(access="closed")
    make_thread(closed, by=closed.steward)

    with pytest.raises(ValidationError):
        change_community(closed, access="open", by=closed.steward)


def test_everybody_says_for_themselves_whether_they_are_named(community):
    member = make_member(community)
    membership = Membership.objects.get(person=member.person)
    with pytest.raises(PermissionDenied):
        set_may_name(membership, True, by=community.steward)

    assert set_may_name(membership, True, by=member).may_name


# ---------------------------------------------------------------- names
def test_the_longest_name_is_meant(community, thread):
    make_member(community, name="Ines")
    varga = make_member(community, name="Ines Varga")

    post = make_post(thread, text="Ask @Ines Varga, not a@Ines.")

    assert [mention.person for mention in post.mentions.all()] == [varga.person]
    assert "<strong>@Ines Varga</strong>, not a@Ines." in post.html


def test_a_chinese_name_ends_where_the_sentence_goes_on(community, thread):
    make_member(community, name="林舒窈")

    assert "<strong>@林舒窈</strong>你好" in make_post(thread, text="@林舒窈你好").html


@pytest.mark.parametrize("text", ["`@Ines Varga`", "    @Ines Varga", "@Ines Vargas", "@Nobody"])
def test_code_and_other_words_speak_to_nobody(text, community, thread):
    make_member(community, name="Ines Varga")

    assert not make_post(thread, text=text).mentions.exists()


def test_who_has_nothing_to_do_with_it_is_not_named(thread):
    make_user(name="Ines Varga")

    assert not make_post(thread, text="Ask @Ines Varga.").mentions.exists()


def test_a_name_is_no_way_in_for_tags(community, thread):
    make_member(community, name="<img src=x>")

    assert "<img" not in make_post(thread, text="Ask @<img src=x> now.").html


# ---------------------------------------------------------------- pictures
def test_an_own_picture_stands_in_the_post(thread):
    author = make_user()
    image = attach_image(picture(), by=author, title="The map [old]")

    post = reply(thread, text=f"Look: {image.markdown}", by=author)

    assert again(image).post == post
    assert f'src="/en/communities/images/{image.pk}/"' in post.html


def test_the_preview_shows_what_the_post_will(thread):
    author = make_user()
    text = f"Look: {attach_image(picture(), by=author).markdown}"

    assert render_post(text, author=author.person, thread=thread).html == reply(thread, text=text, by=author).html


def test_others_pictures_become_words(thread):
    image = attach_image(picture(), by=make_user(), title="Map")

    post = make_post(thread, text=f"Look: {image.markdown}")

    assert again(image).post is None
    assert "<img" not in post.html


def test_a_remote_picture_becomes_a_link(thread):
    author = make_user()
    make_post(thread, by=author)
    post = reply(thread, text="![Map](https://example.com/map.png)", by=author)

    assert "<img" not in post.html
    assert 'href="https://example.com/map.png"' in post.html


def test_only_pictures_are_taken_in():
    with pytest.raises(UploadRefused):
        attach_image(SimpleUploadedFile("page.png", b"<html><script>1</script>"), by=make_user())
    with pytest.raises(UploadRefused):
        attach_image(SimpleUploadedFile("a.txt", b"words"), by=make_user())


def test_pictures_of_posts_that_were_never_sent_are_forgotten(thread, django_capture_on_commit_callbacks):
    author = make_user()
    shown, left = attach_image(picture(), by=author), attach_image(picture(), by=author)
    reply(thread, text=shown.markdown, by=author)

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_pictures(older_than=timezone.now()) == 1

    assert list(PostImage.objects.all()) == [shown]
    assert not left.file.storage.exists(left.file.name)


def test_the_pictures_of_a_deleted_post_are_gone(thread, django_capture_on_commit_callbacks):
    author = make_user()
    image = attach_image(picture(), by=author)
    post = reply(thread, text=image.markdown, by=author)
    with django_capture_on_commit_callbacks(execute=True):
        delete_post(post, by=author)

    assert not PostImage.objects.exists()
    assert not image.file.storage.exists(image.file.name)


# ---------------------------------------------------------------- while writing and reading
def test_a_draft_is_its_writers_alone():
    user = make_user()
    keep_draft(user, "ask", {"title": "Where?"})

    assert draft_of(user, "ask").fields == {"title": "Where?"}
    assert draft_of(make_user(), "ask") is None


def test_no_reading_is_kept_of_who_only_reads(thread):
    reader = make_user()
    read_up_to(thread, 1, by=reader)
    assert not ReadMark.objects.filter(user=reader).exists()

    watch(thread, by=reader)
    read_up_to(thread, 99, by=reader)
    assert ReadMark.objects.get(user=reader).number == 1


def test_ones_own_page_says_what_is_new(thread):
    asker = thread.author.user
    make_post(thread)
    make_post(thread)

    (unread,) = talk_of(asker)["unread"]

    assert (unread, unread.new, unread.first_new) == (thread, 2, 2)


def test_threads_with_nothing_to_read_crowd_out_none_with_something(thread, monkeypatch):
    monkeypatch.setattr(own, "SHOWN", 1)
    asker = thread.author.user
    make_post(thread)
    for _later in range(2):
        post = make_post(make_thread(thread.community, by=asker))
        Post.objects.filter(pk=post.pk).update(state=TalkState.HIDDEN)

    assert talk_of(asker)["unread"] == [thread]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite: other databases word a plan otherwise")
def test_of_a_long_thread_only_what_is_new_is_counted(thread):
    plan = ReadMark.objects.behind().filter(user=thread.author.user).explain()

    assert "number>?" in plan
    assert "SCAN" not in plan


def test_ones_own_page_leads_to_what_one_wrote_up_and_tried(thread, client):
    reader = make_user()
    post = make_post(thread, by=reader)
    made = distil(thread, posts=[post], title="In words", text="So.", by=reader)
    report = practise(make_entry("Carts"), tried="A cart", happened="It went", useful="yes", language="en", by=reader)
    client.force_login(reader)

    page = client.get("/en/me/").text

    assert f'href="{made.get_absolute_url()}"' in page
    assert f'href="{report.get_absolute_url()}"' in page


def test_what_others_wrote_up_and_tried_is_not_on_ones_own_page(thread):
    reader, other = make_user(), make_user()
    distil(thread, posts=[make_post(thread, by=other)], title="In words", text="So.", by=other)
    practise(make_entry("Carts"), tried="A cart", happened="It went", useful="yes", language="en", by=other)

    assert talk_of(reader) is None


# ---------------------------------------------------------------- what is kept, and goes
def test_the_download_has_ones_own_talk_and_nobody_elses(thread):
    post = make_post(thread, text="Mine alone.")
    make_post(thread, text="Somebody else’s.")

    kept = str(kept_talk(post.author.user))

    assert "Mine alone." in kept
    assert "Somebody else" not in kept


def test_what_one_wrote_up_and_tried_is_handed_out_to_oneself_alone(thread):
    writer, other = make_post(thread).author.user, make_user()
    distil(thread, posts=list(thread.posts.all()), title="Drawn", text="Mine in words.", by=writer)
    practise(make_entry(), tried="I tried it.", happened="It rang.", useful="yes", language="en", by=writer)

    kept = str(kept_talk(writer))

    assert "Mine in words." in kept
    assert "It rang." in kept
    assert not kept_talk(other)["distillations"] + kept_talk(other)["practice_reports"]


def test_who_is_erased_leaves_posts_and_no_name(community, thread):
    canary = make_member(community, name="Canary Bird")
    own = reply(thread, text="What I know.", by=canary)
    other = make_post(thread, text="Thank you, @Canary Bird!")
    edit_post(other, text="Thanks, @Canary Bird!", version=1, by=other.author.user)
    canary.person.name = "Raven"
    canary.person.save()
    keep_draft(canary, "ask", {"title": "x"})
    watch(thread, by=canary)
    Invitation.objects.create(community=community, email=canary.email)

    erase(canary.person, by=None)

    assert again(own).source == "What I know."
    assert str(again(own).author) == "Former member"
    assert again(other).source == "Thanks, @Former member!"
    assert "<strong>@Former member</strong>" in again(other).html
    assert "Canary" not in other.versions.get().source + other.versions.get().html
    for model in (Draft, Watch, ReadMark):
        assert not model.objects.filter(user=canary).exists()
    assert not Membership.objects.filter(person=canary.person).exists()
    assert not Invitation.objects.filter(email=canary.email).exists()
    assert not Mention.objects.exists()
    assert Post.objects.filter(author=own.author).exists()
