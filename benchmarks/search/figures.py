"""How long answers take, and how much of that is the engine's own.

Each query is answered several times and the quickest counts: what other work on the machine changes least. Beside the
seconds on the wall stand those of this process, which hold the engine's only where it works in this process (SQLite).
"""

import time
from collections import defaultdict
from contextlib import contextmanager
from math import ceil
from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from benchmarks.search.filling import progress
from benchmarks.search.originals import reader
from knowledge.search import api
from knowledge.search.answering import answering
from knowledge.search.backends import engine
from knowledge.search.backends.base import Engine
from knowledge.search.backends.elastic import asking as elastic
from knowledge.search.backends.elastic.connection import client, is_configured
from knowledge.search.backends.elastic.indices import alias

RUNS = 3


class Recording(Engine):
    """Passes questions on and keeps them."""

    def __init__(self, answers):
        self.answers, self.asked, self.makeshift = answers, [], 0

    def search(self, request):
        self.asked.append(request)
        found = self.answers.search(request)
        self.makeshift += found.is_makeshift
        return found

    def suggest(self, *asked):
        return self.answers.suggest(*asked)


@contextmanager
def recording():
    recorder, before = Recording(answering()), api.answering
    api.answering = lambda: recorder
    try:
        yield recorder
    finally:
        api.answering = before


def answer(text, user):
    """All that the page of a search shows: hits with marked titles and passages, facets with names."""
    results = api.search(text, user)
    shown = [(hit.title, hit.gist, hit.url) for hit in (*results.pinned, *results.hits)]
    return results, shown, results.panels


def suggestions(text, user):
    return [(hit.entry.title, hit.url, hit.label, hit.lang) for hit in api.suggest(text, user)]


def bare(request):
    """The engine's own work for a question: its statement with the columns of the facets, or its search with them, as it
    comes back."""
    if is_configured():
        return client().search(index=alias(), body=elastic.page_of(request, alias()).to_dict())
    sql, params = engine()._statement(request)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def quickest(act):
    """Milliseconds on the wall and of this process, each the least of several."""
    walls, processes = [], []
    for _run in range(RUNS):
        wall, process = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        processes.append((time.process_time() - process) * 1000)
    return min(walls), min(processes)


def spread(times):
    """The middle, and what 95 of 100 stay under, of pairs (wall, process)."""
    walls, processes = sorted(wall for wall, _process in times), sorted(process for _wall, process in times)
    return {
        "p50": round(_at(walls, 0.5), 1),
        "p95": round(_at(walls, 0.95), 1),
        "p50_of_process": round(_at(processes, 0.5), 1),
        "p95_of_process": round(_at(processes, 0.95), 1),
    }


def _at(ordered, share):
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def readers():
    """Who asks; each question is of a new request, so nothing is kept on the user."""
    return {"visitor": AnonymousUser, "signed_in": reader}


def search_figures(queries):
    """Spreads of the whole answer by reader, by way of asking, of the bare engine, and how they compare."""
    total, done, figures, ways = 2 * sum(map(len, queries.values())), 0, {}, defaultdict(list)
    makeshift, hits = 0, []
    wholes, bares = [], []
    for name, who in readers().items():
        times = []
        for way, texts in queries.items():
            for text in texts:
                one = _search_figure(text, who())
                times.append(one.whole)
                ways[way].append(one.whole)
                wholes.append(one.whole)
                bares.append(one.bare)
                hits.append(one.total)
                makeshift += one.makeshift
                done += 1
                progress("searching", done, total)
        figures[name] = spread(times)
    return {
        **figures,
        "by_way": {way: spread(times) for way, times in ways.items()},
        "bare": spread(bares),
        "overhead": _ratios(wholes, bares),
        "queries": total // 2,
        "answered": round(sum(map(bool, hits)) / len(hits), 3),
        "hits_p50": sorted(hits)[len(hits) // 2],
        "hits_most": max(hits),
        "by_the_database_instead": makeshift,
    }


def _search_figure(text, user):
    with recording() as recorder:
        results, *_shown = answer(text, user)
        asked, makeshift = list(recorder.asked), recorder.makeshift
    whole = quickest(lambda: answer(text, user))
    engines = quickest(lambda: [bare(request) for request in asked])
    return SimpleNamespace(whole=whole, bare=engines, makeshift=bool(makeshift), total=results.before_filters)


def _ratios(wholes, bares):
    """Our answer against the bare engine: at the middle, at the 95th, and of all the time together."""
    ours, theirs = ([wall for wall, _process in times] for times in (wholes, bares))
    return {
        "p50": round(_at(sorted(ours), 0.5) / _at(sorted(theirs), 0.5), 2),
        "p95": round(_at(sorted(ours), 0.95) / _at(sorted(theirs), 0.95), 2),
        "together": round(sum(ours) / sum(theirs), 2),
        "of_process": round(sum(process for _wall, process in wholes) / sum(process for _wall, process in bares), 2),
    }


def suggestion_figures(beginnings):
    figures, done, lengths = {}, 0, defaultdict(list)
    for name, who in readers().items():
        times = []
        for text in beginnings:
            user = who()
            times.append(quickest(lambda text=text, user=user: suggestions(text, user)))
            lengths[len(text)].append(times[-1])
            done += 1
            progress("suggesting", done, 2 * len(beginnings))
        figures[name] = spread(times)
    return {**figures, "by_length": {length: spread(times) for length, times in sorted(lengths.items())}}
