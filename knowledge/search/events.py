"""That somebody searched, kept without the somebody: what for, narrowed how, how much there was, what was opened.

A page of results carries a random handle, signed and good for an hour. With it the page tells what was opened, and a
search that was typed on from it takes its place. Nothing else joins two searches: no cookie, address or session.
"""

import logging
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import DatabaseError, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from knowledge.models import ConceptLabel, SearchEvent, SearchMonth, SearchWord
from knowledge.search.analysis import fold, stem, words
from knowledge.search.backends import engine
from knowledge.search.backends.base import SearchRequest
from knowledge.search.query import STOP_WORDS, clean, parse
from knowledge.search.registry import KINDS
from knowledge.search.synonyms import named

HANDLE_HOLDS = 3600  # seconds
TYPED_WITHIN = timedelta(seconds=60)  # who goes on typing later has read what was found
LAST_PLACE = 5_000
MOST_AT_ONCE = 2_000  # events that are forgotten in one transaction
_ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor", re.IGNORECASE)
_RUN = re.compile(r"\w+")
log = logging.getLogger(__name__)


# ---------------------------------------------------------------- handles
def new_handle():
    """A handle for the page that is about to be shown, as it is signed."""
    return _signer().sign(secrets.token_hex(16))


def read_handle(signed):
    """The handle that we signed within the last hour; "" for anything else."""
    try:
        return _signer().unsign(signed or "", max_age=HANDLE_HOLDS)
    except BadSignature:
        return ""


def _signer():
    return TimestampSigner(salt="knowledge.search.events")


# ---------------------------------------------------------------- one search
def is_asked_by_a_reader(request):
    """Whether a page was asked for to be read: not its head only, not ahead of time, not by who says to be a robot."""
    purpose = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")).lower()
    is_ahead = "prefetch" in purpose or "preview" in purpose
    return request.method == "GET" and not is_ahead and not _ROBOTS.search(request.headers.get("User-Agent", ""))


def record(text, *, language, filters, count, concepts=None, handle="", after="", at=None):
    """Keep one search. It is no reason to fail: a page that was answered stays answered.

    `concepts` are the keys of those that it names, where they are known; `handle` is that of its page, `after` that of the
    page from which it was typed on; both signed. `at` is now unless it is said.
    """
    text = clean(text)[:300]
    told = {"query": text, "folded": fold(text)[:300], "language": language, "filters": filters, "count": count}
    try:
        with transaction.atomic():
            event = _typed_on(read_handle(after), told) or SearchEvent()
            for name, value in told.items():
                setattr(event, name, value)
            event.at, event.handle, event.is_common = at or timezone.now(), read_handle(handle) or None, is_common(text)
            concepts = named(parse(text)) if concepts is None else concepts
            event.nearest_id = None if concepts else nearest(text)
            event.save()
            event.concepts.set(concepts)
    except DatabaseError:
        log.exception("a search could not be recorded")


def _typed_on(handle, told):
    """The event that `told` takes the place of: asked a moment ago, nothing opened, and one begins with the other."""
    if not handle:
        return None
    recent = SearchEvent.objects.select_for_update().filter(
        handle=handle, at__gte=timezone.now() - TYPED_WITHIN, opened_kind="", filters=told["filters"]
    )
    before = recent.first()
    if before and (told["folded"].startswith(before.folded) or before.folded.startswith(told["folded"])):
        return before
    return None


def nearest(text):
    """The key of the concept whose labels and notes have most of `text`; None when none has any of it."""
    query = parse(text)
    request = SearchRequest(query.loosened() or query, frozenset(["public"]), kinds=("concept",), limit=1)
    keys = engine().search(request).keys if query.wanted else []
    return int(keys[0].rpartition(":")[2]) if keys else None


def is_common(text):
    """Whether `text` may be shown to librarians however seldom it was asked: a label, or words of public titles alone.

    What else is typed may be somebody's name or number.
    """
    folded = fold(text)
    if ConceptLabel.objects.filter(folded=folded[:500]).exists():
        return True
    runs = {run for run in _RUN.findall(folded) if stem(run) not in STOP_WORDS}
    if not runs or runs - set(words(text)):
        return False
    public = SearchWord.objects.filter(word__in=runs, audience__token_rows__token__in=["public"])
    return set(public.values_list("word", flat=True)) == runs


def opened(signed, kind, place):
    """Keep that a result was opened from the page with this handle: its kind, and its place in the list.

    The first one counts. What does not hold together is left without a word. Returns whether it was kept.
    """
    handle, place = read_handle(signed), _number(place)
    if not handle or kind not in KINDS or place is None:
        return False
    events = SearchEvent.objects.filter(handle=handle, opened_kind="")
    return bool(events.update(opened_kind=kind, opened_place=place))


def _number(text):
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= LAST_PLACE else None


# ---------------------------------------------------------------- forgetting
def forget_events():
    """Take handles away after a day, and words after SEARCH_EVENTS_DAYS, of which counts by month stay. Once a day.

    Returns how many events were forgotten.
    """
    now = timezone.now()
    SearchEvent.objects.filter(at__lt=now - timedelta(days=1), handle__isnull=False).update(handle=None)
    oldest, forgotten = now - timedelta(days=settings.SEARCH_EVENTS_DAYS), 0
    while number := _forget_some(oldest):
        forgotten += number
    return forgotten


@transaction.atomic
def _forget_some(oldest):
    old = SearchEvent.objects.select_for_update().filter(at__lt=oldest).order_by("pk")
    keys = list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])
    events = SearchEvent.objects.filter(pk__in=keys)
    for field in (None, "concepts"):
        _add_up(events.whole(), field)
    events.delete()
    return len(keys)


def _add_up(events, field):
    """Add `events` to the counts of their months: to those of all, or of each concept that `field` names."""
    events = events.filter(concepts__isnull=False) if field else events
    groups = ["month", "language", *([field] if field else [])]
    numbers = events.annotate(month=TruncMonth("at")).order_by().values(*groups).annotate(
        searches=Count("pk"),
        vain=Count("pk", filter=Q(count=0)),
        left=Count("pk", filter=Q(count__gt=0, opened_kind="")),
    )  # fmt: skip
    for row in numbers:
        month, _made = SearchMonth.objects.get_or_create(
            month=row["month"].date(), language=row["language"], concept_id=row[field] if field else None
        )
        SearchMonth.objects.filter(pk=month.pk).update(
            searches=F("searches") + row["searches"],
            in_vain=F("in_vain") + row["vain"],
            unopened=F("unopened") + row["left"],
        )
