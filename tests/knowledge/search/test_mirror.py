"""Elasticsearch is kept like the database's index, whatever happens; against a real server."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from knowledge.models import SearchEntry, SearchGone, SearchIndexState
from knowledge.search import indexing, mirror
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import Unavailable, client
from tests.knowledge.search.elastic import found, settle, written
from tests.knowledge.search.golden import CORPUS

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("own_indices")]


def test_the_worker_makes_the_index_that_is_not_there():
    key = written("The gannet on the roof")
    assert not mirror.is_ready()

    settle()

    assert mirror.is_ready()
    assert found("gannet") == {key}
    assert not SearchEntry.objects.filter(waiting=True).exists()


def test_what_is_written_is_sent_once_it_is_committed():
    settle()

    key = written("The gannet on the roof")

    indices.refresh(SearchIndexState.objects.get().mirror)
    assert found("gannet") == {key}
    assert not SearchEntry.objects.filter(waiting=True).exists()


def test_what_is_no_more_goes_from_both():
    key = written("The gannet on the roof")
    settle()

    SearchEntry.objects.filter(key=key).update(fingerprint="")
    gone = key.replace("entry:", "entry:9")
    SearchEntry.objects.filter(key=key).update(key=gone)
    indices.send(SearchIndexState.objects.get().targets, gone=[(key, 99)])
    indexing.index([gone])

    settle()
    assert found("gannet") == set()
    assert not SearchGone.objects.exists()


def test_what_could_not_be_sent_waits_and_readers_are_told_so(settings):
    settle()
    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, "http://127.0.0.1:9"

    key = written("The gannet on the roof")

    assert SearchEntry.objects.get(key=key).waiting
    assert not mirror.is_ready()
    with pytest.raises(Unavailable):
        mirror.keep_up()
    settings.ELASTICSEARCH_URL = address
    settle()
    assert mirror.is_ready()
    assert found("gannet") == {key}


def test_an_older_state_that_arrives_late_overwrites_nothing():
    key = written("The gannet on the roof")
    settle()
    before = next(iter(SearchEntry.objects.filter(key=key)))
    serial = before.serial

    SearchEntry.objects.filter(key=key).update(serial=serial - 1, waiting=True)
    make = SearchIndexState.objects.get().mirror
    mirror._send([SearchEntry.objects.get(key=key)], [make])

    assert dict(indices.serials(make))[key] == serial


def test_a_rebuild_stands_beside_what_is_read_and_hears_of_what_is_written_meanwhile():
    first = written("The gannet on the roof")
    settle()
    old = SearchIndexState.objects.get().mirror

    new = mirror.make_anew()
    second = written("A second gannet")
    indices.refresh(old)

    assert found("gannet") == {first, second}
    settle()
    assert SearchIndexState.objects.get().mirror == new
    assert found("gannet") == {first, second}
    assert indices.ours() == {new}


def test_an_index_that_was_lost_is_made_again():
    key = written("The gannet on the roof")
    settle()
    indices.drop(indices.ours())
    with pytest.raises(Unavailable):
        found("gannet")

    settle()

    assert found("gannet") == {key}


def test_another_version_of_the_mapping_is_built_anew(monkeypatch):
    key = written("The gannet on the roof")
    settle()
    old = SearchIndexState.objects.get().mirror
    monkeypatch.setattr(indices, "VERSION", "99.1")

    settle()

    assert SearchIndexState.objects.get().mirror != old
    assert found("gannet") == {key}
    assert old not in indices.ours()


def test_without_a_cluster_nothing_is_kept_for_it(settings):
    settle()
    settings.ELASTICSEARCH_URL = ""

    mirror.keep_up()
    written("The gannet on the roof")

    assert SearchIndexState.objects.get().mirror == ""
    assert not SearchGone.objects.exists()


def test_the_check_finds_what_differs():
    written("The gannet on the roof")
    key = written("A second gannet")
    settle()
    call_command("search_rebuild", "--check")
    indices.send(SearchIndexState.objects.get().targets, gone=[(key, 10_000)])

    with pytest.raises(CommandError, match="1 outdated in Elasticsearch"):
        call_command("search_rebuild", "--check")

    call_command("search_rebuild")
    call_command("search_rebuild", "--check")


def test_what_was_lost_without_anybody_telling_is_noticed_and_sent_again(monkeypatch):
    monkeypatch.setattr(mirror, "COUNTED_EVERY", 0)
    monkeypatch.setattr(mirror, "_watch", mirror.Watch())
    keys = {written("The gannet on the roof"), written("A second gannet")}
    settle()
    client(patient=True).bulk(
        operations=[{"delete": {"_id": key}} for key in keys],
        index=SearchIndexState.objects.get().mirror,
        refresh=True,
    )
    assert found("gannet") == set()

    assert mirror.keep_up() == 0  # a first look may be mistaken
    mirror.keep_up()
    assert not mirror.is_ready()
    settle()

    assert mirror.is_ready()
    assert found("gannet") == keys
    call_command("search_rebuild", "--check")


def test_what_was_put_there_by_somebody_else_is_dropped(monkeypatch):
    monkeypatch.setattr(mirror, "COUNTED_EVERY", 0)
    monkeypatch.setattr(mirror, "_watch", mirror.Watch())
    key = written("The gannet on the roof")
    settle()
    stray = replace(CORPUS[0], title="A gannet that nobody wrote")
    indices.send(SearchIndexState.objects.get().targets, [(stray, 1)])

    for _look in range(3):
        settle()

    assert found("gannet") == {key}


def test_an_index_that_is_given_up_for_another_is_not_read_and_does_not_move_the_place_in_it():
    written("The gannet on the roof")
    settle()
    mirror.make_anew()
    given_up = SearchIndexState.objects.get()
    new = mirror.make_anew()

    mirror._build(given_up)
    mirror._lead_readers_over(given_up.mirror_building)

    state = SearchIndexState.objects.get()
    assert (state.mirror_building, state.mirror_after) == (new, 0)


def test_what_is_dropped_is_not_made_again_by_a_batch_that_comes_late():
    written("The gannet on the roof")
    settle()
    name = SearchIndexState.objects.get().mirror
    indices.drop([name])

    with pytest.raises(Unavailable):
        indices.send([name], [(CORPUS[0], 1)])

    assert indices.ours() == set()


def test_a_document_that_is_gone_does_not_come_back_with_an_older_state():
    key = written("The gannet on the roof")
    settle()
    name = SearchIndexState.objects.get().mirror
    indices.send([name], gone=[(key, 50)])

    mirror._send([SearchEntry.objects.get(key=key)], [name])
    indices.refresh(name)

    assert found("gannet") == set()
