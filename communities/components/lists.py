"""Threads in a list, and what is new in each to the reader. Constant queries for any number of rows."""

from dataclasses import dataclass

from communities.models import ReadMark, Thread


@dataclass(frozen=True)
class ThreadRow:
    """One line of a list; `unread` counts the posts since the reader was last there, 0 where no mark is kept."""

    thread: Thread
    unread: int = 0


def rows(threads, reader):
    """`threads` (with their community at hand) as lines for `reader`."""
    threads = list(threads)
    unread = unread_in(threads, reader)
    return [ThreadRow(one, unread.get(one.pk, 0)) for one in threads]


def unread_in(threads, reader):
    """How many posts are new to the reader in each of `threads` that a mark is kept of: key -> number."""
    if not reader.is_authenticated:
        return {}
    behind = ReadMark.objects.behind().filter(user=reader, thread__in=[thread.pk for thread in threads])
    return dict(behind.values_list("thread", "new"))
