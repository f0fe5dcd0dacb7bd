"""A `SearchRequest` in the language of Elasticsearch. What may not be read is filtered inside the query, so that no
score, count or suggestion ever rests on it."""

from math import log10

from django.utils import timezone
from elasticsearch_dsl import A, Q, Search

from knowledge.search.analysis import fold
from knowledge.search.backends.base import NAMED, Sort
from knowledge.search.documents import FIELDS, WEIGHTS
from knowledge.search.query import STOP_WORDS

# `combined_fields` takes weights as so many more occurrences, of which each counts less than the one before; where a
# query is asked of each field apart, a weight multiplies, and these are what comes to the same.
FACTORS = {name: 1 + log10(WEIGHTS[name]) for name in FIELDS}
NAMED_SO = 10_000.0  # what is called exactly as was typed stands before everything else
FRESHNESS = 0.1  # what is of today counts so much more than what is old
HALF_LIFE = "365d"
SLIPPED = 0.3  # the weight of what is spelt nearly as was typed
SAMPLE = 100  # best documents of each shard in which telling words are looked for
LEAST = 3  # of them have a telling word
MOST_FAMILIES = 40_000  # with several hits each; `cardinality` has no such end, but is off by one among a few hundred
SHORTEST_SLIP = 4  # letters of a word in which a slip is looked for

ORDERS = {
    Sort.RELEVANCE: ("_score", {"updated": "desc"}, "key"),
    Sort.NEWEST: ({"updated": "desc"}, "key"),
    Sort.TITLE: ("sort_key", "key"),
}


def page_of(request, index):
    """The search for one page of hits with its facet counts."""
    search = Search(index=index).query(scored(request))
    if request.filters:
        search = search.post_filter(_choices(request))
    search = search.sort(*ORDERS[request.sort]).source(False).extra(track_total_hits=True, track_scores=False)
    if request.gathered:
        inner = {"name": "further", "size": 0}
        search = search.extra(collapse={"field": "gathered", "inner_hits": inner}, docvalue_fields=["family"])
    _count(search, request)
    if request.telling:
        _tell(search, request)
    search = search.params(allow_partial_search_results=False, filter_path="-aggregations.shown.families")
    return search[request.offset : request.offset + request.limit]


def names_of(query, access, kinds, limit, index):
    """The search for things whose names hold what is typed."""
    begins = Q("constant_score", filter=Q("prefix", folded=fold(query.text)[:100]), boost=1)
    named = Q("bool", filter=[wanted(query, ["title"]), *readable(access, kinds)], should=[begins])
    search = Search(index=index).query(named).source(False).extra(track_total_hits=False)
    ordered = search.sort("_score", {"popularity": "desc"}, {"width": "asc"}, "key")
    return ordered.params(allow_partial_search_results=False)[:limit]


def like(key, access, kinds, limit, index):
    """The search for documents that share telling words with the one under `key`."""
    alike = Q(
        "more_like_this",
        fields=list(FIELDS),
        like=[{"_index": index, "_id": key}],
        min_term_freq=1,
        min_doc_freq=2,
        max_query_terms=25,
        minimum_should_match="20%",
        stop_words=sorted(STOP_WORDS),
    )
    search = Search(index=index).query("bool", must=[alike], filter=readable(access, kinds))
    return search.source(False).extra(track_total_hits=False)[:limit]


def field_of(facet):
    return "kind" if facet == "type" else f"facets.{facet}"


def readable(access, kinds=()):
    """The filters of what a reader with these tokens may see."""
    filters = [Q("terms", access=sorted(access))]
    return [*filters, Q("terms", kind=list(kinds))] if kinds else filters


# ---------------------------------------------------------------- what is scored
def scored(request):
    """The query with everything that moves a score: what is named so, other names, quality, use and age."""
    query, filters = request.query, readable(request.access, request.kinds)
    if not query.alternatives:
        return Q("bool", filter=filters, must_not=_any(query.unwanted))
    matched = Q("bool", must=[_typed_first(query)], filter=filters, must_not=_any(query.unwanted))
    named = {"filter": wanted(query.name, ["title"]), "weight": NAMED}
    matched = Q("function_score", query=matched, functions=[named], boost_mode="multiply")
    is_it = Q("term", folded=fold(query.text)[:200]) | Q("ids", values=list(request.first))
    return Q("bool", must=[_weighed(matched)], should=[Q("constant_score", filter=is_it, boost=NAMED_SO)])


def _typed_first(query):
    """What has the words as typed is scored by them alone; what has only other names of them counts less."""
    if query.typed is None:
        return wanted(query)
    typed = wanted(query.typed)
    others = Q("bool", must=[wanted(query)], must_not=[typed], boost=query.lightest)
    return Q("bool", should=[typed, others], minimum_should_match=1)


