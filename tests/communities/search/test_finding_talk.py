"""Talk in the one search: what is found by whom, when it leaves, and that the index never differs from what is there."""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.interaction.membership import change_community
from communities.interaction.socialization import comment, delete_post, edit_thread, move_thread, reply
from communities.models import Post, Thread
from communities.moderation import hide, restore
from knowledge.application.erasing import erase
from knowledge.models import ConceptLabel, SearchEntry
from knowledge.outbox import key_of, tell, work_off
from knowledge.search.api import browse, search, suggest
from knowledge.search.pins import pin
from tests.factories import make_community, make_concept, make_entry, make_member, make_thread, make_user

pytestmark = pytest.mark.django_db


def follow():
    while work_off():
        pass


@pytest.fixture
def talk(people):
    """A thread about a topic with a post, comments, a distillation, and a report on an entry; each has a word of its own."""
    steward, asker, answerer = (
        make_user("librarian", name="Opener"),
        make_user(name="Ottoline"),
        make_user(name="Balthasar"),
    )
    topic = make_concept("Telescopes", "望远镜")
    community, now = make_community("Stars", steward=steward), timezone.now()
    thread = make_thread(community, by=asker, title="Borrowing lenses", text="Firstword", concepts=[topic], at=now)
    post = reply(thread, text="Replyword 借阅室", by=answerer, at=now)
    comment(post, text="Underword", by=asker, at=now)
    comment(thread.posts.get(number=1), text="Belowword", by=answerer, at=now)
    made = distil(thread, posts=[post], title="Lens lore", text="Loreword", by=answerer, at=now)
    entry = make_entry("Sky at night", concepts=[topic])
    said = {"tried": "Triedword", "happened": "Happenedword", "useful": "yes", "language": "en"}
    report = practise(entry, by=asker, at=now, **said)
    for kind, thing in (("published", entry), ("concept_changed", topic)):
        tell(kind, thing)
    follow()
    return SimpleNamespace(
        community=community, thread=thread, post=post, made=made, report=report, entry=entry, topic=topic,
        steward=steward, asker=asker, answerer=answerer, visitor=people["visitor"],
    )  # fmt: skip


def found(text, user, **more):
    return {hit.thing for hit in search(text, user, exact=True, **more).hits}


def drift():
    call_command("search_rebuild", "--check", stdout=StringIO())


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("firstword", "thread"),
        ("belowword", "thread"),
        ("replyword", "post"),
        ("借阅室", "post"),
        ("underword", "post"),
        ("loreword", "made"),
        ("happenedword", "report"),
    ],
)
def test_each_kind_is_found_by_its_words(talk, words, what):
    assert getattr(talk, what) in found(words, talk.visitor)


@pytest.mark.parametrize(("name", "whats"), [("ottoline", {"thread", "report"}), ("balthasar", {"post", "made"})])
def test_each_kind_is_found_by_its_author(talk, name, whats):
    assert found(name, talk.visitor) == {getattr(talk, what) for what in whats}


@pytest.mark.parametrize("kind", ["thread", "post", "distillation", "report"])
@pytest.mark.parametrize("word", ["telescopes", "望远镜"])
def test_each_kind_is_found_and_browsed_by_topic_in_both_languages(talk, kind, word):
    assert found(word, talk.visitor, filters={"type": [kind]})
    assert browse(talk.visitor, kind=kind, filters={"subject": [str(talk.topic.pk)]}).total == 1


def test_suggestions_offer_threads_and_no_posts(talk):
    assert [hit.kind for hit in suggest("borrowing le", talk.visitor)] == ["thread"]
    assert suggest("replyword", talk.visitor) == ()


def test_a_comment_is_found_as_soon_as_the_worker_has_heard_of_it(talk):
    comment(talk.post, text="Freshword", by=talk.asker)
    assert found("freshword", talk.visitor) == set()

    work_off()

    assert found("freshword", talk.visitor) == {talk.post}


def hidden_post(talk):
    hide(talk.post, reason="Off", by=talk.steward)


def deleted_post(talk):
    delete_post(talk.post, by=talk.answerer)


def hidden_thread(talk):
    hide(talk.thread, reason="Off", by=talk.steward)


def moved_to_closed(talk):
    shut = make_community("Shut", access="closed", steward=talk.steward)
    make_member(shut, talk.thread.author.user)
    move_thread(talk.thread, shut, by=talk.steward)


def closed_community(talk):
    change_community(talk.community, by=talk.steward, access="closed")


GOING = [hidden_post, deleted_post, hidden_thread, moved_to_closed, closed_community]


