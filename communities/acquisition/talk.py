"""What every import of talk reads, in one shape: a talk with its posts, each with the comments under it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b

from django.utils import timezone

from communities.rules import SourceFormat
from knowledge.acquisition.imports.runs import Report

LONGEST_KEY = 160  # characters of an origin
LONGEST_SOURCE = 60
EARLIEST = 1970  # nobody wrote in a forum before; years near 1 overflow when moved to UTC
BATCH = 800  # posts and comments a transaction: well under two seconds, so that nobody else waits long


@dataclass(slots=True)
class Author:
    """Somebody who wrote elsewhere: the key that stays the same from dump to dump, and the name shown there."""

    key: str
    name: str


@dataclass(slots=True)
class Said:
    """A post or a comment. `key` is its origin, `place` says where it stands in the file; `html` is there once rendered."""

    key: str
    place: str
    text: str
    at: datetime
    format: str = SourceFormat.HTML
    author: Author | None = None
    edited_at: datetime | None = None
    accepted_at: datetime | None = None
    score: int | None = None
    comments: list["Said"] = field(default_factory=list)
    html: str = ""


@dataclass(slots=True)
class Talk:
    """A thread with its posts in their order, the question first. `source` is what the keys of all of it begin with."""

    source: str
    key: str
    place: str
    title: str
    language: str
    posts: list[Said]
    tags: list[str] = field(default_factory=list)
    score: int | None = None

    @property
    def size(self):
        return sum(1 + len(post.comments) for post in self.posts)

    def everything(self):
        """Each post, and after it its comments."""
        for post in self.posts:
            yield post
            yield from post.comments


class TalkReport(Report):
    """What an import of talk did."""

    def __init__(self):
        super().__init__()
        names = ("threads", "posts", "comments", "known", "changed", "skipped", "undated", "unnamed", "plain", "faulty")
        self.counts = dict.fromkeys(names, 0)


def source_name(text):
    """`text` as the name of a source: one word of a key, so that no source begins like another with a colon."""
    return "-".join(text.replace(":", " ").split())[:LONGEST_SOURCE]


def origin(source, name):
    """The key of a thing of `source`: one that does not fit is told by a digest."""
    key = f"{source}:{name}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{source.partition(':')[0]}:{blake2b(key.encode(), digest_size=16).hexdigest()}"


def moment(value):
    """An ISO date or time as an aware one, UTC where no zone is said; None when there is none, or it cannot be."""
    try:
        found = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found.year >= EARLIEST and found <= timezone.now() else None


def batches(talks):
    """Talks in lists of about `BATCH` posts and comments. A longer talk comes in parts: the later ones go on with its thread."""
    batch, size = [], 0
    for talk in talks:
        for part in _parts(talk):
            batch.append(part)
            size += part.size
            if size >= BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _parts(talk):
    """`talk` itself, or, when it is longer than a batch, its posts in several."""
    if talk.size <= BATCH:
        yield talk
        return
    posts, size = [], 0
    for post in talk.posts:
        posts.append(post)
        size += 1 + len(post.comments)
        if size >= BATCH:
            yield replace(talk, posts=posts)
            posts, size = [], 0
    if posts:
        yield replace(talk, posts=posts)
