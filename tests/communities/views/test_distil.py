"""Writing up in the browser: who may, what is kept, and what happens when two write on at once."""

import pytest
from django.urls import reverse

from communities.interaction.externalization import distil, rewrite
from communities.models import Distillation, Draft
from communities.moderation import hide
from tests.communities.views.conftest import answer as reply_to
from tests.communities.views.conftest import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(talk):
    return reverse("distil", args=[talk.community.slug, talk.thread.pk])


@pytest.fixture
def made(talk, member):
    return distil(talk.thread, posts=[talk.second], title="The licence", text="It decides.", by=member)


def said(*posts, **fields):
    return {"title": "Three wordings", "text": "It **is** the licence.", "language": "en", **fields} | {
        "post": [post.pk for post in posts]
    }


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("manager", 403), ("patron", 200), ("librarian", 200)])
def test_those_who_took_part_and_stewards_write_up(client, people, address, role, status):
    if role != "visitor":
        client.force_login(people[role])

    assert client.get(address).status_code == status


@pytest.mark.parametrize(("is_talked_about", "status"), [(False, 403), (True, 200)])
def test_who_asked_alone_reads_so_before_writing_it_up(client, talk, member, people, is_talked_about, status):
    thread = begin(talk.community, member, title="Nobody answered yet")
    if is_talked_about:
        reply_to(thread, people["patron"])
    client.force_login(member)

    form = client.get(reverse("distil", args=[talk.community.slug, thread.pk]))
    page = client.get(thread.get_absolute_url())

    assert form.status_code == status
    assert ("Only one person has spoken here so far." in form.text) is not is_talked_about
    assert ('id="choose"' in page.text) is is_talked_about
    assert ("Choose for the write-up" in page.text) is is_talked_about


def test_a_closed_thread_answers_outsiders_like_a_missing_one(client, closed, people):
    client.force_login(people["patron"])
    there = client.get(reverse("distil", args=[closed.community.slug, closed.thread.pk]))
    missing = client.get(reverse("distil", args=["nowhere", 999_999_999]))

    assert (there.status_code, there.content) == (404, missing.content)


def test_the_posts_chosen_on_the_thread_are_chosen_on_the_form(client, address, talk, member):
    client.force_login(member)

    posts = client.get(address, {"posts": "2"}).context["posts"]

    assert [post.number for post in posts if post.is_chosen] == [2]


def test_what_was_written_up_stands_with_its_notes(client, address, talk, member):
    client.force_login(member)

    answer = client.post(address, said(talk.second, **{f"note-{talk.second.pk}": "the reason"}))

    made = Distillation.objects.get()
    assert answer.url == made.get_absolute_url()
    assert list(made.chosen.values_list("post", "note")) == [(talk.second.pk, "the reason")]


def test_the_same_form_sent_twice_makes_one(client, address, talk, member):
    client.force_login(member)

    for _time in range(2):
        client.post(address, said(talk.second, form_key="one"))

    assert Distillation.objects.count() == 1


def test_without_a_post_the_text_comes_back_with_the_reason(client, address, member):
    client.force_login(member)

    answer = client.post(address, said())

    assert answer.status_code == 422
    assert "It **is** the licence." in answer.text
    assert "Choose at least one post" in answer.text


def test_a_thread_that_was_hidden_meanwhile_gives_the_text_back(client, address, talk, people, steward):
    client.force_login(people["patron"])
    hide(talk.thread, reason="It was settled.", by=steward)

    answer = client.post(address, said(talk.second))

    assert answer.status_code == 404
    assert "It **is** the licence." in answer.text
    assert not Distillation.objects.exists()


def test_a_post_that_was_hidden_meanwhile_is_not_left_out_in_silence(client, address, talk, member, steward):
    client.force_login(member)
    hide(talk.second, reason="It was settled.", by=steward)
    sent = said(talk.first, talk.second, **{f"note-{talk.second.pk}": "the reason"})

    answer = client.post(address, sent)

    assert answer.status_code == 422
    assert "1 of the posts that you chose was taken away meanwhile." in answer.text
    assert "It **is** the licence." in answer.text
    assert answer.context["left_notes"] == ["the reason"]
    assert [post.pk for post in answer.context["posts"] if post.is_chosen] == [talk.first.pk]
    assert not Distillation.objects.exists()


def test_a_preview_is_the_real_rendering_and_keeps_everything_as_a_draft(client, address, talk, member):
    client.force_login(member)

    answer = client.post(address, said(talk.second, do="preview", **{f"note-{talk.second.pk}": "the reason"}))

    assert "It <strong>is</strong> the licence." in answer.text
    later = client.get(address)
    assert "It **is** the licence." in later.text
    assert [(post.number, post.note) for post in later.context["posts"] if post.is_chosen] == [(2, "the reason")]


def test_what_was_sent_is_no_draft_any_more(client, address, talk, member):
    client.force_login(member)
    client.post(address, said(talk.second, do="preview"))

    client.post(address, said(talk.second))

    assert not Draft.objects.exists()


def test_who_started_from_an_older_version_is_shown_both(client, made, talk, member, people):
    rewrite(made, title=made.title, text="Theirs.", version=1, by=people["patron"])
    client.force_login(member)

    answer = client.post(reverse("distillation_edit", args=[made.pk]), said(talk.second, version=1))

    assert answer.status_code == 409
    assert "Theirs." in answer.text
    assert "It **is** the licence." in answer.text
    assert dict(answer.context["again"])["version"] == 2


def test_a_draft_of_an_older_version_does_not_cover_up_a_newer_one(client, made, talk, member, people):
    client.force_login(member)
    address = reverse("distillation_edit", args=[made.pk])
    client.post(address, said(talk.second, version=1, do="preview"))
    rewrite(made, title=made.title, text="Theirs.", version=1, by=people["patron"])

    assert client.get(address).context["form"]["version"].value() == "1"


@pytest.mark.parametrize(("role", "may"), [("patron", False), ("librarian", True)])
def test_stewards_take_back_what_others_wrote_up(client, made, people, role, may):
    client.force_login(people[role])

    answer = client.post(reverse("distillation_withdraw", args=[made.pk]), {"reason": "It is wrong."})

    assert Distillation.objects.visible_to(people[role]).filter(pk=made.pk).exists() is not may
    assert answer.status_code == (302 if may else 422)


def test_a_visitor_gets_a_page_that_can_be_kept(client, made):
    answer = client.get(made.get_absolute_url())

    assert answer.status_code == 200
    assert "csrf" not in answer.text
    assert not answer.cookies
