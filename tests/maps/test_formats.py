"""A map as a file, and back."""

import csv
import io
import json
from xml.etree import ElementTree

import networkx as nx
import pytest

from maps.formats import FORMATS, exported, read_gexf, write
from maps.graphs.cut import Cut, Edge, Node
from maps.measures import measure


@pytest.fixture
def cut():
    made = Cut(centre="concept:1")
    made.nodes = [
        Node("concept:1", "topic", "concept", "安静 <silence> & more", "zh-hans", "/en/topics/1/"),
        Node("person:2", "person", "person", '=HYPERLINK("http://evil.example")'),
        Node("entry:3", "document", "entry", "Quiet\x0b before ten", "en", "/en/knowledge/quiet/"),
        Node("concept:4", "gap", "concept", "noise", "en", gap="nothing"),
    ]
    made.edges = [
        Edge("person:2", "concept:1", "knows", 3.0, 1, evidence=("entry:3",)),
        Edge("person:2", "concept:1", "declared"),
        Edge("person:2", "entry:3", "wrote", 3.0),
        Edge("entry:3", "concept:1", "about"),
        Edge("concept:4", "concept:1", "broader"),
    ]
    for node in made.nodes:
        node.measures = measure(made.graph())[node.key]
    return made


def same(graph, cut):
    """Whether a graph that was read has the nodes, edges and what is said of them."""
    wanted = exported(cut)
    assert dict(graph.nodes(data="label")) == dict(wanted.nodes(data="label"))
    assert {key: said["pagerank"] for key, said in graph.nodes(data=True)} == dict(wanted.nodes(data="pagerank"))
    assert sorted(graph.edges(data="kind")) == sorted(wanted.edges(data="kind"))
    assert sorted(graph.edges(data="weight")) == sorted(wanted.edges(data="weight"))
    return True


def test_gexf_is_read_back_equal(cut):
    assert same(read_gexf(write(cut, "gexf")), cut)


def test_gexf_declares_what_gephi_needs(cut):
    root = ElementTree.fromstring(write(cut, "gexf"))
    space = "{http://www.gexf.net/1.2draft}"

    assert (root.tag, root.get("version")) == (f"{space}gexf", "1.2")
    assert root.find(f"{space}graph").get("defaultedgetype") == "directed"
    assert {one.get("class") for one in root.iter(f"{space}attributes")} == {"node", "edge"}


@pytest.mark.parametrize("space", ["http://www.gexf.net/1.3", "http://gexf.net/1.3"])
def test_gexf_in_the_namespace_that_gephi_writes_is_read(cut, space):
    data = write(cut, "gexf").replace(b"http://www.gexf.net/1.2draft", space.encode())

    assert same(read_gexf(data), cut)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<gexf/>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><gexf>&b;</gexf>',
        b'<gexf xmlns="http://www.gexf.net/1.3"><graph><nodes><node/></nodes></graph></gexf>',
    ],
)
def test_what_is_no_gexf_is_refused_with_words(data):
    with pytest.raises(ValueError, match="no GEXF"):
        read_gexf(data)


def test_a_gexf_that_is_too_large_is_not_looked_at(monkeypatch):
    monkeypatch.setattr("maps.formats.MOST_BYTES", 10)

    with pytest.raises(ValueError, match="bytes"):
        read_gexf(b"x" * 11)


def test_graphml_is_read_back_equal(cut):
    assert same(nx.read_graphml(io.BytesIO(write(cut, "graphml")), force_multigraph=True), cut)


def test_json_has_what_is_shown(cut):
    said = json.loads(write(cut, "json"))

    assert [node["key"] for node in said["nodes"]] == [node.key for node in cut.nodes]
    assert len(said["edges"]) == len(cut.edges)
    assert said["centre"] == "concept:1"


def test_a_spreadsheet_runs_nothing_of_a_csv(cut):
    rows = list(csv.DictReader(io.StringIO(write(cut, "csv").decode("utf-8-sig"))))

    assert rows[1]["label"] == '\'=HYPERLINK("http://evil.example")'
    assert [row["row"] for row in rows] == ["node"] * 4 + ["edge"] * 5


def test_the_drawing_is_the_same_every_time(cut):
    assert write(cut, "svg") == write(cut, "svg")


def test_a_drawing_carries_no_style_and_no_script(cut):
    drawn = ElementTree.fromstring(write(cut, "svg"))

    tags = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "g", "path", "a", "text"}
    assert not any(name == "style" or name.startswith("on") for element in drawn.iter() for name in element.attrib)


def test_a_gap_is_drawn_dashed(cut):
    drawn = write(cut, "svg").decode()

    assert drawn.count("stroke-dasharray") == 1


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_map_can_be_written(name):
    assert write(Cut(), name)


def test_hostile_labels_stay_text(cut):
    cut.nodes[0].label = "</text><script>alert(1)</script>]]>"

    for name in ("gexf", "graphml", "svg"):
        ElementTree.fromstring(write(cut, name))
        assert b"<script" not in write(cut, name)
