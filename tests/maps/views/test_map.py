"""The map page: one state as drawing, table and text, and the same as a file."""

import csv
import io
import json

import networkx as nx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from knowledge.search.indexing import index
from maps.formats import read_gexf
from maps.graphs import around
from tests.factories import make_concept
from tests.maps.scenes import answered, community, expert, key, mapped, silence, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(people):
    topic, ada, ben = silence(), expert("Ada"), expert("Ben")
    entry = written("Quiet before ten", ada, topic)
    thread = answered(community(), "Where is it quiet?", ben, ada, topic)
    mapped(topic, ada, ben, entry, thread)
    return {"topic": topic, "ada": ada, "ben": ben, "entry": entry, "thread": thread}


def get(client, name="maps", args=(), **query):
    return client.get(reverse(name, args=args), query)


def page(client, world, **query):
    return get(client, node=key(world["topic"]), **query).content.decode()


NAMES = ("Ada", "Quiet before ten", "Where is it quiet?", "silence")


@pytest.mark.parametrize("view", ["graph", "table", "text"])
def test_drawing_table_and_text_name_the_same_things(view, client, world):
    shown = page(client, world, view=view)

    assert all(escape(name) in shown for name in NAMES)


def test_the_text_counts_what_is_there_and_nothing_else(client, world):
    assert "Around “silence”: 1 person and 2 documents." in page(client, world, view="text")


def test_the_drawing_is_the_same_every_time(client, world):
    drawn = [page(client, world).partition('<svg class="map"')[2].partition("</svg>")[0] for _time in range(2)]

    assert drawn[0] == drawn[1] != ""


def test_a_node_is_chosen_and_says_why_it_is_there(client, world):
    shown = page(client, world, chosen=key(world["ada"]))

    panel = shown.partition('<aside class="rail"')[2]
    assert "Ada" in panel
    assert "had a part in 2 documents" in panel
    assert "Who is shown here agreed to it." in panel


def test_an_edge_is_chosen_and_names_its_evidence(client, world):
    shown = page(client, world, chosen=f"{key(world['ada'])}~{key(world['topic'])}")

    panel = shown.partition("Why they are linked")[2]
    assert "Quiet before ten" in panel
    assert "Where is it quiet?" in panel


def test_kinds_that_are_not_wanted_are_left_out(client, world):
    shown = page(client, world, types="person", view="table")

    assert "Ada" in shown
    assert "Quiet before ten" not in shown


def test_a_neighbour_is_opened_further(client, world):
    noise = make_concept("noise", "噪声")
    mapped(noise, written("A knock", world["ada"], noise))

    assert "noise" not in page(client, world, view="table")
    assert "noise" in page(client, world, view="table", open=key(world["ada"]))


def test_one_name_leads_to_its_map_and_an_unknown_one_says_so(client, world):
    index([f"knowledge.concept:{world['topic'].pk}"])

    assert get(client, q="silence").url == f"{reverse('maps')}?node={key(world['topic'])}".replace(":", "%3A")
    assert "Nothing of this name can be a start." in get(client, q="astrolabe").content.decode()


@pytest.mark.parametrize("node", ["concept:999999", "person:0", "nonsense", "concept:1' OR 1=1", "entry:" + "9" * 60])
def test_what_is_not_there_is_a_plain_404(node, client, world):
    assert get(client, node=node).status_code == 404


def test_who_did_not_agree_is_as_missing_as_nobody(client, world):
    person = world["ben"]
    person.on_maps = "no"
    person.save()

    missing = get(client, node="person:999999")
    unseen = get(client, node=key(person))

    assert unseen.status_code == missing.status_code == 404
    assert unseen.content == missing.content
    assert "Ben" not in page(client, world, view="table")


@pytest.mark.parametrize(
    "query",
    [{"depth": "x"}, {"since": "2999"}, {"types": "dragon"}, {"view": "3d"}, {"chosen": "a~b~c"}, {"open": "q"}],
)
def test_what_makes_no_sense_is_passed_over(query, client, world):
    assert "silence" in page(client, world, **query)


def test_an_empty_map_says_how_it_fills(client, db):
    assert "The map is empty" in get(client).content.decode()


def test_the_start_offers_topics_and_people(client, world):
    shown = get(client).content.decode()

    assert "silence" in shown
    assert "Ada" in shown


def test_a_map_costs_the_same_however_much_is_around(client, world):
    page(client, world)
    with CaptureQueriesContext(connection) as few:
        page(client, world, view="table")
    for number in range(12):
        mapped(written(f"Entry {number}", expert(f"Expert {number}"), world["topic"]))
    with CaptureQueriesContext(connection) as many:
        page(client, world, view="table")

    assert len(many) <= len(few)


# ---------------------------------------------------------------- the way between two
def test_the_way_from_a_person_to_a_topic_says_each_step(client, world):
    shown = get(client, "map_path", **{"from": key(world["ben"]), "to": key(world["topic"])}).content.decode()

    assert "2 steps" in shown
    assert "Where is it quiet?" in shown


def test_a_way_that_is_not_there_says_so_and_keeps_what_was_typed(client, world):
    shown = get(client, "map_path", **{"from": "concept:999999", "to": "nobody of that name"}).content.decode()

    assert "nobody of that name" in shown
    assert "is on the map that you may see" in shown


# ---------------------------------------------------------------- gaps
def test_gaps_are_listed_and_the_same_as_csv(client, world):
    lonely = make_concept("loneliness", "孤独")
    mapped(lonely)

    shown = get(client, "map_gaps").content.decode()
    rows = list(csv.reader(io.StringIO(get(client, "map_gaps", **{"as": "csv"}).content.decode("utf-8-sig"))))

    assert "loneliness" in shown
    assert "loneliness" in [row[1] for row in rows[1:]]
    assert all(row[1] in shown for row in rows[1:])


# ---------------------------------------------------------------- files
def export(client, world, name, **query):
    return get(client, "map_export", args=[name], node=key(world["topic"]), **query)


def test_gexf_is_read_back_with_everything_that_is_shown(client, world, people):
    graph = read_gexf(export(client, world, "gexf").content)

    cut = around(people["visitor"], key(world["topic"]))
    assert set(graph) == {node.key for node in cut.nodes}
    assert graph.number_of_edges() == len(cut.edges)


def test_graphml_and_json_have_the_same_nodes(client, world):
    graph = nx.read_graphml(io.BytesIO(export(client, world, "graphml").content))
    told = json.loads(export(client, world, "json").content)

    assert set(graph) == {node["key"] for node in told["nodes"]}


@pytest.mark.parametrize("name", ["svg", "csv"])
def test_drawing_and_table_leave_as_files(name, client, world):
    response = export(client, world, name)

    assert "attachment" in response["Content-Disposition"]
    assert "Quiet before ten" in response.content.decode()


def test_a_file_is_narrowed_like_the_page(client, world):
    assert "Quiet before ten" not in export(client, world, "csv", types="person").content.decode()


def test_an_unknown_format_is_missing(client, world):
    assert export(client, world, "exe").status_code == 404


def test_what_a_reader_signed_in_for_is_not_kept_by_others(client, world, people):
    client.force_login(people["patron"])

    assert "no-store" in export(client, world, "json")["Cache-Control"]
