"""Elasticsearch kept like the database's index, which is always right and answers whenever the mirror is not.

Every document carries the `serial` of the write that made it. What is written is sent once it is committed, in the
process that wrote it; what could not be sent is `waiting`, or `SearchGone`, until the worker's `keep_up` has sent it. A
lost, half-built or outdated index is built anew beside the one that is read, with all that is written meanwhile, and
readers are led to it in one step.
"""

import logging
import time
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from knowledge.models import SearchEntry, SearchGone, SearchIndexState
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import Unavailable, is_configured
from knowledge.search.registry import documents

log = logging.getLogger(__name__)

BATCH = 500
MOST_AT_ONCE = 50  # documents that are sent without a worker
LEASE = timedelta(seconds=60)  # for which one worker has the mirror to itself
COUNTED_EVERY = 10  # seconds between two looks at how many documents both have


def is_ready():
    """Whether Elasticsearch has all that the database has, up to what is on its way."""
    state = SearchIndexState.objects.filter(pk=1).only("mirror", "is_behind").first()
    return bool(state and state.mirror and not state.is_behind)


# ---------------------------------------------------------------- what is written
def follow(docs, gone, serial):
    """Send these documents, and that these keys are gone, when the transaction has ended; within the lock of the
    index."""
    if not is_configured() or not (docs or gone):
        return
    rows = [SearchGone(key=key, serial=serial) for key in gone]
    SearchGone.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["serial"])
    transaction.on_commit(partial(_send_at_once, docs, gone, serial))


def _send_at_once(docs, gone, serial):
    state = _state()
    if state.is_behind or not state.targets or len(docs) + len(gone) > MOST_AT_ONCE:
        return
    serials = [(doc, serial) for doc in docs], [(key, serial) for key in gone]
    try:
        indices.send(state.targets, *serials, patient=False)
    except Unavailable as error:
        log.warning("Elasticsearch is away; what is written waits for it: %s", error)
        _note(is_behind=True)
        return
    SearchEntry.objects.filter(key__in=[doc.key for doc in docs], serial=serial).update(waiting=False)
    SearchGone.objects.filter(key__in=gone, serial=serial).delete()


# ---------------------------------------------------------------- what the worker does
def keep_up():
    """Do a share of what keeps the mirror right, unless another worker does; return how many documents it took.

    Raises `Unavailable` when the cluster cannot be reached; then the database answers until it was.
    """
    if not is_configured():
        return _forget()
    if not _leased():
        return 0
    try:
        indices.greet()
        return _work()
    except Unavailable:
        _note(is_behind=True)
        raise
    finally:
        _note(leased_until=None)


def make_anew():
    """Begin a new index beside the one that is read, and return its name; `keep_up` fills it and leads readers to it.

    Returns "" while a worker has the mirror to itself: it might drop the new index as it leads readers to its own.
    """
    if not _leased():
        return ""
    try:
        return _begin()
    finally:
        _note(leased_until=None)


def _begin():
    name = indices.make()
    _note(mirror_building=name, mirror_after=0)
    return name


def is_building(name):
    return SearchIndexState.objects.filter(pk=1, mirror_building=name).exists()


def _work():
    state = _state()
    if state.mirror and not indices.is_read(state.mirror):  # lost, or of another version
        _note(mirror="")
    if state.mirror_building and not indices.exists(state.mirror_building):
        _note(mirror_building="")
    state.refresh_from_db()
    if not state.targets:
        _begin()
        state.refresh_from_db()
    done = _build(state) if state.mirror_building else 0
    return done or _catch_up(state) or _finish(state)


def _finish(state):
    """Nothing is left to be sent: let readers have it, or see whether it is really all there."""
    if state.mirror_building:
        return _lead_readers_over(state.mirror_building)
    if state.is_behind:
        indices.refresh(state.mirror)
        _note(is_behind=False)
    return _mend(state) if _watch.finds_a_difference(state.mirror) else 0


def _build(state):
    """The next documents into the index that is built; none when all have been there."""
    entries = list(SearchEntry.objects.filter(pk__gt=state.mirror_after).order_by("pk")[:BATCH])
    if entries:
        _send(entries, [state.mirror_building])
        _note_building(state.mirror_building, mirror_after=entries[-1].pk, leased_until=timezone.now() + LEASE)
    return len(entries)


