"""The contract in plain Python, for small sets and as the measure of the other engines."""

from collections import Counter
from math import log

from knowledge.models import SearchEntry
from knowledge.search.analysis import fold, sort_key
from knowledge.search.backends.base import NAMED, Backend, Found, Sort
from knowledge.search.documents import WEIGHTS


class MemoryBackend(Backend):
    def __init__(self):
        self.docs = {}  # number -> (document, {field: tokens})

    def write(self, rows):
        for number, doc in rows:
            self.docs[number] = (doc, doc.fields)

    def remove(self, numbers):
        for number in numbers:
            self.docs.pop(number, None)

    def without_tokens(self):
        return SearchEntry.objects.exclude(pk__in=self.docs).values_list("pk", flat=True)

    def search(self, request):
        matched = [
            (doc, _score(fields, request.query) * _weight(fields, request.query) if request.query else 0)
            for doc, fields in self.docs.values()
            if _readable(doc, request) and _satisfies(fields, request.query)
        ]
        failing = {doc.key: _failing(doc, request.filters) for doc, _score_ in matched}
        hits = sorted((pair for pair in matched if not failing[pair[0].key]), key=_order(request))
        shown = _gathered(hits) if request.gathered else hits
        page = [doc for doc, _score_ in shown[request.offset : request.offset + request.limit]]
        counts = {name: _count(name, matched, failing, request) for name in request.facets}
        sizes = Counter(doc.family for doc, _score_ in hits)
        further = {doc.key: sizes[doc.family] - 1 for doc in page if doc.family and request.gathered}
        return Found(len(shown), len(matched), tuple(doc.key for doc in page), counts, further)

    def suggest(self, query, access, kinds=(), limit=8):
        named = [
            doc
            for doc, fields in self.docs.values()
            if set(doc.access) & access
            and (not kinds or doc.kind in kinds)
            and _satisfies({"title": fields["title"]}, query)
        ]
        begun = fold(query.text)
        named.sort(key=lambda doc: (not fold(doc.title).startswith(begun), -doc.popularity, len(doc.title), doc.key))
        return tuple(doc.key for doc in named[:limit])


def _gathered(hits):
    """The first of each family."""
    firsts = {doc.family or doc.key: doc.key for doc, _score_ in reversed(hits)}
    return [pair for pair in hits if firsts[pair[0].family or pair[0].key] == pair[0].key]


def _readable(doc, request):
    return bool(set(doc.access) & request.access) and (not request.kinds or doc.kind in request.kinds)


def _satisfies(fields, query):
    ways = query.alternatives
    if ways and not any(all(_has_clause(fields, clause) for clause in way) for way in ways):
        return False
    return not any(_has_clause(fields, clause) for clause in query.unwanted)


def _has_clause(fields, clause):
    return any(_has(fields, match) for match in clause.matches)


def _has(fields, match):
    if match.adjacent:
        return any(_stands_in(tokens, match) for tokens in fields.values())
    everything = {token for tokens in fields.values() for token in tokens}
    *whole, last = match.tokens
    begun = any(token.startswith(last) for token in everything) if match.prefix else last in everything
    return begun and everything.issuperset(whole)


def _stands_in(tokens, match):
    length = len(match.tokens)
    return any(tuple(tokens[at : at + length]) == match.tokens for at in range(len(tokens) - length + 1))


def _score(fields, query):
    marks = query.marks
    wanted = {*marks.whole, *(token for phrase in marks.phrases for token in phrase)}
    return sum(
        WEIGHTS[name] * log(1 + sum(token in wanted or token in marks for token in tokens))
        for name, tokens in fields.items()
    )


def _weight(fields, query):
    """What is named so counts more, what has only other names of what was typed less."""
    named = NAMED if query.wanted and _satisfies({"title": fields["title"]}, query.name) else 1.0
    return named * (1.0 if _satisfies(fields, query.typed or query) else query.lightest)


def _values(doc, name):
    return (doc.kind,) if name == "type" else doc.facets.get(name, ())


def _failing(doc, filters):
    return [name for name, values in filters.items() if not set(_values(doc, name)) & set(values)]


def _count(name, matched, failing, request):
    counter = Counter(
        value for doc, _score_ in matched if failing[doc.key] in ([], [name]) for value in _values(doc, name)
    )
    ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
    chosen = request.filters.get(name, ())
    return [pair for place, pair in enumerate(ranked) if place < request.most_values or pair[0] in chosen]


def _order(request):
    folded = fold(request.query.text)

    def newest(pair):
        return -pair[0].updated.timestamp(), pair[0].key

    def title(pair):
        return sort_key(pair[0].title), pair[0].key

    def relevance(pair):
        doc, score = pair
        is_named = fold(doc.title) == folded or doc.key in request.first
        return not is_named, -score * (1 + 0.1 * doc.quality), *newest(pair)

    return {Sort.NEWEST: newest, Sort.TITLE: title, Sort.RELEVANCE: relevance}[request.sort]
