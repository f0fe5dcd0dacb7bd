"""The page of a thread: reading, replying, choosing, and what happens when it changes under a reader's hands."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from communities.components.thread import ThreadFace
from communities.interaction.membership import leave
from communities.interaction.socialization import accept, delete_post, keep_draft, move_thread, watch
from communities.models import Draft, Post, ReadMark, Thread
from communities.moderation import hide
from communities.rules import TalkState
from tests.communities.views.conftest import answer, begin, open_one
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db


def grown(people, steward, posts):
    """A thread of `posts` posts by two people."""
    thread = begin(open_one("Long talk", "open", steward), people["patron"])
    writers = [people["patron"], steward]
    for number in range(2, posts + 1):
        answer(thread, writers[number % 2], text=f"Post number {number}.")
    thread.refresh_from_db()
    return thread


# ---------------------------------------------------------------- reading
def test_a_visitor_reads_the_posts_in_their_order(client, talk):
    page = client.get(talk.thread.get_absolute_url()).text

    assert page.index("Why not as a PDF?") < page.index("It is the licence.") < page.index("So it is.")


def test_a_visitors_thread_carries_nothing_personal_and_no_form_but_search(client, talk):
    response = client.get(talk.thread.get_absolute_url())

    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.text
    assert re.findall(r"<form[^>]*>", response.text) == ['<form class="find" role="search" action="/en/search/">']


def test_a_visitor_is_led_to_sign_in_and_back_to_the_reply_box(client, talk):
    page = client.get(talk.thread.get_absolute_url()).text

    assert f"next=%2Fen%2Fcommunities%2Fsharing%2Fthreads%2F{talk.thread.pk}%2F%23reply" in page


def test_a_last_page_of_one_post_is_no_span_and_pages_left_out_leave_a_gap(client, people, steward):
    thread = begin(open_one("Long talk", "open", steward), people["patron"])
    Thread.objects.filter(pk=thread.pk).update(last_number=301, post_count=301)  # the pages follow from it
    thread.refresh_from_db()

    first = ThreadFace(thread, people["patron"])
    last = client.get(f"{thread.get_absolute_url()}?page=16").text

    assert [span[:3] for span in first.after] == [(2, 21, 40), (3, 41, 60), (16, 301, 301)]
    assert [span[3] for span in first.after] == [False, False, True]
    assert "Post 301 of 301" in last
    assert last.count('<li class="gap" aria-hidden="true">…</li>') == 2  # in the list beside the posts and under them


def test_one_page_alone_is_shown_in_place_of_a_gap(people, steward):
    thread = begin(open_one("Long talk", "open", steward), people["patron"])
    thread.last_number = thread.post_count = 100

    assert [span[0] for span in ThreadFace(thread, people["patron"]).ranges] == [1, 2, 3, 4, 5]


def test_an_accepted_answer_is_marked_and_linked_from_the_first_post(client, talk, member):
    accept(talk.second, by=member)

    page = client.get(talk.thread.get_absolute_url()).text

    assert "Accepted answer" in page
    assert '#post-2">Go to the accepted answer</a>' in page


def test_a_deleted_post_keeps_its_place_and_loses_its_text(client, talk, people):
    delete_post(talk.second, by=people["patron"])

    page = client.get(talk.thread.get_absolute_url()).text

    assert "It is the licence." not in page
    assert 'id="post-2"><span class="who" aria-hidden="true">2</span><p>Its author has deleted this post.' in page


def test_a_hidden_post_is_read_by_its_author_with_the_reason_and_by_nobody_else(client, talk, people, steward, member):
    hide(talk.second, reason="Too harsh a tone", by=steward)

    client.force_login(member)
    others = client.get(talk.thread.get_absolute_url()).text
    client.force_login(people["patron"])
    own = client.get(talk.thread.get_absolute_url()).text

    assert "It is the licence." not in others
    assert "Too harsh" not in others
    assert "It is the licence." in own
    assert "Hidden by a steward: Too harsh a tone" in own


def test_a_held_post_says_that_it_waits_and_others_see_no_trace(client, talk, people, member):
    Post.objects.filter(pk=talk.second.pk).update(state=TalkState.HELD)

    client.force_login(people["patron"])
    assert "Waiting: a steward looks at it first" in client.get(talk.thread.get_absolute_url()).text
    client.force_login(member)
    page = client.get(talk.thread.get_absolute_url()).text

    assert 'id="post-2"' not in page


def test_posts_stand_on_pages_of_twenty_by_their_numbers(client, people, steward):
    thread = grown(people, steward, 45)

    numbers = re.findall(r'class="post[^"]*" id="post-(\d+)"', client.get(f"{thread.get_absolute_url()}?page=2").text)

    assert numbers == [str(number) for number in range(21, 41)]


@pytest.mark.parametrize("page", ["0", "-3", "99", "x", "9" * 40])
def test_a_page_that_is_none_is_the_nearest(client, talk, page):
    assert client.get(talk.thread.get_absolute_url(), {"page": page}).status_code == 200


@pytest.mark.parametrize("role", ["visitor", "patron", "librarian"])
def test_the_number_of_queries_does_not_grow_with_the_thread(
    client, people, steward, role, django_assert_max_num_queries
):
    short, long = grown(people, steward, 3), begin(open_one("Longer", "open", steward), people["patron"])
    for number in range(60):
        answer(long, make_user(name=f"Reader {number}"), text=f"I am number {number}.")
    if role != "visitor":
        client.force_login(people[role])
    counts = []
    for thread in (short, long):
        client.get(thread.get_absolute_url())
        cache.clear()
        with django_assert_max_num_queries(60) as queries:
            client.get(thread.get_absolute_url())
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 1, counts


def test_a_thread_that_was_moved_leads_to_its_new_address(client, talk, steward):
    old, there = talk.thread.get_absolute_url(), open_one("Elsewhere", "open", steward)
    move_thread(talk.thread, there, by=steward)

    response = client.get(old)

    assert response.url == f"/en/communities/elsewhere/threads/{talk.thread.pk}/"


def test_a_thread_that_was_moved_out_of_sight_is_missing_at_its_old_address(client, talk, steward):
    old, there = talk.thread.get_absolute_url(), open_one("Behind doors", "closed", steward)
    make_member(there, talk.thread.author.user)
    move_thread(talk.thread, there, by=steward)

    assert client.get(old).status_code == 404


# ---------------------------------------------------------------- read state
def test_what_is_new_to_a_watcher_is_marked_once(client, talk, people, member):
    client.force_login(member)
    watch(talk.thread, by=member)
    ReadMark.objects.update_or_create(thread=talk.thread, user=member, defaults={"number": 1})

    assert "First unread: post 2" in client.get(talk.thread.get_absolute_url()).text
    assert "First unread" not in client.get(talk.thread.get_absolute_url()).text


def test_nothing_is_kept_of_who_only_reads(client, talk):
    reader = make_user()
    client.force_login(reader)

    client.get(talk.thread.get_absolute_url())

    assert not ReadMark.objects.filter(user=reader).exists()


# ---------------------------------------------------------------- replying
def sent(client, thread, text="Thank you, both.", **fields):
    return client.post(thread.get_absolute_url(), {"text": text, "form_key": "a" * 32, **fields})


def test_a_reply_leads_to_its_place(client, talk, member):
    client.force_login(member)

    response = sent(client, talk.thread)

    assert response.url.endswith(f"/threads/{talk.thread.pk}/#post-3")
    assert talk.thread.posts.get(number=3).source == "Thank you, both."


def test_the_same_form_sent_twice_makes_one_post(client, talk, member):
    client.force_login(member)

    assert sent(client, talk.thread).url == sent(client, talk.thread).url
    assert talk.thread.posts.filter(source="Thank you, both.").count() == 1


def test_an_empty_reply_is_not_posted_and_says_what_to_do(client, talk, member):
    client.force_login(member)

    response = sent(client, talk.thread, text="  ")

    assert response.status_code == 422
    assert "Write a few words first." in response.text


def test_who_was_signed_out_meanwhile_gets_the_text_back(client, talk):
    response = sent(client, talk.thread, text="An hour of work.")

    assert response.status_code == 403
    assert "An hour of work." in response.text
    assert not Post.objects.filter(source="An hour of work.").exists()


def test_replying_to_what_was_closed_meanwhile_is_answered_like_what_is_missing_with_the_text(
    client, talk, people, steward, member
):
    hide(talk.thread, reason="Off topic", by=steward)
    client.force_login(people["patron"])

    gone = sent(client, talk.thread, text="An hour of work.")
    never = client.post("/en/communities/sharing/threads/999999/", {"text": "An hour of work."})

    assert gone.status_code == never.status_code == 404
    assert "An hour of work." in gone.text
    assert gone.text == never.text


def test_replying_to_ones_own_hidden_thread_shows_the_form_again_with_the_reason(client, talk, steward, member):
    hide(talk.thread, reason="Off topic", by=steward)
    client.force_login(member)

    response = sent(client, talk.thread, text="An hour of work.")

    assert response.status_code == 422
    assert "An hour of work.</textarea>" in response.text


def test_a_reply_to_a_moved_thread_arrives(client, talk, steward, member):
    old = talk.thread.get_absolute_url()
    move_thread(talk.thread, open_one("Elsewhere", "open", steward), by=steward)
    client.force_login(member)

    response = client.post(old, {"text": "Still here.", "form_key": "b" * 32})

    assert response.url.startswith("/en/communities/elsewhere/")
    assert Post.objects.filter(source="Still here.", thread=talk.thread).exists()


def test_the_preview_without_script_shows_the_text_and_keeps_it(client, talk, member):
    client.force_login(member)

    response = sent(client, talk.thread, text="This is **strong**.", do="preview")

    assert "<strong>strong</strong>" in response.text
    assert "This is **strong**.</textarea>" in response.text
    assert Draft.objects.get(user=member).fields["text"] == "This is **strong**."
    assert talk.thread.posts.filter(number__gt=2).count() == 0


def test_a_draft_is_there_again_and_gone_once_it_was_sent(client, talk, member):
    client.force_login(member)
    keep_draft(member, f"reply:{talk.thread.pk}", {"text": "Half a thought"})

    assert "Half a thought</textarea>" in client.get(talk.thread.get_absolute_url()).text
    sent(client, talk.thread)

    assert not Draft.objects.filter(user=member).exists()


def test_a_quotation_begins_the_reply(client, talk, member):
    client.force_login(member)

    page = client.get(talk.thread.get_absolute_url(), {"quote": "2"}).text

    assert "&gt; It is the licence." in page


def test_a_member_who_left_a_closed_community_reads_nothing_of_it(client, closed, member):
    leave(closed.community, by=member)
    client.force_login(member)

    assert client.get(closed.thread.get_absolute_url()).status_code == 404


# ---------------------------------------------------------------- choosing for the write-up
def test_chosen_posts_stand_in_the_address_on_the_button_and_on_every_page(client, people, steward):
    thread = grown(people, steward, 25)
    client.force_login(people["patron"])

    page = client.get(thread.get_absolute_url(), {"posts": "2,22"}).text

    assert "Write up 2 chosen posts" in page
    assert re.search(r'value="2" form="choose" checked', page)
    assert '<input type="hidden" name="posts" value="22">' in page
    assert 'href="?page=2&amp;posts=2%2C22"' in page


def test_who_took_no_part_is_offered_no_choice(client, talk):
    client.force_login(make_user())

    assert 'name="posts"' not in client.get(talk.thread.get_absolute_url()).text


def test_a_thread_of_long_ago_says_its_whole_date(client, talk):
    Thread.objects.filter(pk=talk.thread.pk).update(created_at=timezone.now() - timedelta(days=800))

    assert "Started by Yusuf on" in client.get(reverse("thread", args=["sharing", talk.thread.pk])).text
