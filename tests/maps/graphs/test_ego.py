"""The map around a node."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import translation

from knowledge.models import ConceptRelation
from maps.graphs import around
from tests.factories import make_concept
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

VISITOR = AnonymousUser()
pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Ada wrote an entry about silence and answered in a thread about it, which Ben asked."""
    topic, ada, ben = silence(), expert("Ada"), expert("Ben")
    entry = written("Quiet before ten", ada, topic)
    thread = answered(community(), "Where is it quiet?", ben, ada, topic)
    mapped(topic, ada, ben, entry, thread)
    return {"topic": topic, "ada": ada, "ben": ben, "entry": entry, "thread": thread}


def edges(cut):
    return {(edge.source, edge.kind, edge.target) for edge in cut.edges}


def test_a_topic_is_surrounded_by_its_documents_and_by_who_knows(world):
    cut = around(VISITOR, key(world["topic"]))

    assert {node.key for node in cut.nodes} == {key(world[name]) for name in ("topic", "ada", "entry", "thread")}
    assert (key(world["ada"]), "knows", key(world["topic"])) in edges(cut)
    assert (key(world["entry"]), "about", key(world["topic"])) in edges(cut)


def test_the_centre_comes_first(world):
    assert around(VISITOR, key(world["topic"])).nodes[0].key == key(world["topic"])


def test_edges_between_neighbours_are_shown(world):
    assert (key(world["ada"]), "answered", key(world["thread"])) in edges(around(VISITOR, key(world["topic"])))


def test_to_ask_about_a_topic_is_not_to_know_it(world):
    assert (key(world["ben"]), "knows", key(world["topic"])) not in edges(around(VISITOR, key(world["ben"]), depth=2))


def test_what_somebody_knows_adds_up_over_documents(world):
    [knows] = [edge for edge in around(VISITOR, key(world["topic"])).edges if edge.kind == "knows"]

    assert (knows.weight, knows.count) == (6.0, 2)
    assert set(knows.evidence) == {key(world["entry"]), key(world["thread"])}


def test_depth_two_reaches_the_neighbours_of_neighbours(world):
    assert around(VISITOR, key(world["topic"])).node(key(world["ben"])) is None
    assert around(VISITOR, key(world["topic"]), depth=2).node(key(world["ben"]))


def test_types_narrow_what_stands_beside_the_centre(world):
    cut = around(VISITOR, key(world["topic"]), types=["person"])

    assert [node.kind for node in cut.nodes] == ["topic", "person"]


def test_a_language_narrows_documents(world):
    chinese = written("十点前安静", world["ada"], world["topic"], language="zh-hans")
    mapped(chinese)

    cut = around(VISITOR, key(world["topic"]), language="zh-hans")

    assert [node.key for node in cut.nodes if node.kind == "document"] == [key(chinese)]


def test_an_entry_in_two_languages_is_one_document_in_the_readers(world):
    other = written("十点前安静", world["ada"], world["topic"], language="zh-hans")
    type(other).objects.filter(pk=other.pk).update(translation_key=world["entry"].translation_key)
    mapped(other)

    for language, entry in (("en", world["entry"]), ("zh-hans", other)):
        with translation.override(language):
            cut = around(VISITOR, key(world["topic"]), types=["document"])
        assert [node.key for node in cut.nodes if node.sort == "entry"] == [key(entry)]
    assert [edge.count for edge in around(VISITOR, key(world["topic"])).edges if edge.kind == "knows"] == [2]


def test_an_unknown_node_and_one_not_to_be_seen_answer_the_same(world):
    hidden = answered(community("Staff room", "closed"), "Secret", world["ben"], world["ada"], world["topic"])
    mapped(hidden)
    answers = []

    for asked in (key(hidden), "thread:999999", "nonsense", "concept:999999"):
        with pytest.raises(Http404) as refusal:
            around(VISITOR, asked)
        answers.append(str(refusal.value))

    assert len(set(answers)) == 1


