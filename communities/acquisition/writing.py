"""Talks into threads, posts and comments, many at a time, with one row in the outbox for search and maps.

A thread goes in with its counts and its stage; one that is here already gets what it lacks, behind what it has.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from communities.interaction.events import restand
from communities.interaction.meetings import meeting, record_meetings, stand_met
from communities.models import Community, Post, Thread, ThreadConcept
from communities.rules import PostKind, TalkState
from knowledge.models import ImportRun, Person
from knowledge.outbox import key_of, tell

LONGEST_TITLE = 200
MOVED_ON = ("last_post_at", "last_number", "post_count", "comment_count", "is_answered")


@dataclass
class Written:
    """What a batch wrote: `threads` are new, `continued` were here."""

    threads: list = field(default_factory=list)
    continued: list = field(default_factory=list)
    posts: list = field(default_factory=list)
    comments: list = field(default_factory=list)
    concepts: list = field(default_factory=list)
    meetings: list = field(default_factory=list)

    @property
    def keys(self):
        """Of all whose documents and nodes are to be made anew: threads and posts, and posts that got comments."""
        commented = (comment.reply_to for comment in self.comments)
        return list(dict.fromkeys(map(key_of, (*self.threads, *self.continued, *self.posts, *commented))))


class Here:
    """What of some talks is in the library already: threads and posts by their origin."""

    def __init__(self, talks, *, lock=False):
        threads = Thread.objects.select_for_update() if lock else Thread.objects.all()
        keys = {talk.key for talk in talks}
        self.threads = {thread.origin: thread for thread in threads.filter(origin__in=keys)}
        said = [said.key for talk in talks for said in talk.everything()]
        self.posts = {post.origin: post for post in Post.objects.filter(origin__in=said).defer("html")}

    def lacks(self, talk):
        """Whether something of `talk` is to be written. A thread that somebody deleted or hid stays as it is."""
        thread = self.threads.get(talk.key)
        if thread is None:
            return True
        missing = any(said.key not in self.posts for said in talk.everything())
        return missing and thread.state == TalkState.VISIBLE


@transaction.atomic
def write_batch(talks, *, run, community, concepts):
    """Write rendered `talks` into `community`; return `Written`. `concepts`: dict tag -> Concept."""
    _one_at_a_time(run)
    here = Here(talks, lock=True)
    talks = [talk for talk in talks if here.lacks(talk)]
    persons = _persons(talks, here)
    made = Written()
    for talk in talks:
        _take_in(talk, here, persons, concepts, community, made)
    _save(made)
    _settle(made)
    Community.objects.filter(pk=community.pk).update(thread_count=F("thread_count") + len(made.threads))
    if made.keys:
        tell("talk_imported", run, keys=made.keys)
    return made


def _one_at_a_time(run):
    """Let imports of one kind wait for each other: their oldest run is the lock, which nobody who talks here ever takes."""
    ImportRun.objects.select_for_update().filter(kind=run.kind).order_by("pk").first()


def _take_in(talk, here, persons, concepts, community, made):
    """Make in memory what is lacking of `talk`: its thread, or only what came to it since."""
    thread = here.threads.get(talk.key)
    if thread is None:
        thread = here.threads[talk.key] = _thread(talk, persons, community)
        made.threads.append(thread)
        chosen = dict.fromkeys(concepts[tag] for tag in talk.tags if tag in concepts)
        made.concepts += [ThreadConcept(thread=thread, concept=concept) for concept in chosen]
    else:
        made.continued.append(thread)
    fresh = []
    for said in talk.posts:
        post = here.posts.get(said.key)
        if post is None:
            post = here.posts[said.key] = _post(said, thread, persons)
            fresh.append(post)
        if post.thread_id == thread.pk:  # else the source moved it to another thread since
            made.comments += _comments(said, post, thread, here, persons)
    made.posts += fresh
    if thread.socialized_at is None and (met := _meeting(thread, fresh)):
        made.meetings.append(met)


def _thread(talk, persons, community):
    first = talk.posts[0]
    return Thread(
        community=community,
        title=talk.title[:LONGEST_TITLE],
        language=talk.language,
        author_id=persons.get(first.author and first.author.key),
        created_at=first.at,
        last_post_at=first.at,
        stage_since=first.at,
        score=talk.score,
        origin=talk.key,
    )


def _post(said, thread, persons):
    """The next post of `thread`, which counts it."""
    thread.last_number += 1
    thread.post_count += 1
    thread.last_post_at = max(thread.last_post_at, said.at)
    thread.is_answered = thread.is_answered or said.accepted_at is not None
    return Post(
        kind=PostKind.POST, number=thread.last_number, accepted_at=said.accepted_at, **_written(said, thread, persons)
    )


def _comments(said, post, thread, here, persons):
    """The comments under `post` that are lacking; `thread` counts them."""
    fresh = [below for below in said.comments if below.key not in here.posts]
    thread.comment_count += len(fresh)
    return [Post(kind=PostKind.COMMENT, reply_to=post, **_written(below, thread, persons)) for below in fresh]


def _written(said, thread, persons):
    return {
        "thread": thread,
        "author_id": persons.get(said.author and said.author.key),
        "language": thread.language,
        "source": said.text,
        "format": said.format,
        "html": said.html,
        "created_at": said.at,
        "edited_at": said.edited_at,
        "score": said.score,
        "origin": said.key,
    }


def _meeting(thread, fresh):
    """Where two people meet by the posts that come in; of those that are here, only one person's can be among them."""
    earlier = []
    if fresh and fresh[0].number > 1:
        spoken = Post.objects.posts().filter(thread=thread, state=TalkState.VISIBLE).exclude(author=None)
        earlier = list(spoken.order_by("number")[:1])
    return meeting(thread, [*earlier, *fresh])


def _save(made):
    """New threads go in where their first meeting puts them, so that no row is written twice."""
    new = {thread.origin for thread in made.threads}
    stand_met([one for one in made.meetings if one.thread.origin in new])
    Thread.objects.bulk_create(made.threads)
    if made.continued:
        Thread.objects.bulk_update(made.continued, MOVED_ON)
    Post.objects.bulk_create(made.posts)
    Post.objects.bulk_create(made.comments)
    ThreadConcept.objects.bulk_create(made.concepts)


def _settle(made):
    """Append the Socializations; a thread that was here may have been through more, and is weighed anew."""
    record_meetings(made.meetings)
    for one in made.meetings:
        if one.thread in made.continued:
            restand(one.thread)


def _persons(talks, here):
    """The authors as people without an account, made where they are new: key -> primary key."""
    said = [one for talk in talks for one in talk.everything() if one.key not in here.posts and one.author]
    names = {one.author.key: one.author.name for one in said}
    known = dict(Person.objects.filter(origin__in=names).values_list("origin", "pk"))
    fresh = [Person(name=name[:120], is_pseudonym=True, origin=key) for key, name in names.items() if key not in known]
    return known | {person.origin: person.pk for person in Person.objects.bulk_create(fresh)}
