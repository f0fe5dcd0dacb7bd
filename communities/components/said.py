"""A post on the page of a thread, with what stands around it."""

from dataclasses import dataclass, field

from communities.models import Post
from communities.rules import TalkState


@dataclass
class Said:
    """A post on the page with what stands around it."""

    post: Post
    author: object  # a Speaker
    comments: list = field(default_factory=list)
    is_chosen: bool = False
    is_written_up: bool = False
    is_steward: bool = False
    is_helpful: bool = False  # the reader said so
    is_own: bool = False
    may_edit: bool = False
    may_delete: bool = False
    may_flag: bool = False
    begins: bool = False  # a stretch of talk, which the list of posts names by its date

    @property
    def is_asker(self):
        thread = self.post.thread
        return bool(self.post.number != 1 and self.post.author_id and self.post.author_id == thread.author_id)

    @property
    def is_waiting(self):
        return self.post.state == TalkState.HELD

    @property
    def is_hidden(self):
        return self.post.state == TalkState.HIDDEN
