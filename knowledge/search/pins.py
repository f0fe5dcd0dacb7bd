"""What librarians put before the results of a query, or of every query that names a concept.

A pin names a thing by its key and opens nothing: who may not see the thing sees no pin.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.audit import ACTIONS, record
from knowledge.models import Concept, SearchPin
from knowledge.outbox import tell
from knowledge.policies import check_curate
from knowledge.search.analysis import fold
from knowledge.search.query import clean
from knowledge.search.registry import things

MOST = 5  # of one query or concept, and shown at once
_KEY = re.compile(r"[a-z_]+\.[a-z]+:[0-9]{1,18}")
ACTIONS.update(
    {
        "search-pin-added": gettext_lazy("Result put first"),
        "search-pin-changed": gettext_lazy("Result put first, changed"),
        "search-pin-dropped": gettext_lazy("Result no longer put first"),
    }
)


def pinned(query, concepts):
    """The keys of what stands before the results of `query` (a `Query`), in their order; a list of MOST at most.

    `concepts` are the keys of those that the query names. What was chosen for the very words comes first.
    """
    ranks = {None: -1} | {concept: rank for rank, concept in enumerate(concepts)}
    words = Q(folded=fold(query.text)[:300], concept=None)
    pins = SearchPin.objects.holding().filter(words | Q(concept__in=concepts))
    chosen = sorted((ranks[pin.concept_id], pin.order, pin.pk, pin.key) for pin in pins)
    return list(dict.fromkeys(key for *_rank, key in chosen))[:MOST]


# ---------------------------------------------------------------- choosing
@transaction.atomic
def pin(key, *, by, query="", concept=None, until=None):
    """Put the thing `key` first where `query` is asked, or where `concept` is named; return the pin.

    The same once more changes its last day. Raises: `PermissionDenied`; `ValidationError` with what to do.
    """
    check_curate(by)
    query = "" if concept else clean(query)[:300]
    folded = fold(query)[:300]
    if not concept and not folded:
        raise ValidationError(_("Say for which words it is put first."), code="words")
    _check_until(until)
    if concept:
        Concept.objects.select_for_update().get(pk=concept.pk)
    beside = _beside(folded, concept)
    if not _KEY.fullmatch(key) or key not in things([key], by):
        raise ValidationError(_("What was chosen is not there any more. Choose again."), code="gone")
    known = next((pin for pin in beside if pin.key == key), None)
    if known is None and len(beside) >= MOST:
        text = _("%(number)d results stand first there already. Take one away before you add another.")
        raise ValidationError(text % {"number": MOST}, code="many")
    before = facts(known) if known else {}
    pin, _made = SearchPin.objects.get_or_create(  # two librarians, one button
        folded=folded,
        concept=concept,
        key=key,
        defaults={"query": query, "order": _next(beside), "by": by, "until": until},
    )
    SearchPin.objects.filter(pk=pin.pk).update(until=until)
    pin.until = until
    record("search-pin-changed" if known else "search-pin-added", pin, by=by, before=before, after=facts(pin))
    tell("search_pinned", pin)
    return pin


def _beside(folded, concept):
    """The pins of one query or concept in their order, locked; the usual order joins concepts, which cannot be locked."""
    return SearchPin.objects.order_by("order", "pk").select_for_update().filter(folded=folded, concept=concept)


def _check_until(until):
    if until and until < timezone.localdate():
        raise ValidationError(_("The last day has passed. Choose a later one, or none."), code="past")


def _next(beside):
    return max((pin.order for pin in beside), default=0) + 1


@transaction.atomic
def raise_pin(pin, *, by):
    """Let a pin change places with the one before it."""
    check_curate(by)
    beside = _beside(pin.folded, pin.concept_id)
    row = list(beside)
    at = next((at for at, one in enumerate(row) if one.pk == pin.pk), 0)
    if not at:
        return
    row[at - 1], row[at] = row[at], row[at - 1]
    for order, one in enumerate(row, 1):
        if one.order != order:
            SearchPin.objects.filter(pk=one.pk).update(order=order)
    record("search-pin-changed", pin, by=by, before={"place": at + 1}, after={"place": at})
    tell("search_pinned", pin)


@transaction.atomic
def drop_pin(pin, *, by):
    """Put a result first no longer."""
    check_curate(by)
    pin = SearchPin.objects.order_by("pk").select_for_update().filter(pk=pin.pk).first()
    if pin is None:  # two people, one button
        return
    record("search-pin-dropped", pin, by=by, before=facts(pin))
    tell("search_pinned", pin)
    pin.delete()


def facts(pin):
    """What the audit keeps of a pin."""
    until = pin.until.isoformat() if pin.until else ""
    return {"query": pin.query, "concept": pin.concept_id or "", "key": pin.key, "until": until}
