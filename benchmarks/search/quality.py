"""Whether the right thing stands on top: nDCG@10 on real questions whose answer was accepted, and on titles with a slip.

The documents are the real ones, all public. A question is asked by the title of its thread; this title is taken out of the
thread's document, and out of its text, so that only what people answered leads there. A thread and its posts are one thing
in both lists, ours and that of plain `multi_match`.

Source of the measure: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002; what is relevant gains 1, everything else 0.
"""

import random
from dataclasses import replace
from math import log2

from django.contrib.auth.models import AnonymousUser

from benchmarks.search.asking import HAN, LATIN, slipped
from benchmarks.search.filling import progress
from benchmarks.search.making import Making
from benchmarks.search.originals import SEED
from knowledge.search import analysis, api
from knowledge.search.backends.elastic.connection import client, is_configured
from knowledge.search.backends.elastic.indices import alias
from knowledge.search.documents import FIELDS

EACH = 150  # questions, and titles, of each language
DEPTH = 10


class Judged(Making):
    """The real documents as they are, but for the titles of the questions that are asked."""

    def __init__(self):
        super().__init__(0)
        self.size = len(self.firsts)
        self.chance = random.Random(SEED)
        accepted = {doc.family for doc in self.firsts if doc.kind == "post" and doc.quality}
        threads = [doc for doc in self.firsts if doc.kind == "thread" and doc.family in accepted]
        self.questions = self._drawn(threads)
        held_out = {doc.key for doc in self.questions}
        self.held_out = held_out
        self.titled = self._drawn([doc for doc in self.firsts if doc.kind != "post" and doc.key not in held_out])

    def _drawn(self, docs):
        """As many of each language, with enough in the title to be asked."""
        latin = [doc for doc in docs if len(LATIN.findall(doc.title)) > 1 and not HAN.search(doc.title)]
        chinese = [doc for doc in docs if len("".join(HAN.findall(doc.title))) > 4]
        return [doc for some in (latin, chinese) for doc in self.chance.sample(some, min(EACH, len(some)))]

    def document(self, number):
        doc = self.original(number)
        if doc.key in self.held_out:
            return replace(doc, key=self.key(number), title="", body=doc.body.replace(doc.title, " "))
        return replace(doc, key=self.key(number))

    def tasks(self):
        """{name: pairs of a query and the names of what is relevant}."""
        same = {}
        for number, doc in enumerate(self.firsts, 1):
            same.setdefault(analysis.fold(doc.title), set()).add(doc.family or self.key(number))
        typed = [(slipped(doc.title, self.chance), same[analysis.fold(doc.title)], doc) for doc in self.titled]
        asked = [(doc.title, {doc.family}, doc) for doc in self.questions]
        parted = {"questions": asked, "titles with a slip": typed}
        found = {
            f"{name}, {language}": [(text, relevant) for text, relevant, doc in tasks if _is_chinese(doc) == chinese]
            for name, tasks in parted.items()
            for language, chinese in (("English", False), ("Chinese", True))
        }
        return {name: pairs for name, pairs in found.items() if pairs}


def _is_chinese(doc):
    return bool(HAN.search(doc.title))


def ndcg(ranked, relevant):
    """How near the list is to the best there could be, from 0 to 1.

    >>> ndcg(["a", "b", "c"], {"a"}), round(ndcg(["a", "b", "c"], {"c"}), 2), ndcg(["a"], {"x"})
    (1.0, 0.5, 0.0)
    """
    gained = sum(1 / log2(place + 2) for place, name in enumerate(ranked[:DEPTH]) if name in relevant)
    return gained / sum(1 / log2(place + 2) for place in range(min(DEPTH, len(relevant))))


def ours(text):
    results = api.search(text, AnonymousUser())
    return [hit.entry.family or hit.entry.key for hit in results.hits]


def plain(text):
    """What `multi_match` with nothing set finds on the same index, with the same tokens."""
    words = " ".join(token for token in analysis.tokens(text) if token != "¦")
    query = {"bool": {"must": {"multi_match": {"query": words, "fields": list(FIELDS)}}}}
    asked = {"query": query, "size": 5 * DEPTH, "docvalue_fields": ["family"], "_source": False}
    hits = client(patient=True).search(index=alias(), body=asked)["hits"]["hits"]
    return list(dict.fromkeys(next(iter(hit.get("fields", {}).get("family", ())), hit["_id"]) for hit in hits))


def quality_figures(judged):
    """The mean nDCG@10 of each task, ours and plain `multi_match`'s where there is an Elasticsearch, and their ratio."""
    figures, done, tasks = {}, 0, judged.tasks()
    total = sum(map(len, tasks.values()))
    for name, pairs in tasks.items():
        scores = {"ours": [], "multi_match": []}
        for text, relevant in pairs:
            scores["ours"].append(ndcg(ours(text), relevant))
            if is_configured():
                scores["multi_match"].append(ndcg(plain(text), relevant))
            done += 1
            progress("judging", done, total)
        figures[name] = _means(scores)
    for name in ("questions", "titles with a slip"):
        figures[name] = _together([figures[part] for part in figures if part.startswith(f"{name}, ")])
    return figures


def _means(scores):
    means = {name: round(sum(each) / len(each), 4) for name, each in scores.items() if each}
    return _compared({**means, "asked": len(scores["ours"])})


def _together(parts):
    """Both languages, each query counting once."""
    asked = sum(part["asked"] for part in parts)
    names = [name for name in ("ours", "multi_match") if all(name in part for part in parts)]
    means = {name: round(sum(part[name] * part["asked"] for part in parts) / asked, 4) for name in names}
    return _compared({**means, "asked": asked})


def _compared(figures):
    plain = figures.get("multi_match")
    return {**figures, "ratio": round(figures["ours"] / plain, 3)} if plain else figures
