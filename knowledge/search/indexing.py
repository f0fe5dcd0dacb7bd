"""The index follows what is written: outbox rows in, documents out, in batches.

`index` makes the documents of some things anew, whatever happened to them: changed, hidden, deleted. So it can be run
again at any time, and every handler is this one function.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from knowledge.models import (
    OutboxRow,
    SearchAudience,
    SearchAudienceToken,
    SearchEntry,
    SearchFacetValue,
    SearchIndexState,
    SearchText,
    SearchWord,
)
from knowledge.search import analysis, mirror
from knowledge.search.backends import engine
from knowledge.search.backends.database import pack
from knowledge.search.registry import KINDS, by_model, documents

BATCH = 200
KEPT = (
    "kind",
    "language",
    "title",
    "folded",
    "sort_key",
    "url",
    "updated",
    "popularity",
    "quality",
    "family",
    "audience",
    "holds_until",
    "facet_ids",
    "fingerprint",
    "round",
    "serial",
    "waiting",
)


@transaction.atomic
def index(keys, *, round=0):
    """Bring the documents of these keys up to date; return how many were written or dropped.

    The lock makes reading a thing and writing its document one step, so that a rebuild never writes an older state
    over a newer.
    """
    state = lock()
    keys = list(dict.fromkeys(keys))
    docs = {doc.key: doc for doc in documents(keys)}
    known = dict(SearchEntry.objects.filter(key__in=keys).values_list("key", "fingerprint"))
    round = round or state.building or state.round
    _touch([key for key in docs if known.get(key) == docs[key].fingerprint], round)
    changed = [doc for key, doc in docs.items() if known.get(key) != doc.fingerprint]
    gone = [key for key in known if key not in docs]
    serial = state.next_serial() if changed or gone else state.serial
    write(changed, round, serial)
    _remove(gone)
    mirror.follow(changed, gone, serial)
    return len(changed) + len(gone)


def lock():
    """The state of the index, locked until the transaction ends."""
    SearchIndexState.objects.get_or_create(pk=1)
    return SearchIndexState.objects.select_for_update().get(pk=1)


def _touch(keys, round):
    """Tell the rebuild under way that it need not come back to these."""
    SearchEntry.objects.filter(key__in=keys).exclude(round=round).update(round=round)


def write(docs, round=0, serial=0):
    """Put documents into the index, in place of what stood under their keys."""
    if not docs:
        return
    audiences = _audiences({_tokens(doc) for doc in docs})
    values = _facet_values({pair for doc in docs for pair in _facets(doc)})
    rows = [_row(doc, audiences[_tokens(doc)], values, round, serial) for doc in docs]
    SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=KEPT, batch_size=50
    )
    numbers = dict(SearchEntry.objects.filter(key__in=[doc.key for doc in docs]).values_list("key", "pk"))
    texts = [SearchText(entry_id=numbers[doc.key], summary=doc.summary, body=doc.body) for doc in docs]
    SearchText.objects.bulk_create(
        texts, update_conflicts=True, unique_fields=["entry"], update_fields=["summary", "body"], batch_size=100
    )
    SearchWord.objects.bulk_create(_new_words(docs, audiences), ignore_conflicts=True, batch_size=300)
    engine().write([(numbers[doc.key], doc) for doc in docs])


def _remove(keys):
    numbers = list(SearchEntry.objects.filter(key__in=keys).values_list("pk", flat=True))
    engine().remove(numbers)
    SearchEntry.objects.filter(pk__in=numbers).delete()


def _tokens(doc):
    return " ".join(sorted(doc.access))


def _audiences(sets):
    """{tokens: number of the audience}; an audience is made when first met and kept."""
    known = dict(SearchAudience.objects.filter(tokens__in=sets).values_list("tokens", "pk"))
    for tokens in sets - set(known):
        audience = SearchAudience.objects.create(tokens=tokens)
        SearchAudienceToken.objects.bulk_create(
            SearchAudienceToken(audience=audience, token=token) for token in tokens.split()
        )
        known[tokens] = audience.pk
    return known


def _facet_values(pairs):
    """{(name, value): number} of these values."""
    known = _known_facet_values(pairs)
    if missing := pairs - set(known):
        SearchFacetValue.objects.bulk_create(
            (SearchFacetValue(name=name, value=value) for name, value in sorted(missing)), ignore_conflicts=True
        )
        known |= _known_facet_values(missing)
    return known


def _known_facet_values(pairs):
    names, values = {name for name, _value in pairs}, {value for _name, value in pairs}
    rows = SearchFacetValue.objects.filter(name__in=names, value__in=values).values_list("name", "value", "pk")
    return {(name, value): pk for name, value, pk in rows}


def _row(doc, audience, values, round, serial):
    return SearchEntry(
        key=doc.key,
        kind=doc.kind,
        language=doc.language,
        title=doc.title,
        folded=analysis.fold(doc.title)[:200],
        sort_key=analysis.sort_key(doc.title),
        url=doc.url[:500],
        updated=doc.updated,
        popularity=doc.popularity,
        quality=doc.quality,
        family=doc.family,
        audience_id=audience,
        holds_until=doc.holds_until,
        facet_ids=pack(values[pair] for pair in _facets(doc)),
        fingerprint=doc.fingerprint,
        round=round,
        serial=serial,
        waiting=True,
    )


def _facets(doc):
    """The (name, value) pairs of a document, its kind among them."""
    pairs = [("type", doc.kind), *((name, value) for name, values in doc.facets.items() for value in values)]
    return dict.fromkeys(pairs)


def _new_words(docs, audiences):
    """What these documents spell and no other did: nearly all words of a document are known, and asking costs less."""
    spelt = {(word, audiences[_tokens(doc)]) for doc in docs for word in _spelt(doc)}
    words, found = {word for word, _audience in spelt}, {audience for _word, audience in spelt}
    known = SearchWord.objects.filter(word__in=words, audience__in=found).values_list("word", "audience")
    for word, audience in sorted(spelt.difference(known)):
        yield SearchWord(word=word, backwards=word[::-1], audience_id=audience)


def _spelt(doc):
    return {word for text in (doc.title, *doc.concepts) for word in analysis.words(text) if len(word) <= 60}


# ---------------------------------------------------------------- following the outbox

_done = set()  # outbox rows of this process whose things went into an earlier batch


def follow(row, kinds):
    """Handle an outbox row, and with it everything of these `kinds` that waits: a batch costs little more than one."""
    if row.pk in _done:
        _done.discard(row.pk)
        return
    keys, others = keys_of(row), []
    for waiting in OutboxRow.objects.filter(done_at=None, kind__in=kinds, due_at__lte=timezone.now(), pk__gt=row.pk)[
        :BATCH
    ]:
        if len(keys) >= BATCH:
            break
        keys += keys_of(waiting)
        others.append(waiting.pk)
    index(keys)
    transaction.on_commit(lambda: _done.update(others))


def keys_of(row):
    """The keys that a row is about: those of its payload, and its own."""
    return [row.key, *row.payload.get("keys", ())]


def index_stale():
    """Make anew what today makes untrue without anybody's doing, such as a check that has become due; return how
    many."""
    stale = SearchEntry.objects.filter(holds_until__lt=timezone.localdate())
    keys = list(stale.values_list("key", flat=True)[:BATCH])
    return index(keys) if keys else 0


# ---------------------------------------------------------------- rebuilding


def begin(*, afresh=False):
    """Start a rebuild, or go on with the one that was broken off; return its state.

    A document is written again when its fingerprint differs; those without tokens, or all when `afresh`, are made to
    differ.
    """
    with transaction.atomic():
        state = lock()
        if state.building is None or afresh:
            state.building = state.round + 1
            state.kind, state.after, state.started_at = "", 0, timezone.now()
            state.save()
            SearchEntry.objects.filter(Q() if afresh else Q(pk__in=engine().without_tokens())).update(fingerprint="")
    return state


def rebuild(*, progress=lambda number: None, afresh=False):
    """Make every document anew, in place and in batches; people search and write meanwhile. Return how many differed.

    Each batch is one short transaction that also notes where it ended, so a rebuild that was killed goes on from there.
    """
    state = begin(afresh=afresh)
    differed = 0
    kinds = list(KINDS)
    for kind in kinds[kinds.index(state.kind) if state.kind in kinds else 0 :]:
        after = state.after if kind == state.kind else 0
        while pks := _next(KINDS[kind], after):
            differed += _rebuild_batch(KINDS[kind], pks, state.building)
            progress(len(pks))
            after = pks[-1]
    return differed + _end(state.building)


def _next(searchable, after):
    things = searchable.model._default_manager.filter(pk__gt=after).order_by("pk")
    return list(things.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _rebuild_batch(searchable, pks, building):
    keys = [searchable.key(pk) for pk in pks]
    differed = index(keys, round=building)
    SearchIndexState.objects.filter(pk=1, building=building).update(kind=searchable.kind, after=pks[-1])
    return differed


def _end(building):
    """Drop what no longer exists and what no document spells, and close the rebuild."""
    dropped = 0
    while stray := list(SearchEntry.objects.exclude(round=building).values_list("key", flat=True)[:BATCH]):
        with transaction.atomic():
            serial = lock().next_serial()
            _remove(stray)
            mirror.follow([], stray, serial)
        dropped += len(stray)
    SearchIndexState.objects.filter(pk=1, building=building).update(round=building, building=None, kind="", after=0)
    return dropped


def drift():
    """Yield (key, what is wrong) where the index differs from what the things are now."""
    for searchable in KINDS.values():
        after = 0
        while pks := _next(searchable, after):
            after = pks[-1]
            yield from _drift_of(searchable, pks)
    yield from _strays()
    broken = SearchEntry.objects.filter(pk__in=engine().without_tokens())
    yield from ((key, "without tokens") for key in broken.values_list("key", flat=True))


def _drift_of(searchable, pks):
    keys = [searchable.key(pk) for pk in pks]
    known = dict(SearchEntry.objects.filter(key__in=keys).values_list("key", "fingerprint"))
    docs = {doc.key: doc.fingerprint for doc in searchable.build(pks)}
    for key in keys:
        if key in docs and key not in known:
            yield key, "missing"
        elif key in known and key not in docs:
            yield key, "should be gone"
        elif docs.get(key) != known.get(key):
            yield key, "outdated"


def _strays():
    """Documents of things that are no more."""
    keys = SearchEntry.objects.order_by("pk").values_list("key", flat=True)
    at = 0
    while batch := list(keys[at : at + 1000]):
        at += len(batch)
        known = set()
        for searchable, pks in by_model(batch).items():
            existing = searchable.model._default_manager.filter(pk__in=pks).values_list("pk", flat=True)
            known |= {searchable.key(pk) for pk in existing}
        for key in batch:
            if key not in known:
                yield key, "should be gone"