def test_a_withdrawn_consent_acts_before_the_outbox_does(world):
    type(world["ada"]).objects.filter(pk=world["ada"].pk).update(on_maps="no")

    assert around(VISITOR, key(world["topic"])).node(key(world["ada"])) is None
    with pytest.raises(Http404):
        around(VISITOR, key(world["ada"]))


def test_a_closed_entry_is_gone_before_the_outbox_does_it(world):
    world["entry"].state.open_to("staff")

    assert around(VISITOR, key(world["topic"])).node(key(world["entry"])) is None


def test_who_cannot_be_found_by_search_is_named_without_a_link():
    topic, ada = silence(), expert("Ada", findable=False)
    mapped(topic, ada, written("Quiet", ada, topic))

    assert around(VISITOR, key(topic)).node(key(ada)).url is None


def test_who_did_not_agree_is_not_on_the_map(people):
    topic = silence()
    mapped(topic, written("Quiet", people["patron"].person, topic))

    assert {node.shape for node in around(VISITOR, key(topic)).nodes} == {"topic", "document"}


def test_topics_stand_beside_broader_ones():
    narrow, wide = silence(), make_concept("sound")
    ConceptRelation.objects.create(source=narrow, target=wide, kind="broader")
    mapped(narrow, wide)

    assert (key(narrow), "broader", key(wide)) in edges(around(VISITOR, key(wide)))


def test_a_topic_with_nothing_and_one_with_nobody_are_gaps(people):
    bare, written_about = silence(), make_concept("sound")
    mapped(bare, written("Sound", people["patron"].person, written_about))

    assert [around(VISITOR, key(topic)).nodes[0].gap for topic in (bare, written_about)] == ["nothing", "nobody"]


def test_a_hub_says_how_many_more_there_are(world):
    mapped(*(written(f"Quiet {number}", world["ada"], world["topic"]) for number in range(6)))

    cut = around(VISITOR, key(world["topic"]), most=4)

    assert len(cut.nodes) == 4
    assert cut.left_out[key(world["topic"])] >= 5


def test_a_hub_that_is_opened_shows_the_rest(world):
    mapped(*(written(f"Quiet {number}", world["ada"], world["topic"]) for number in range(6)))

    cut = around(VISITOR, key(world["topic"]), most=4, opened=[key(world["topic"])])

    assert len(cut.nodes) == 10
    assert key(world["topic"]) not in cut.left_out


def test_what_is_shown_in_the_other_language_is_not_left_out(world):
    other = written("十点前安静", world["ada"], world["topic"], language="zh-hans")
    type(other).objects.filter(pk=other.pk).update(translation_key=world["entry"].translation_key)
    mapped(other)

    cut = around(VISITOR, key(world["topic"]))

    assert cut.left_out.keys() == {key(world["thread"])}  # who asked there


def test_people_are_not_crowded_out_by_documents(world):
    mapped(*(written(f"Quiet {number}", world["ada"], world["topic"]) for number in range(6)))

    assert around(VISITOR, key(world["topic"]), most=3).node(key(world["ada"]))


def test_never_more_than_300_nodes_are_held(world, monkeypatch):
    monkeypatch.setattr("maps.graphs.ego.LIMIT", 3)

    assert len(around(VISITOR, key(world["topic"]), most=10_000).nodes) == 3


@pytest.mark.parametrize("name", ["topic", "ada", "entry", "thread"])
def test_a_map_costs_eight_queries(world, name, django_assert_max_num_queries):
    around(VISITOR, key(world[name]))  # where the site's pages stand is known from now on

    with django_assert_max_num_queries(8):
        around(VISITOR, key(world[name]))


def test_the_time_narrows_what_happened(world):
    assert [node.kind for node in around(VISITOR, key(world["topic"]), until=date(1999, 1, 1)).nodes] == ["gap"]


def test_a_node_that_is_opened_brings_its_neighbours(world):
    cut = around(VISITOR, key(world["topic"]), opened=[key(world["thread"]), "entry:999"])

    assert cut.node(key(world["ben"]))