def _catch_up(state):
    """Send what waits."""
    gone = list(SearchGone.objects.order_by("pk")[:BATCH])
    indices.send(state.targets, gone=[(one.key, one.serial) for one in gone])
    for one in gone:
        SearchGone.objects.filter(pk=one.pk, serial=one.serial).delete()
    entries = list(SearchEntry.objects.filter(waiting=True).order_by("pk")[:BATCH])
    if entries:
        _send(entries, state.targets)
        _settle(entries)
    return len(gone) + len(entries)


def _send(entries, names):
    """The documents of these entries as they are now; what is no more is dropped."""
    serials = {entry.key: entry.serial for entry in entries}
    docs = documents(serials)
    gone = set(serials) - {doc.key for doc in docs}
    indices.send(names, [(doc, serials[doc.key]) for doc in docs], [(key, serials[key]) for key in gone])


def _settle(entries):
    """They wait no longer, unless they were written again: a later write has a serial above all that there were."""
    last = max(entry.serial for entry in entries)
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in entries], serial__lte=last).update(waiting=False)


def _lead_readers_over(name):
    if is_building(name):  # and was not given up for another one
        indices.swap(name)
        _note_building(name, mirror=name, mirror_building="", mirror_after=0, is_behind=False)
    return 1


# ---------------------------------------------------------------- comparing
class Watch:
    """Sees that documents are missing of which nobody told, because somebody emptied the index or brought back an old one.

    A difference has to be there at two looks, for things are written between the two counts; and one that mending did not help is
    not mended again.
    """

    def __init__(self):
        self.next, self.was_off, self.accepted = 0.0, False, 0

    def finds_a_difference(self, name):
        if time.monotonic() < self.next:
            return False
        self.next = time.monotonic() + COUNTED_EVERY
        missing = SearchEntry.objects.count() - indices.count(name)
        self.accepted = self.accepted if missing else 0
        was_off, self.was_off = self.was_off, missing != self.accepted
        if was_off and self.was_off:
            self.accepted = missing
            return True
        return False


_watch = Watch()  # of this worker


def _mend(state):
    """Let the database answer until all that differs was sent again; return how much that is."""
    outdated, strays = _differences(state.mirror)
    _note(is_behind=bool(outdated or strays))
    log.warning("%s documents in Elasticsearch differ; they are sent again", len(outdated) + len(strays))
    indices.send([state.mirror], gone=list(strays.items()))
    for start in range(0, len(outdated), BATCH):
        _write_again(outdated[start : start + BATCH])
    return len(outdated) + len(strays)


@transaction.atomic
def _write_again(keys):
    """Let them wait under a new serial, which overrules whatever stands in their place, even that they were dropped."""
    serial = SearchIndexState.objects.select_for_update().get(pk=1).next_serial()
    SearchEntry.objects.filter(key__in=keys).update(serial=serial, waiting=True)


def _differences(name):
    """(keys of documents that are missing or of another state, {key: serial} of those that should not be there)."""
    indices.refresh(name)
    held, outdated = dict(indices.serials(name)), []
    for key, serial, waiting in SearchEntry.objects.values_list("key", "serial", "waiting").iterator():
        if held.pop(key, None) != serial and not waiting:
            outdated.append(key)
    return outdated, held


def drift():
    """Yield (key, what is wrong) where Elasticsearch differs from the database's index; nothing where there is none."""
    state = _state()
    if not is_configured():
        return
    if not state.mirror:
        yield "", "not in Elasticsearch yet"
        return
    outdated, strays = _differences(state.mirror)
    yield from ((key, "outdated in Elasticsearch") for key in outdated)
    yield from ((key, "should be gone from Elasticsearch") for key in strays)


# ---------------------------------------------------------------- the state
def _state():
    state, _is_new = SearchIndexState.objects.get_or_create(pk=1)
    return state


def _note(**values):
    SearchIndexState.objects.filter(pk=1).update(**values)


def _note_building(name, **values):
    """Note it of this index, unless another one is built instead by now."""
    SearchIndexState.objects.filter(pk=1, mirror_building=name).update(**values)


def _leased():
    """Whether this worker has the mirror to itself for a while."""
    now = timezone.now()
    _state()
    free = SearchIndexState.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=1)
    return bool(free.update(leased_until=now + LEASE))


def _forget():
    """Without a cluster nothing is sent, so an index that is still there would be wrong when it comes back."""
    if SearchIndexState.objects.filter(pk=1).exclude(mirror="", mirror_building="").exists():
        _note(mirror="", mirror_building="", mirror_after=0)
        SearchGone.objects.all().delete()
    return 0
