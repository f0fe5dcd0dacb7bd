"""One turn of the spiral by the functions that the pages call: talk, write up, publish, try."""

from communities.interaction.combination import combine
from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.interaction.membership import open_community
from communities.interaction.socialization import ask, reply
from communities.models import Thread
from knowledge.models import Concept
from knowledge.organization.publishing import publish_entry
from knowledge.organization.review import approve, submit
from knowledge.outbox import work_off
from tests.factories import make_concept


def opened(by, name="Reading rooms", access="open", **fields):
    return open_community(
        name_en=name, name_zh="", purpose_en="Rooms and quiet.", purpose_zh="", access=access, by=by, **fields
    )


def talked(community, asker, answerer, title="Where is it quiet?"):
    """A thread in which two people spoke: its two posts are on it as `first` and `second`."""
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
