"""What one reader may do with a thread: asked of the policies, once a page."""

from functools import cached_property

from communities.policies import (
    check_accept,
    check_comment,
    check_delete_thread,
    check_distil,
    check_edit_thread,
    check_moderate,
    check_move_thread,
    check_post,
)
from communities.rules import TalkState
from knowledge.policies import allows


class Allowed:
    """For who has `thread` and `reader`."""

    def _may(self, check, *args):
        return self.reader.is_authenticated and allows(check, self.reader, *args)

    @cached_property
    def is_open(self):
        """Whether the thread itself stands to be read: not held, not hidden."""
        return self.thread.state == TalkState.VISIBLE

    @cached_property
    def may_post(self):
        return self.is_open and self._may(check_post, self.thread.community)

    @cached_property
    def may_comment(self):
        return self.is_open and self._may(check_comment, self.thread.community)

    @cached_property
    def may_distil(self):
        return self.is_open and self.thread.was_talked_about and self._may(check_distil, self.thread)

    @cached_property
    def may_accept(self):
        return self.is_open and self._may(check_accept, self.thread)

    @cached_property
    def may_moderate(self):
        return self._may(check_moderate, self.thread.community)

    @cached_property
    def may_move(self):
        return self._may(check_move_thread, self.thread)

    @cached_property
    def may_edit_thread(self):
        return self._may(check_edit_thread, self.thread)

    @cached_property
    def may_delete_thread(self):
        return self._may(check_delete_thread, self.thread)
