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
    marks = read_marks(threads, reader)
    return [ThreadRow(one, max(0, one.last_number - marks.get(one.pk, one.last_number))) for one in threads]


def read_marks(threads, reader):
    """How far the reader has read each of `threads` that a mark is kept of: key -> number."""
    if not reader.is_authenticated:
        return {}
    marks = ReadMark.objects.filter(user=reader, thread__in=[thread.pk for thread in threads])
    return dict(marks.values_list("thread", "number"))
