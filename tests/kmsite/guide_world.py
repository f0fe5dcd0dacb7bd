"""A small library in which every task of the guides can be done: who does it, and what the addresses stand for."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from communities.interaction.externalization import distil
from communities.interaction.membership import let_in
from communities.interaction.socialization import accept, ask, reply, watch
from communities.models import Post
from communities.moderation import flag, hide
from communities.rules import TalkState
from knowledge.acquisition.telling import take_in
from knowledge.application.saved import save_search
from knowledge.models import Entry
from knowledge.organization.editing import create_entry
from knowledge.organization.publishing import publish_entry
from knowledge.organization.review import submit
from knowledge.outbox import key_of, work_off
from knowledge.rules import Visibility
from knowledge.search import events, indexing
from knowledge.search.pins import pin
from tests.factories import make_community, make_concept, make_user


def begin(community, by, title, **fields):
    said = {"title": title, "text": "I look for a quiet place 安静.", "language": "en", **fields}
    return ask(community, by=by, at=timezone.now(), **said)


def answer(thread, by, text="Under the stairs, before ten."):
    return reply(thread, text=text, by=by, at=timezone.now())


def entry_of(people, title, topic, language):
    said = {"language": language, "markdown": "It is **quiet** 安静 before ten.", "concepts": [topic]}
    return create_entry(title=title, visibility=Visibility.PUBLIC, by=people["librarian"], **said)


def talk_in(people, place, topic):
    """An open community with what a patron and a steward find there."""
    librarian, patron, other = people["librarian"], people["patron"], people["other"]
    rooms = make_community("Reading rooms", steward=librarian)
    make_community("Old photographs", steward=people["second_librarian"])
    thread = begin(rooms, patron, "Where is it quiet?", concepts=[topic])
    accepted, own = answer(thread, other), answer(thread, patron, "Thank you, I shall try it.")
    answer(thread, other, "Tell us how it went.")
    accept(accepted, by=patron)
    another = begin(rooms, other, "Where can I scan a map?", concepts=[make_concept("Scanning", "扫描")])
    held, hidden = answer(another, other, "Look at this."), answer(another, other, "Buy my lamps.")
    Post.objects.filter(pk=held.pk).update(state=TalkState.HELD)
    hide(hidden, reason="An advertisement.", by=librarian)
    flag(accepted, reason="private", by=patron)
    words = distil(thread, posts=[accepted, own], title="Quiet before ten", text="Come early.", by=other)
    place |= {"COMMUNITY": rooms.slug, "SECOND": "old-photographs", "THREAD": thread.pk, "ANOTHER": another.pk}
    place |= {"POST": own.pk, "OTHER": accepted.pk, "HIDDEN": hidden.pk, "WRITEUP": words.pk}
    place["LETTER"] = watch(thread, by=patron).token


def talk_inside(people, place):
    """A closed community with something that was written up in it."""
    closed = make_community("Night shift", access="closed", steward=people["librarian"])
    let_in(closed, people["other"])
    thread = begin(closed, people["other"], "Who locks up?")
    second = answer(thread, people["librarian"])
    inside = distil(thread, posts=[second], title="Who locks up", text="The last one.", by=people["other"])
    place |= {"CLOSED": closed.slug, "INSIDE": inside.pk}


def knowledge_of(people, place, topic, language):
    """What stands in the inbox, waits in the editor and is published."""
    entry = publish_entry(entry_of(people, "Quiet places", topic, language), by=people["second_librarian"])
    draft, waiting = (
        entry_of(people, "Loud places", topic, language),
        entry_of(people, "Places to eat", topic, language),
    )
    submit(waiting, by=people["librarian"])
    capture = take_in("The quiet rooms are not quiet on Wednesdays.", by=people["patron"])
    place |= {"ENTRY": entry.pk, "DRAFT": draft.pk, "SUBMITTED": waiting.pk}
    place |= {"CAPTURE": capture.pk, "SECRET": capture.token}


SEARCHED = {
    "en": {"quiet": 3, "hush": 0, "silence": 3},
    "zh-hans": {"安静": 3, "静音": 0},
}  # words -> how much was found


def searches_in(people, place, language):
    """What readers looked for on three days each, once for somebody's name; and what librarians put first."""
    for days in (1, 8, 15):
        for words, count in SEARCHED[language].items():
            at = timezone.now() - timedelta(days=days)
            events.record(words, language=language, filters={}, count=count, at=at)
    events.record("Hannigan 1947", language=language, filters={}, count=0)
    first, *_others = SEARCHED[language]
    pin(key_of(Entry.objects.get(pk=place["ENTRY"])), query=first, by=people["librarian"])
    place["KEPT"] = save_search("Quiet", "quiet", by=people["patron"]).pk


def library_for_the_guides(people, language):
    """The world of a guide in `language`: `people` by role, `place` (word of an address -> key)."""
    people["other"] = make_user(name="Yusuf", email="yusuf@example.org")
    people["other"].person.on_maps = "yes"
    people["other"].person.save()
    people |= {"steward": people["librarian"], "another librarian": people["second_librarian"]}
    topic = make_concept("Silence", "安静")
    place = {"TOPIC": topic.pk, "PERSON": people["other"].person.pk}
    knowledge_of(people, place, topic, language)
    talk_in(people, place, topic)
    talk_inside(people, place)
    work_off()
    indexing.index([key_of(topic)])
    searches_in(people, place, language)
    return SimpleNamespace(people=people, place=place)