def _weighed(matched):
    functions = [
        {"field_value_factor": {"field": "worth", "missing": 1}},
        {
            "exp": {"updated": {"origin": timezone.localdate().isoformat(), "scale": HALF_LIFE, "decay": 0.5}},
            "weight": FRESHNESS,
        },
    ]
    return Q("function_score", query=matched, functions=functions, score_mode="sum", boost_mode="multiply")


def wanted(query, fields=FIELDS):
    """What satisfies one of the ways of the query, in these fields."""
    satisfied = _forgiven if query.loose else _clause
    ways = [Q("bool", must=[satisfied(clause, fields) for clause in way]) for way in query.alternatives]
    return ways[0] if len(ways) == 1 else Q("bool", should=ways, minimum_should_match=1)


def _any(clauses):
    return [_clause(clause, FIELDS) for clause in clauses]


def _clause(clause, fields):
    matches = [_match(match, fields) for match in clause.matches]
    return matches[0] if len(matches) == 1 else Q("dis_max", queries=matches)


def _forgiven(clause, fields):
    """One of the words of a query of which some are enough: as typed, or else nearly so."""
    exact, match = _clause(clause, fields), clause.matches[0]
    return Q("dis_max", queries=[exact, _slipped(match)]) if _may_slip(match) else exact


def _match(match, fields):
    """All tokens of a match: side by side in one field, or anywhere in the fields."""
    if match.adjacent:
        kind = "phrase_prefix" if match.prefix else "phrase"
        return Q("multi_match", query=" ".join(match.tokens), type=kind, fields=_boosted(fields, FACTORS))
    if not match.prefix:
        return _together(match.tokens, fields)
    *whole, begun = match.tokens
    begins = Q("dis_max", queries=[Q("prefix", **{name: {"value": begun, "boost": FACTORS[name]}}) for name in fields])
    return Q("bool", must=[_together(whole, fields), begins]) if whole else begins


def _together(tokens, fields):
    boosted = _boosted(fields, WEIGHTS)
    return Q("combined_fields", query=" ".join(tokens), fields=boosted, operator="and")


def _boosted(fields, factors):
    return [f"{name}^{factors[name]:.2f}" for name in fields]


def _may_slip(match):
    """Whether it is one Latin word that was typed, long enough to be recognised with a slip in it."""
    token = match.tokens[0]
    alone = len(match.tokens) == 1 and not match.prefix and match.weight == 1
    return alone and token.isascii() and token.isalpha() and len(token) >= SHORTEST_SLIP


def _slipped(match):
    return Q(
        "multi_match",
        query=match.tokens[0],
        fields=_boosted(FIELDS, FACTORS),
        fuzziness="AUTO:4,8",
        prefix_length=1,
        max_expansions=30,
        boost=SLIPPED,
    )


# ---------------------------------------------------------------- what is counted
def _count(search, request):
    """Each facet over what satisfies the query and all choices but its own; and how many satisfy the query alone."""
    search.aggs.bucket("all", "filter", filter=Q("match_all"))
    if request.gathered:
        shown = search.aggs.bucket("shown", "filter", filter=_choices(request))
        shown.bucket("families", "terms", field="family", min_doc_count=2, size=MOST_FAMILIES)
        shown.pipeline("sizes", "stats_bucket", buckets_path="families>_count")
    for name in request.facets:
        facet = search.aggs.bucket(f"facet {name}", "filter", filter=_choices(request, but=name))
        facet.bucket("values", _terms(name, size=max(1, request.most_values), shard_size=2_000))
        if chosen := list(request.filters.get(name, ())):
            facet.bucket("chosen", _terms(name, size=len(chosen), include=chosen))


def _choices(request, but=None):
    """What is chosen in all facets, or in all but one."""
    chosen = [Q("terms", **{field_of(name): list(values)}) for name, values in request.filters.items() if name != but]
    return Q("bool", filter=chosen) if chosen else Q("match_all")


def _terms(name, **more):
    return A("terms", field=field_of(name), order=[{"_count": "desc"}, {"_key": "asc"}], **more)


# ---------------------------------------------------------------- what is telling
def _tell(search, request):
    """Tokens that are frequent in the best documents and rare in all that the reader may see: what is closed counts on
    neither side."""
    chosen = search.aggs.bucket("best", "filter", filter=_choices(request)).bucket(
        "sample", "sampler", shard_size=SAMPLE
    )
    chosen.bucket(
        "telling",
        "significant_text",
        field="body",
        size=request.telling,
        min_doc_count=LEAST,
        shard_min_doc_count=LEAST,
        filter_duplicate_text=True,
        exclude=sorted(STOP_WORDS | request.query.marks.tokens),
        background_filter=Q("bool", filter=readable(request.access, request.kinds)),
    )
