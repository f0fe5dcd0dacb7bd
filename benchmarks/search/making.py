"""Documents without end, made by rule from the real ones: the first are these themselves, all others cross two of them.

A made document has a number. It stands under the key of its kind with this number, so the site's own indexing asks for
it by `registry.KINDS` as for any thing; the row that is shown for it is that of its original.
"""

import random
from bisect import bisect_right
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace

from django.contrib.auth.models import Group

from benchmarks.search.originals import KIND_NAMES, SEED, originals
from communities.models import Community
from communities.rules import Access
from knowledge.models import Concept
from knowledge.search.builders import Ancestry
from knowledge.search.registry import KINDS

TOPICS = 500  # concepts that things are about; the first far more often than the last
MOST = 2_000  # numbers at once; no batch is larger
NOT_PUBLIC = {"signed-in": 0.08, "community": 0.06, "group": 0.03, "staff": 0.02}  # shares of all documents


class Making:
    """The documents 1 to `size`."""

    def __init__(self, size):
        self.size, self.firsts = size, originals()
        self.repeated = [doc for doc in self.firsts if doc.kind != "concept"]
        self.alike = defaultdict(list)  # by kind and language
        for doc in self.firsts:
            self.alike[doc.kind, doc.language].append(doc)
        self.closed = list(Community.objects.filter(access=Access.CLOSED).order_by("pk").values_list("pk", flat=True))
        self.group = Group.objects.get(name="benchmark").pk
        self.topics = list(Concept.objects.order_by("pk").values_list("pk", flat=True)[:TOPICS])
        self.ancestry = Ancestry({pk: [pk] for pk in self.topics})

    def original(self, number):
        at = number - 1 - len(self.firsts)
        return self.firsts[at] if at < 0 else self.repeated[at % len(self.repeated)]

    def round(self, number):
        """How many times its original was made into a document before it."""
        at = number - 1 - len(self.firsts)
        return 0 if at < 0 else at // len(self.repeated) + 1

    def key(self, number):
        return f"{KINDS[self.original(number).kind].prefix}{number}"

    @cached_property
    def numbers(self):
        """{kind: the numbers of its documents, in their order}."""
        found = {kind: [] for kind in KIND_NAMES}
        for number in range(1, self.size + 1):
            found[self.original(number).kind].append(number)
        return found

    def document(self, number):
        """The same every time."""
        chance, doc, round = random.Random(SEED * number), self.original(number), self.round(number)
        told = {"key": self.key(number), "access": (self._token(chance),)}
        if doc.family:
            told["family"] = f"{doc.family}/{round}"
        if doc.kind != "concept":
            told |= self._about(doc, chance)
        if round:
            other = chance.choice(self.alike[doc.kind, doc.language])
            told |= {
                "title": _crossed(doc.title, other.title),
                "summary": _crossed(doc.summary, other.summary),
                "body": _mixed(doc.body, other.body, chance),
                "updated": doc.updated - timedelta(days=chance.randrange(2_000)),
                "popularity": int(chance.paretovariate(1)) - 1,
            }
        return replace(doc, **told)

    def _token(self, chance):
        drawn = chance.random()
        for token, share in NOT_PUBLIC.items():
            drawn -= share
            if drawn < 0:
                which = {"community": f":{chance.choice(self.closed)}", "group": f":{self.group}"}
                return token + which.get(token, "")
        return "public"

    def _about(self, doc, chance):
        """Its own topics, and one or two of those that things are often about."""
        drawn = {self.topics[int(len(self.topics) * chance.random() ** 2)] for _time in range(chance.randint(1, 2))}
        labels, facets = list(doc.concepts), {name: set(values) for name, values in doc.facets.items()}
        for topic in sorted(drawn):
            labels += self.ancestry.labels_of(topic)
            for name, values in self.ancestry.facets_of(topic).items():
                facets.setdefault(name, set()).update(values)
        return {"concepts": tuple(labels), "facets": {name: tuple(sorted(values)) for name, values in facets.items()}}


def _crossed(text, other):
    """The first half of a text with the second half of the other, parted at blanks where there are any."""
    return _half(text, 0) + _half(other, 1)


def _half(text, which):
    middle = text.find(" ", len(text) // 2) if " " in text else len(text) // 2
    middle = len(text) if middle < 0 else middle
    return text[middle:] if which else text[:middle]


def _mixed(text, other, chance):
    """A text of which every third line is one of the other; lines alone, halves."""
    lines, others = text.splitlines(), other.splitlines()
    if len(lines) < 3 or not others:
        return _crossed(text, other)
    for at in range(0, len(lines), 3):
        lines[at] = chance.choice(others)
    return "\n".join(lines)


# ---------------------------------------------------------------- in place of things
class Numbers:
    """Stands where the registry has a model, as far as indexing asks it: its rows are the numbers of made documents."""

    def __init__(self, label, numbers):
        self._meta, self.numbers, self._default_manager = SimpleNamespace(label_lower=label), numbers, self

    def filter(self, *, pk__gt=None, pk__in=()):
        if pk__gt is None:
            return Numbers(self._meta.label_lower, sorted(set(self.numbers) & set(pk__in)))
        start = bisect_right(self.numbers, pk__gt)
        return Numbers(self._meta.label_lower, self.numbers[start : start + MOST])

    def order_by(self, _field):
        return self

    def values_list(self, _field, *, flat):
        return self.numbers

    def count(self):
        return len(self.numbers)


@contextmanager
def in_place_of_things(making):
    """While this lasts, the made documents are what the site searches."""
    before = dict(KINDS)
    try:
        for kind in KIND_NAMES:
            KINDS[kind] = _made(before[kind], making)
        yield
    finally:
        KINDS.update(before)


def _made(known, making):
    def build(numbers):
        return map(making.document, numbers)

    def rows(user, numbers):
        pks = {number: int(making.original(number).key.partition(":")[2]) for number in numbers}
        things = known.rows(user, list(dict.fromkeys(pks.values())))
        return {number: things[pk] for number, pk in pks.items() if pk in things}

    return replace(
        known, model=Numbers(known.model._meta.label_lower, making.numbers[known.kind]), build=build, rows=rows
    )
