"""The benchmark of search runs whole on a small site. That every figure is there is tested; what it is depends on the machine."""

import pytest

from benchmarks.search import one
from benchmarks.search.asking import Asking
from benchmarks.search.making import Making, in_place_of_things
from benchmarks.search.originals import originals, reader
from benchmarks.search.tables import tables
from knowledge.models import SearchEntry
from knowledge.search import api, indexing
from knowledge.search.registry import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.data]

FEW = 30  # lines of each file
SPREAD = {"p50", "p95", "p50_of_process", "p95_of_process"}


@pytest.fixture
def small_site(real_data):
    one.bring_in(real_data, few=FEW)


def test_every_figure_of_two_hundred_documents_is_there(small_site, tmp_path):
    figures = one.measure(200, queries=16, place=tmp_path / "notes.json")

    index, search, suggestions = figures["index"], figures["search"], figures["suggestions"]
    assert index["documents"] == 200
    assert index["differed"] == 0
    assert {"a_second", "a_second_of_process", "bytes_a_document", "rebuild", "rebuild_of_process"} <= set(index)
    assert all(set(search[name]) == SPREAD for name in ("visitor", "signed_in", "bare"))
    assert all(set(spread) == SPREAD for spread in search["by_way"].values())
    assert set(search["overhead"]) == {"p50", "p95", "together", "of_process"}
    assert search["answered"] > 0
    assert list(suggestions["by_length"]) == [1, 2, 3, 4, 5, 6]
    assert all(set(suggestions[name]) == SPREAD for name in ("visitor", "signed_in"))
    assert "| sqlite | 200 |" in tables({"sqlite": {"200": figures}})


def test_the_first_ten_are_judged_without_the_titles_that_are_asked(small_site, tmp_path):
    figures = one.judge(place=tmp_path / "notes.json")

    asked = figures["questions, Chinese"]["asked"]
    assert asked
    assert SearchEntry.objects.filter(kind="thread", title="").count() == asked
    assert all(0 <= told["ours"] <= 1 for told in figures.values())
    assert {"questions", "titles with a slip"} <= set(figures)
    assert "| sqlite: questions |" in tables({"sqlite": {"quality": figures}})


def test_documents_that_are_made_are_the_same_every_time_and_all_found(small_site):
    making, again = Making(700), Making(700)
    docs = [making.document(number) for number in range(1, 701)]

    assert [doc.fingerprint for doc in docs] == [again.document(number).fingerprint for number in range(1, 701)]
    assert len({doc.title for doc in docs}) > 0.9 * len({doc.title for doc in docs[:300]}) + 200
    with in_place_of_things(making):
        indexing.rebuild()
        hits = api.search(docs[699].title, reader()).hits
    assert SearchEntry.objects.count() == 700
    assert hits
    assert KINDS["entry"].model.__name__ == "Entry"


def test_what_is_asked_is_the_same_every_time(small_site):
    docs = originals()

    assert Asking(docs).queries(40) == Asking(docs).queries(40)
    assert Asking(docs).beginnings(12) == Asking(docs).beginnings(12)
