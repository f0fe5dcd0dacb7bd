"""Changing, deleting, commenting, flagging, one-click acts and looking after posts, by their pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from communities.interaction.socialization import edit_post, watch
from communities.models import Community, Draft, Flag, Helpful, Invitation, Post, PostImage, Thread, Watch
from communities.rules import TalkState
from tests.communities.views.conftest import begin, open_one
from tests.factories import make_user
from tests.knowledge.test_uploads import picture

pytestmark = pytest.mark.django_db


def url(name, thing, *more):
    return reverse(name, args=[*more, thing.pk])


# ---------------------------------------------------------------- editing
def test_an_edit_is_saved_and_said(client, talk, people):
    client.force_login(people["patron"])

    response = client.post(url("post_edit", talk.second), {"text": "It is the contract.", "version": 1})

    assert response.url.endswith("#post-2")
    talk.second.refresh_from_db()
    assert talk.second.source == "It is the contract."


def test_an_edit_from_an_older_version_shows_both_texts_and_saves_none(client, talk, people):
    edit_post(talk.second, text="Theirs.", version=1, by=people["patron"])
    client.force_login(people["patron"])

    response = client.post(url("post_edit", talk.second), {"text": "Mine.", "version": 1})

    assert response.status_code == 409
    assert "Theirs." in response.text
    assert "Mine." in response.text
    talk.second.refresh_from_db()
    assert talk.second.source == "Theirs."


def test_what_both_texts_lead_to_puts_ones_own_on_top(client, talk, people):
    edit_post(talk.second, text="Theirs.", version=1, by=people["patron"])
    client.force_login(people["patron"])
    both = client.post(url("post_edit", talk.second), {"text": "Mine.", "version": 1}).context

    client.post(both["again_url"], dict(both["again"]))

    talk.second.refresh_from_db()
    assert talk.second.source == "Mine."
    assert talk.second.versions.filter(source="Theirs.").exists()


def test_others_may_not_edit_and_read_why(client, talk, member):
    client.force_login(member)

    response = client.get(url("post_edit", talk.second))

    assert response.status_code == 403
    assert "Only who wrote this may change it." in response.text


def test_an_edit_that_is_refused_keeps_the_text_on_the_form(client, talk, member):
    client.force_login(member)

    response = client.post(url("post_edit", talk.second), {"text": "My hour of work.", "version": 1})

    assert response.status_code == 422
    assert "My hour of work.</textarea>" in response.text


@pytest.mark.parametrize(("who", "status"), [("author", 200), ("steward", 200), ("other", 403)])
def test_earlier_versions_are_read_by_the_author_and_stewards(client, talk, people, steward, who, status):
    edit_post(talk.second, text="Later words.", version=1, by=people["patron"])
    client.force_login({"author": people["patron"], "steward": steward, "other": make_user()}[who])

    response = client.get(url("post_history", talk.second))

    assert response.status_code == status
    assert ("It is the licence." in response.text) is (status == 200)


def test_a_post_is_deleted_after_being_asked(client, talk, people):
    client.force_login(people["patron"])
    assert "Delete this post?" in client.get(url("post_delete", talk.second)).text

    client.post(url("post_delete", talk.second))

    talk.second.refresh_from_db()
    assert talk.second.state == TalkState.DELETED


# ---------------------------------------------------------------- comments, marks, flags
def test_a_comment_leads_to_its_place_under_the_post(client, talk, member):
    client.force_login(member)

    response = client.post(url("post_comment", talk.second), {"text": "Agreed.", "form_key": "c" * 32})

    made = Post.objects.get(source="Agreed.")
    assert response.url.endswith(f"#comment-{made.pk}")
    assert made.reply_to_id == talk.second.pk


def test_within_a_thread_only_the_form_of_a_comment_is_fetched(client, talk, member):
    client.force_login(member)

    page = client.get(url("post_comment", talk.second), headers={"HX-Request": "true"}).text

    assert "<html" not in page
    assert "<textarea" in page


def test_whoever_was_signed_out_reads_so_where_the_form_of_a_comment_would_stand(client, talk):
    fetched = client.get(url("post_comment", talk.second), headers={"HX-Request": "true"})
    opened = client.get(url("post_comment", talk.second))

    assert fetched.status_code == 403
    assert "you were signed out meanwhile" in fetched.text
    assert opened.status_code == 302


def test_one_click_says_that_a_post_helped_and_another_takes_it_back(client, talk, member):
    client.force_login(member)

    client.post(url("post_helpful", talk.second), {"on": "yes"})
    assert Helpful.objects.filter(post=talk.second).count() == 1
    client.post(url("post_helpful", talk.second), {"on": "no"})

    assert not Helpful.objects.exists()


def test_the_asker_accepts_an_answer(client, talk, member):
    client.force_login(member)

    client.post(url("post_accept", talk.second), {"on": "yes"})

    talk.second.refresh_from_db()
    assert talk.second.is_accepted


def test_who_did_not_ask_accepts_nothing_and_is_told_who_may(client, talk, people):
    client.force_login(people["second_librarian"])

    refused = client.post(url("post_accept", talk.second), {"on": "yes"})

    talk.second.refresh_from_db()
    assert refused.status_code == 422
    assert not talk.second.is_accepted
    assert refused.context["form"].non_field_errors()


@pytest.mark.parametrize("name", ["post_accept", "post_helpful", "thread_watch"])
def test_the_address_of_a_click_alone_shows_a_button_and_changes_nothing(client, talk, member, name):
    client.force_login(member)
    address = url(name, talk.thread, talk.community.slug) if name == "thread_watch" else url(name, talk.second)
    before = Watch.objects.count()

    response = client.get(address)

    assert response.status_code == 200
    assert '<form method="post"' in response.text
    talk.second.refresh_from_db()
    assert (talk.second.is_accepted, Helpful.objects.count(), Watch.objects.count()) == (False, 0, before)


def test_a_flag_reaches_the_queue_with_its_reason(client, talk, member, steward):
    client.force_login(member)
    client.post(url("post_flag", talk.second), {"reason": "unkind", "note": "It hurt."})
    client.force_login(steward)

    page = client.get(reverse("community_queue", args=[talk.community.slug])).text

    assert Flag.objects.count() == 1
    assert "Unkind or insulting" in page
    assert "It hurt." in page


# ---------------------------------------------------------------- looking after
def test_a_steward_hides_from_the_queue_and_comes_back_to_it(client, talk, steward):
    client.force_login(steward)

    response = client.post(url("post_moderate", talk.second), {"do": "hide", "reason": "Too harsh", "back": "queue"})

    talk.second.refresh_from_db()
    assert response.url == reverse("queue")
    assert (talk.second.state, talk.second.state_reason) == (TalkState.HIDDEN, "Too harsh")


def test_a_steward_lets_a_held_post_in_without_a_reason(client, talk, steward):
    Post.objects.filter(pk=talk.second.pk).update(state=TalkState.HELD)
    client.force_login(steward)

    client.post(url("post_moderate", talk.second), {"do": "approve"})

    talk.second.refresh_from_db()
    assert talk.second.state == TalkState.VISIBLE


def test_hiding_needs_a_reason(client, talk, steward):
    client.force_login(steward)

    client.post(url("post_moderate", talk.second), {"do": "hide", "reason": ""})

    talk.second.refresh_from_db()
    assert talk.second.state == TalkState.VISIBLE


@pytest.mark.parametrize("name", ["community_queue", "community_edit"])
def test_pages_of_stewards_refuse_others_with_the_reason(client, talk, member, name):
    client.force_login(member)

    assert client.get(reverse(name, args=[talk.community.slug])).status_code == 403


def test_a_thread_is_renamed_with_its_topics(client, talk, member):
    client.force_login(member)

    client.post(
        url("thread_edit", talk.thread, talk.community.slug), {"title": "A chapter as PDF", "topics": "馆际互借"}
    )

    talk.thread.refresh_from_db()
    assert talk.thread.title == "A chapter as PDF"
    assert list(talk.thread.concepts.all()) == [talk.topic]


def test_a_word_that_names_no_topic_is_said_and_nothing_is_changed(client, talk, member):
    client.force_login(member)

    response = client.post(
        url("thread_edit", talk.thread, talk.community.slug), {"title": "New title", "topics": "Unheard-of"}
    )

    assert "No topic is called: Unheard-of." in response.text
    assert Thread.objects.get(pk=talk.thread.pk).title == talk.thread.title


# ---------------------------------------------------------------- letters
def test_letters_end_with_one_click_that_needs_no_key_and_no_account(talk, member):
    one = watch(talk.thread, by=member)
    stranger = Client(enforce_csrf_checks=True)

    assert stranger.get(reverse("watch_off", args=[one.token])).status_code == 200
    assert Watch.objects.filter(pk=one.pk, by_mail=True).exists()
    answer = stranger.post(reverse("watch_off", args=[one.token]), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert talk.thread.title not in answer.text
    assert not Watch.objects.filter(pk=one.pk, by_mail=True).exists()


def test_watching_is_switched_on_and_off(client, talk):
    reader = make_user()
    client.force_login(reader)
    address = url("thread_watch", talk.thread, talk.community.slug)

    client.post(address, {"on": "yes"})
    assert Watch.objects.filter(user=reader).exists()
    client.post(address, {"on": "no"})

    assert not Watch.objects.filter(user=reader).exists()


# ---------------------------------------------------------------- members
def test_joining_and_leaving(client, talk):
    reader = make_user()
    client.force_login(reader)

    client.post(reverse("community_join", args=[talk.community.slug]))
    assert talk.community.memberships.filter(person=reader.person).exists()
    client.post(reverse("community_leave", args=[talk.community.slug]))

    assert not talk.community.memberships.filter(person=reader.person).exists()


def test_an_invitation_lets_in_once(client, steward, people):
    community = open_one("Behind", "closed", steward)
    client.force_login(steward)
    client.post(reverse("community_invite", args=[community.slug]), {"email": "ines@example.org"})
    address = reverse("invitation", args=[Invitation.objects.get().token])
    client.force_login(people["patron"])

    assert "You are invited to Behind" in client.get(address).text
    assert client.post(address).url == community.get_absolute_url()

    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_the_address_of_an_invitation_leaves_the_site_with_no_link_and_its_form_is_still_believed(client, steward):
    """A browser on a page with "no-referrer" sends `Origin: null`, which no form of ours may have."""
    community = open_one("Behind", "closed", steward)
    client.force_login(steward)
    client.post(reverse("community_invite", args=[community.slug]), {"email": "ines@example.org"})

    answer = client.get(reverse("invitation", args=[Invitation.objects.get().token]))

    assert answer["Referrer-Policy"] == "same-origin"


def test_a_steward_gives_a_role_and_removes(client, talk, steward, member):
    client.force_login(steward)
    address = reverse("community_members", args=[talk.community.slug])
    membership = talk.community.memberships.get(person=member.person)

    client.post(address, {"do": "role", "member": membership.pk, "role": "steward"})
    membership.refresh_from_db()
    assert membership.is_steward
    client.post(address, {"do": "remove", "member": membership.pk})

    assert not talk.community.memberships.filter(pk=membership.pk).exists()


def test_a_member_cannot_give_roles(client, talk, member):
    client.force_login(member)
    own = talk.community.memberships.get(person=member.person)

    response = client.post(
        reverse("community_members", args=[talk.community.slug]), {"do": "role", "member": own.pk, "role": "steward"}
    )

    assert response.status_code == 403
    own.refresh_from_db()
    assert not own.is_steward


def test_a_librarian_opens_a_community_whose_name_makes_its_address(client, people):
    client.force_login(people["librarian"])

    client.post(reverse("community_new"), {"name_en": "Town memory", "access": "open"})

    assert Community.objects.get().slug == "town-memory"


@pytest.mark.parametrize("slug", ["queue", "ASK", "flow"])
def test_a_community_takes_no_address_of_another_page(client, people, slug):
    client.force_login(people["librarian"])

    response = client.post(reverse("community_new"), {"name_en": "Town", "slug": slug, "access": "open"})

    assert "This word leads to another page." in response.text


# ---------------------------------------------------------------- asking
def asked(client, **fields):
    said = {"title": "Where is the map of 1911?", "text": "I looked on the second floor.", "language": "en"}
    return client.post(reverse("ask"), said | {"form_key": "d" * 32} | fields)


def test_who_asks_need_not_choose_a_community(client, talk):
    client.force_login(make_user())

    response = asked(client)

    assert Thread.objects.get(title="Where is the map of 1911?").get_absolute_url() == response.url


def test_a_question_sent_twice_is_one_thread(client, talk, member):
    client.force_login(member)

    assert asked(client).url == asked(client).url
    assert Thread.objects.filter(title="Where is the map of 1911?").count() == 1


def test_a_refused_question_keeps_everything_that_was_typed(client, talk, member):
    client.force_login(member)

    page = asked(client, title="").text

    assert "I looked on the second floor.</textarea>" in page
    assert "Give it a title" in page


def test_a_visitor_signs_in_before_asking(client, talk):
    assert client.get(reverse("ask")).url.startswith(reverse("account_login"))


def test_a_closed_community_is_offered_to_its_members_alone(client, closed, member):
    client.force_login(member)
    assert "Canaryroom" in client.get(reverse("ask")).text
    client.force_login(make_user())

    assert "Canaryroom" not in client.get(reverse("ask")).text


def test_who_will_read_it_is_said_before_it_is_posted(client, closed, member):
    client.force_login(member)

    page = client.get(reverse("ask"), {"community": closed.community.slug}).text

    assert "Only the 2 members of “Canaryroom” can read it." in page


def test_what_is_alike_is_a_piece_of_a_page(client, talk, member):
    client.force_login(member)

    page = client.get(reverse("talk_similar"), {"title": "Another chapter on paper"}).text

    assert "<html" not in page


# ---------------------------------------------------------------- writing
def test_the_preview_is_the_real_rendering(client, talk, member):
    client.force_login(member)

    page = client.post(reverse("talk_preview"), {"text": "<script>x</script> **y**", "place": "ask"}).text

    assert "<strong>y</strong>" in page
    assert "<script>" not in page


@pytest.mark.parametrize("name", ["talk_preview", "talk_draft", "talk_image"])
def test_visitors_preview_and_keep_nothing_and_scripts_are_told_why(client, name):
    said = {"text": "An hour of work", "place": "ask"}

    page = client.post(reverse(name), said, headers={"HX-Request": "true"})
    data = client.post(reverse(name), said, headers={"Accept": "application/json"})

    assert (page.status_code, data.status_code) == (403, 403)
    assert "you were signed out meanwhile" in page.text
    assert "An hour of work" in page.text
    assert "Nothing was saved." in data.json()["error"]
    assert not Draft.objects.exists()


def test_a_picture_is_seen_by_its_maker_until_it_is_posted_and_then_by_who_reads_the_post(client, talk, member):
    client.force_login(member)
    file = SimpleUploadedFile("map.png", picture(), content_type="image/png")
    answer = client.post(reverse("talk_image"), {"picture": file, "picture_title": "The [old] map"}).json()
    image = PostImage.objects.get()
    address = reverse("talk_picture", args=[image.pk])

    assert client.get(address).status_code == 200
    assert Client().get(address).status_code == 404
    client.post(talk.thread.get_absolute_url(), {"text": answer["markdown"], "form_key": "e" * 32})

    assert Client().get(address).status_code == 200
    assert f'src="{address}"' in Client().get(talk.thread.get_absolute_url()).text


def test_a_picture_of_a_closed_community_is_missing_to_others(client, closed, member):
    client.force_login(member)
    file = SimpleUploadedFile("map.png", picture(), content_type="image/png")
    answer = client.post(reverse("talk_image"), {"picture": file, "picture_title": "Map"}).json()
    client.post(closed.thread.get_absolute_url(), {"text": answer["markdown"], "form_key": "f" * 32})
    address = reverse("talk_picture", args=[PostImage.objects.get().pk])

    assert client.get(address).status_code == 200
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def test_what_is_no_picture_is_refused_with_the_reason(client, member):
    client.force_login(member)
    file = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type="text/html")

    response = client.post(reverse("talk_image"), {"picture": file})

    assert response.status_code == 422
    assert response.json()["error"]


def test_a_picture_that_comes_with_the_form_stands_in_the_text_without_script(client, talk, member):
    client.force_login(member)
    file = SimpleUploadedFile("map.png", picture(), content_type="image/png")

    client.post(
        talk.thread.get_absolute_url(), {"text": "Look:", "picture": file, "picture_title": "Map", "form_key": "g"}
    )

    assert "<img" in talk.thread.posts.get(number=3).html


def test_begun_threads_need_a_community(client, people):
    client.force_login(people["patron"])

    assert "There is no community yet" in asked(client).text


def test_what_it_grew_from_must_be_readable(client, talk, member):
    begin(talk.community, member)
    client.force_login(member)

    assert "It grows from" not in client.get(reverse("ask"), {"from": "entry:999999"}).text


@pytest.mark.parametrize("said", [{"do": "remove"}, {"role": "member"}])
def test_the_last_steward_who_would_go_is_told_why_not(client, steward, talk, said):
    client.force_login(steward)
    address = reverse("community_members", args=[talk.community.slug])
    mine = talk.community.memberships.get(person=steward.person)

    page = client.post(address, {"member": mine.pk, **said}, follow=True)

    assert page.status_code == 200
    assert "Nobody else looks after this community." in page.text
    assert talk.community.memberships.get(pk=mine.pk).is_steward
