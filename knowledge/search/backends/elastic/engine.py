"""The engine that answers from Elasticsearch, by the same contract as the database."""

from knowledge.search.backends.base import Engine, Found
from knowledge.search.backends.elastic import asking
from knowledge.search.backends.elastic.connection import client, reaching
from knowledge.search.backends.elastic.indices import alias


class ElasticEngine(Engine):
    def search(self, request):
        answer = self._ask(asking.page_of(request, alias()))
        total = answer.hits.total.value
        further = {}
        if request.gathered:
            total = _families(answer.aggregations.shown)
            further = {hit.meta.id: _further(hit) for hit in answer.hits if _is_of_family(hit)}
        keys = tuple(hit.meta.id for hit in answer.hits)
        counts = {name: _counts(answer.aggregations[f"facet {name}"]) for name in request.facets}
        telling = _telling(answer.aggregations) if request.telling else {}
        return Found(total, answer.aggregations["all"].doc_count, keys, counts, further, telling)

    def suggest(self, query, access, kinds=(), limit=8):
        return _keys(self._ask(asking.names_of(query, access, kinds, limit, alias())))

    def alike(self, key, query, access, kinds=(), limit=5):
        return _keys(self._ask(asking.like(key, access, kinds, limit, alias())))

    def _ask(self, search):
        with reaching():
            return search.using(client()).execute()


def _keys(answer):
    return tuple(hit.meta.id for hit in answer.hits)


def _families(shown):
    """How many are shown where a family counts once: all but the further ones of each."""
    return int(shown.doc_count - shown.sizes.sum + shown.sizes.count)


def _is_of_family(hit):
    return "family" in hit.meta.fields


def _further(hit):
    return hit.meta.inner_hits.further.hits.total.value - 1


def _counts(facet):
    """The most frequent values, and the chosen ones wherever they stand."""
    pairs = {bucket.key: bucket.doc_count for bucket in facet["values"].buckets}
    if "chosen" in facet:
        pairs |= {bucket.key: bucket.doc_count for bucket in facet.chosen.buckets}
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))


def _telling(aggregations):
    return {bucket.key: bucket.score for bucket in aggregations.best.sample.telling.buckets}
