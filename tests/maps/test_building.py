"""The map from nothing equals what the outbox kept."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from knowledge.organization.vocabulary import remove
from knowledge.outbox import tell, work_off
from maps.models import MapEdge, MapNode
from tests.factories import make_concept
from tests.maps.scenes import answered, community, expert, written

pytestmark = pytest.mark.django_db


def rows():
    """The whole map without its numbers."""
    nodes = MapNode.objects.values_list("key", "kind", "sort", "thing", "work", "access", "language", "date")
    edges = MapEdge.objects.values_list(
        "source__key", "target__key", "kind", "access", "language", "weight", "count", "since", "until"
    )
    evidence = {(e.source.key, e.target.key, e.kind, e.access): e.evidence for e in MapEdge.objects.select_related()}
    return set(nodes), set(edges), evidence


@pytest.fixture
def kept(people):
    """What the outbox kept of a year: written, answered, hidden, moved, agreed, withdrawn, deleted."""
    topic, other = make_concept("silence"), make_concept("noise")
    ada, ben, cleo = expert("Ada"), expert("Ben"), expert("Cleo")
    place, closed = community(), community("Staff room", "closed")
    entries = [written(f"Quiet {number}", ada, topic, other) for number in range(3)]
    threads = [answered(place, f"Where {number}?", ben, cleo, topic) for number in range(3)]
    threads.append(answered(closed, "Between us", ben, ada, topic, other))
    for concept in (topic, other):
        tell("concept_changed", concept)
    for entry in entries:
        tell("published", entry)
    for thread in threads:
        tell("thread_opened", thread)
    work_off()
    entries[0].state.open_to("staff")
    tell("visibility_changed", entries[0])
    threads[0].posts.filter(number=2).update(state="hidden")
    tell("post_hidden", threads[0].posts.get(number=2), thread=threads[0].pk)
    threads[1].state = "deleted"
    threads[1].save()
    tell("thread_deleted", threads[1])
    type(cleo).objects.filter(pk=cleo.pk).update(on_maps="no")
    tell("person_changed", cleo)
    patron = people["patron"].person
    entries[1].contributors.create(person=patron, role="contributor")
    entries[1].save()
    patron.on_maps = "yes"
    patron.save()
    tell("person_changed", patron)
    work_off()
    return rows()


def test_building_from_nothing_gives_what_the_outbox_kept(kept):
    MapNode.objects.all().delete()

    call_command("build_maps", stdout=StringIO())

    assert rows() == kept
    assert kept[1]


def test_building_again_changes_nothing(kept):
    out = StringIO()

    call_command("build_maps", stdout=out)

    assert " 0 rows differed" in out.getvalue()
    assert rows() == kept


def test_a_check_finds_nothing_where_the_outbox_kept_the_map(kept):
    out = StringIO()

    call_command("build_maps", "--check", stdout=out)

    assert "The map is right." in out.getvalue()


SPOILS = [lambda: MapEdge.objects.filter(kind="knows").update(weight=99), lambda: MapNode.objects.first().delete()]


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_check_finds_drift_and_leaves_it(kept, spoil):
    spoil()
    before = rows()

    with pytest.raises(CommandError, match="drifted"):
        call_command("build_maps", "--check", stdout=StringIO())

    assert rows() == before


def test_what_is_no_more_leaves_with_the_next_building(kept):
    MapNode.objects.create(
        key="thread:99999", kind="document", sort="thread", thing=99999, work="thread:99999", access="public"
    )

    call_command("build_maps", stdout=StringIO())

    assert rows() == kept


def test_a_concept_that_is_deleted_leaves_the_map(kept, people):
    concept = make_concept("an unused word")
    tell("concept_changed", concept)
    work_off()
    key = f"concept:{concept.pk}"
    assert MapNode.objects.filter(key=key).exists()

    remove(concept, by=people["librarian"])
    work_off()

    assert not MapNode.objects.filter(key=key).exists()
