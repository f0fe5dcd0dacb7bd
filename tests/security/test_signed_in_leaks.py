"""Check 2 on what is half open: talk for signed-in people, what is held or hidden, and reports on entries that are not out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.interaction.internalization import practise
from communities.interaction.socialization import ask, comment, reply
from communities.models import Post
from communities.moderation import hide
from communities.rules import TalkState
from knowledge.models import Entry
from knowledge.outbox import tell
from tests.factories import make_entry, make_member, make_user
from tests.security.talk_world import FORMATS, WORD, bare, follow, of_closed
from tests.security.test_talk_leaks import asked_back, signed_in, told, world

__all__ = ["world"]  # a fixture
pytestmark = pytest.mark.django_db
OTHERS = ("visitor", "patron", "librarian", "administrator")  # neither who wrote it nor a steward there


def changed(before, after):
    """The addresses at which more or less was answered, or a word of what is not to be known."""
    assert not [address for address in after if after[address][1].status_code >= 500]
    other = [address for address in before if before[address][0] != after[address][0]]
    return other + [address for address in after if WORD.search(asked_back(address, after[address][0]))]


def around(node):
    """Maps around a thing, as pages and as files, and the page of what it was asked about."""
    for view in ("graph", "table", "text"):
        yield f"{reverse('maps')}?node={node}&view={view}"
    for one in FORMATS:
        yield f"{reverse('map_export', args=[one])}?node={node}"
    yield f"{reverse('map_path')}?from={node}&to={node}"


def begin(world, by, **said):
    """A thread in the open community, of canary words."""
    return ask(
        world.community, title="Canarytitle study", text="Canarypost study", language="en", by=by,
        concepts=[world.topic], at=timezone.now(), **said,
    )  # fmt: skip


# ---------------------------------------------------------------- for signed-in people
def test_a_visitor_finds_every_page_the_same_with_and_without_talk_for_signed_in_people(world):
    client = signed_in(world, "visitor")
    before = told(client, bare(world))

    world.shut_away("signed-in")

    assert changed(before, told(client, bare(world))) == []


def test_a_visitor_asking_about_talk_for_signed_in_people_is_told_no_word_of_it(world):
    world.shut_away("signed-in")

    assert changed({}, told(signed_in(world, "visitor"), of_closed(world.room))) == []


def test_who_is_signed_in_reads_it(world):
    world.shut_away("signed-in")

    assert "Canarytitle" in told(signed_in(world, "patron"), [reverse("threads")])[reverse("threads")][0]


# ---------------------------------------------------------------- held and hidden
@pytest.mark.parametrize(
    ("role", "state"),
    [("visitor", "hidden"), ("patron", "held"), ("librarian", "held"), ("administrator", "hidden")],
)
def test_pages_are_the_same_with_and_without_a_thread_that_is_not_shown(world, role, state):
    client, writer = signed_in(world, role), make_member(world.community, name="Newcomer")
    before = told(client, bare(world))

    thread = put_away(world, writer, state)

    assert changed(before, told(client, bare(world))) == []
    assert changed({}, told(client, [thread.get_absolute_url(), *around(f"thread:{thread.pk}")])) == []


def put_away(world, writer, state):
    """A thread by `writer` that waits, or that a steward hid after all the others had followed it."""
    if state == TalkState.HELD:
        thread = ask(
            world.community, title="Canarytitle study", text="Canarypost https://example.com/", language="en",
            by=writer, concepts=[world.topic],
        )  # fmt: skip
    else:
        thread = begin(world, writer)
        follow()
        hide(thread, reason="Canaryreason", by=world.community.steward)
    follow()
    thread.refresh_from_db()
    assert thread.state == state
    return thread


@pytest.mark.parametrize("role", OTHERS)
def test_a_held_or_hidden_post_is_told_with_no_word(world, role):
    writer = make_user(name="Newcomer")
    held = reply(world.thread, text="Canaryheld https://example.com/", by=writer)
    hidden = reply(world.thread, text="Canaryhidden study", by=world.insiders[0], at=timezone.now())
    remark = comment(world.post, text="Canaryremark study", by=world.insiders[1], at=timezone.now())
    follow()
    for post in (hidden, remark):
        hide(post, reason="Canaryreason", by=world.community.steward)
    follow()
    assert held.state == TalkState.HELD
    one = [
        reverse(name, args=[post.pk])
        for post in Post.objects.filter(pk__in=[held.pk, hidden.pk, remark.pk])
        for name in ("post_edit", "post_history", "post_comment", "post_flag", "post_moderate")
    ]
    asked = [f"{reverse('thread', args=[world.community.slug, world.thread.pk])}?quote={n}" for n in (3, 4)]
    words = [f"{reverse('search')}?q={word}" for word in ("canaryheld", "canaryhidden", "canar")]

    assert changed({}, told(signed_in(world, role), [*bare(world), *one, *asked, *words])) == []


def test_nobody_but_the_steward_gets_a_letter_about_what_is_held(world, mailoutbox):
    mailoutbox.clear()
    reply(world.thread, text="Canaryheld https://example.com/ for @Asker", by=make_user(name="Newcomer"))
    follow()

    assert [mail.to for mail in mailoutbox] == [[world.community.steward.email]]
    assert not WORD.search(mailoutbox[0].subject + mailoutbox[0].body)


# ---------------------------------------------------------------- reports on an entry that is not out
@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_pages_are_the_same_with_and_without_reports_on_an_entry_that_was_taken_back(world, role):
    client, writer = signed_in(world, role), make_user(name="Reporter")
    before = told(client, bare(world))

    entry, report = taken_back(world, writer)

    assert changed(before, told(client, bare(world))) == []
    asked = [report.get_absolute_url(), f"{reverse('practice_list')}?entry={entry.pk}"]
    asked += [*around(f"entry:{entry.pk}"), *around(f"report:{report.pk}")]
    assert changed({}, told(client, asked)) == []


def taken_back(world, writer):
    """An entry that was out, practised, and is out no more; and the report."""
    entry = make_entry("Canaryentry study", concepts=[world.topic], body=[])
    tell("published", entry)
    said = {"tried": "Canarytried study.", "happened": "Canaryhappened.", "useful": "yes", "language": "en"}
    report = practise(entry, by=writer, at=timezone.now(), **said)
    follow()
    Entry.objects.get(pk=entry.pk).unpublish()
    follow()
    return entry, report
