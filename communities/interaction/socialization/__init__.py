"""Socialization: people talk. Threads, posts, what readers do with them, and what is kept while somebody writes."""

from .drafts import draft_of, drop_draft, keep_draft
from .finding import similar, suggest_community
from .marks import accept, mark_helpful, read_up_to, stop_letters, unaccept, unmark_helpful, unwatch, watch
from .pictures import attach_image
from .posts import comment, delete_post, edit_post, reply
from .threads import ask, delete_thread, edit_thread, move_thread

__all__ = [
    "accept",
    "ask",
    "attach_image",
    "comment",
    "delete_post",
    "delete_thread",
    "draft_of",
    "drop_draft",
    "edit_post",
    "edit_thread",
    "keep_draft",
    "mark_helpful",
    "move_thread",
    "read_up_to",
    "reply",
    "similar",
    "stop_letters",
    "suggest_community",
    "unaccept",
    "unmark_helpful",
    "unwatch",
    "watch",
]
