"""How long something takes in the worst case, told apart from what else the machine does meanwhile."""

import time

TRIES = 3
SLOW = 6  # seconds of a text that somebody may send; a quiet machine takes less than 1.5


def is_slow(act, *args, limit=SLOW):
    """Whether `act(*args)` takes its own thread more than `limit` seconds of processor every time.

    A full garbage collection or a busy neighbour meets one try; an algorithm that goes back over its steps meets all.
    """
    return all(_seconds(act, args) > limit for _ in range(TRIES))


def _seconds(act, args):
    start = time.thread_time()
    act(*args)
    return time.thread_time() - start
