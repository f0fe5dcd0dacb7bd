"""One turn of the spiral by the functions that the pages call: talk, write up, publish, try."""

from datetime import timedelta

from django.utils import timezone

from communities.interaction.combination import combine
from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.interaction.socialization import ask, reply
from communities.models import Thread
from knowledge.models import Concept
from knowledge.organization.publishing import publish_entry
from knowledge.organization.review import approve, submit
from knowledge.outbox import work_off
from tests.factories import make_community, make_concept, make_member


def opened(by, name="Reading rooms", access="open"):
    return make_community(name, access=access, steward=by)


def closed(steward, *members):
    """A closed community of these people."""
    community = make_community("Night shift", access="closed", steward=steward)
    for user in members:
        make_member(community, user)
    return community


def talked(community, asker, answerer, title="Where is it quiet?"):
    """A thread in which two people spoke, who joined long ago: its two posts are on it as `first` and `second`."""
    for user in (asker, answerer):
        user.date_joined = timezone.now() - timedelta(days=30)
        user.save(update_fields=["date_joined"])
    thread = ask(community, title=title, text="I look for a quiet place.", language="en", by=asker)
    second = reply(thread, text="Under the stairs, before ten.", by=answerer)
    thread = Thread.objects.select_related("community").get(pk=thread.pk)
    thread.first, thread.second = thread.posts.get(number=1), second
    return thread


def written_up(thread, by, posts=None, title="Quiet before ten", **fields):
    posts = [thread.second] if posts is None else posts
    return distil(thread, posts=posts, title=title, text="It is **quiet** before ten.", by=by, **fields)


def combined(distillations, by, **fields):
    fields = fields if "entry" in fields else {"concepts": [a_subject()], **fields}
    return combine(distillations, by=by, **fields)


def published(distillations, by, approver, **fields):
    """The entry that was made of them, submitted by one librarian and approved by another one."""
    entry = combined(distillations, by, **fields).entry
    submit(entry, by=by)
    entry = approve(entry, by=approver)
    work_off()
    return entry


def published_again(entry, by):
    entry = publish_entry(entry, by=by)
    work_off()
    return entry


def tried(entry, by, **fields):
    said = {"tried": "I came at nine.", "happened": "Nobody was there.", "useful": "yes", "language": "en"}
    return practise(entry, by=by, **said | fields)


def a_subject():
    return Concept.objects.filter(uri="https://example.org/concepts/silence").first() or make_concept("silence", "安静")


def as_it_stands(thread):
    return Thread.objects.get(pk=thread.pk)