@pytest.mark.parametrize("go", GOING)
def test_what_is_taken_away_is_shown_no_more_at_once_and_counted_no_more_after_the_worker(talk, go):
    go(talk)
    assert talk.post not in found("replyword", talk.visitor)
    assert search("replyword", talk.visitor).total == 0

    follow()

    assert dict(search("replyword", talk.visitor).counts.get("type", ())) == {}
    drift()


def test_what_is_shown_again_is_found_again(talk):
    hide(talk.thread, reason="Off", by=talk.steward)
    follow()
    restore(talk.thread, reason="On", by=talk.steward)
    follow()

    assert talk.post in found("replyword", talk.visitor)


def test_members_find_what_outsiders_do_not(talk):
    change_community(talk.community, by=talk.steward, access="closed")
    follow()

    assert talk.post in found("replyword", talk.steward)
    assert found("replyword", make_user()) == set()


def test_the_name_of_who_is_erased_finds_nothing(talk):
    erase(talk.answerer.person, by=None)
    follow()

    assert found("balthasar", talk.visitor) == set()
    assert talk.post in found("replyword", talk.visitor)
    drift()


def test_a_new_label_of_a_topic_reaches_all_that_is_said_about_it(talk):
    ConceptLabel.objects.create(concept=talk.topic, kind="alt", language="en", text="Spyglass", folded="spyglass")
    tell("concept_changed", talk.topic)
    follow()

    assert {talk.thread, talk.made, talk.report} <= found("spyglass", talk.visitor)
    assert found("spyglass", talk.visitor, filters={"type": ["post"]}) == {talk.post}
    drift()


def test_a_thread_is_shown_once_by_its_best_post_with_the_number_of_further_ones(talk, client):
    for text in ("Hoarfrost on the lenses", "More hoarfrost and hoarfrost"):
        reply(talk.thread, text=text, by=talk.asker)
    follow()

    results = search("hoarfrost", talk.visitor)
    (hit,) = results.hits
    page = client.get("/en/search/", {"q": "hoarfrost"}).content.decode()

    assert isinstance(hit.thing, Post)
    assert (results.total, hit.further) == (1, 1)
    assert "Borrowing lenses</a></h2>" in page
    assert "1 more post fits in this thread" in page


def test_posts_that_are_closed_count_in_no_thread(talk):
    hidden = reply(talk.thread, text="Hoarfrost, out of place", by=talk.asker)
    reply(talk.thread, text="Hoarfrost on the lenses", by=talk.answerer)
    follow()
    hide(hidden, by=talk.steward, reason="out of place")
    follow()

    (hit,) = search("hoarfrost", talk.visitor).hits
    assert hit.further == 0


def test_reports_go_with_their_entry(talk):
    tell("entry_deleted", talk.entry)
    talk.entry.delete()
    follow()

    assert not SearchEntry.objects.filter(kind="report").exists()
    drift()


def test_a_day_of_talk_leaves_no_drift(talk):
    edit_thread(talk.thread, title="Renamed", concepts=[], by=talk.asker)
    other = make_thread(talk.community, by=make_member(talk.community), title="Another")
    move_thread(other, make_community("Elsewhere", access="signed-in", steward=talk.steward), by=talk.steward)
    hidden_post(talk)
    restore(Post.objects.get(pk=talk.post.pk), reason="On", by=talk.steward)
    follow()

    kept = dict(SearchEntry.objects.values_list("key", "fingerprint"))
    drift()
    call_command("search_rebuild", stdout=StringIO())
    assert dict(SearchEntry.objects.values_list("key", "fingerprint")) == kept


def test_a_page_of_mixed_results_costs_the_same_with_more(client, talk, django_assert_max_num_queries):
    def cost():
        cache.clear()
        with django_assert_max_num_queries(60) as queries:
            client.get(reverse("search"), {"q": "telescopes"})
        return len(queries)

    cost()
    few = cost()
    for number in range(4):
        reply(
            Thread.objects.get(pk=talk.thread.pk),
            text=f"More {number}",
            by=make_member(talk.community),
            at=timezone.now(),
        )
    follow()

    assert cost() <= few


# ---------------------------------------------------------------- put first
def test_a_post_put_first_is_named_as_readers_find_it(client, people, talk):
    chosen = pin(key_of(talk.post), query="lens hire", by=people["librarian"])
    client.force_login(people["librarian"])
    (line,) = client.get(reverse("search_pins")).context["lines"]
    (hit,) = search("lens hire", people["visitor"]).pinned

    assert (line.pin, line.title, line.url, line.state) == (chosen, "Replyword 借阅室", hit.url, "holds")
