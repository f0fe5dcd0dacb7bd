"""Files that are broken, hostile or in another shape: a message names file and line, and nothing comes in."""

import json
import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rdflib import SKOS, URIRef

from knowledge.models import Concept
from knowledge.organization.skos import reading
from knowledge.organization.skos.reading import UnreadableFile, read_files
from tests.knowledge.vocabularies import LENDING

A = URIRef("https://example.org/v/a")
TURTLE = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    '<https://example.org/v/a> a skos:Concept ;\n  skos:prefLabel "Ä 图"@zh-Hans-CN .\n'
)
NTRIPLES = (
    "<https://example.org/v/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/2004/02/skos/core#Concept> .\n"
    '<https://example.org/v/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ä 图"@zh-Hans-CN .\n'
)
XML = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
  <skos:Concept rdf:about="https://example.org/v/a"><skos:prefLabel xml:lang="zh-Hans-CN">Ä 图</skos:prefLabel></skos:Concept>
</rdf:RDF>
"""
JSONLD = json.dumps(
    {
        "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
        "@graph": [
            {
                "@id": "https://example.org/v/a",
                "@type": "skos:Concept",
                "skos:prefLabel": {"@value": "Ä 图", "@language": "zh-Hans-CN"},
            }
        ],
    },
    indent=1,
    ensure_ascii=False,
)
FILES = {"a.ttl": TURTLE, "a.nt": NTRIPLES, "a.rdf": XML, "a.jsonld": JSONLD}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Reading a vocabulary opens no connection."""

    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def message_of(path):
    with pytest.raises(UnreadableFile) as caught:
        read_files([path])
    return str(caught.value)


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("name", "text"), FILES.items())
def test_the_four_formats_say_the_same(tmp_path, name, text):
    graph = read_files([written(tmp_path, name, text)])

    label = graph.value(A, SKOS.prefLabel)
    assert (str(label), label.language) == ("Ä 图", "zh-Hans-CN")
    assert len(graph) == 2


def test_named_graphs_of_json_ld_are_read_too(tmp_path):
    document = json.loads(JSONLD) | {"@id": "https://example.org/graph"}

    assert len(read_files([written(tmp_path, "a.jsonld", json.dumps(document))])) == 2


def test_a_byte_order_mark_does_no_harm(tmp_path):
    for name in ("a.ttl", "a.nt", "a.rdf", "a.jsonld"):
        assert len(read_files([written(tmp_path, name, b"\xef\xbb\xbf" + FILES[name].encode())])) == 2


# ---------------------------------------------------------------- broken
BROKEN = {
    "a.ttl": (TURTLE + '<https://example.org/v/b> a skos:Concept\n  skos:prefLabel "B" .\n', 5),
    "a.nt": (NTRIPLES + "<https://example.org/v/b> nonsense .\n", 3),
    "a.rdf": (XML.replace("</skos:Concept>", "</skos:Konzept>"), 3),
    "a.jsonld": (JSONLD.replace('"@graph"', "@graph"), 5),
}


@pytest.mark.parametrize(("name", "broken"), BROKEN.items())
def test_a_broken_file_is_named_with_its_line(tmp_path, name, broken):
    text, line = broken

    assert f"{name}, line {line}: " in message_of(written(tmp_path, name, text))


@pytest.mark.parametrize(("name", "text"), FILES.items())
def test_half_a_file_is_refused(tmp_path, name, text):
    said = message_of(written(tmp_path, name, text[: len(text) - 25]))

    assert name in said
    assert "broken or cut off" in said


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b" \n \n"])
def test_an_empty_file_is_refused(tmp_path, name, content):
    assert "the file is empty" in message_of(written(tmp_path, name, content))


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.jsonld"])
def test_another_encoding_is_named_with_the_line_where_it_shows(tmp_path, name):
    content = FILES[name].replace("图", "").encode("latin-1")
    line = FILES[name].split("Ä")[0].count("\n") + 1

    assert f"{name}, line {line}: this is not UTF-8" in message_of(written(tmp_path, name, content))


def test_utf_16_is_named(tmp_path):
    assert "UTF-16" in message_of(written(tmp_path, "a.ttl", TURTLE.encode("utf-16")))


def test_an_encoding_that_xml_declares_wrongly_is_refused(tmp_path):
    assert "a.rdf" in message_of(written(tmp_path, "a.rdf", XML.encode("gb18030")))


def test_a_nul_is_named_with_its_line(tmp_path):
    assert "line 3: the line holds a NUL" in message_of(written(tmp_path, "a.ttl", TURTLE.replace("Ä", "\0")))


def test_an_ending_that_tells_no_format_is_refused(tmp_path):
    assert ".ttl" in message_of(written(tmp_path, "a.docx", "x"))


def test_a_missing_file_is_named(tmp_path):
    assert "nowhere.ttl: the file cannot be opened" in message_of(tmp_path / "nowhere.ttl")


# ---------------------------------------------------------------- hostile
BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">LAUGHTER]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&lol9;</rdf:RDF>
""".replace("LAUGHTER", "".join(f'<!ENTITY lol{n + 1} "{f"&lol{n or str()};" * 10}">' for n in range(9)))
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&secret;</rdf:RDF>
"""
REMOTE_DTD = '<?xml version="1.0"?>\n<!DOCTYPE r SYSTEM "http://elsewhere.example/r.dtd">\n<r/>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, REMOTE_DTD])
def test_xml_that_declares_a_document_type_is_refused(tmp_path, text):
    assert "which is refused" in message_of(written(tmp_path, "a.rdf", text))


@pytest.mark.parametrize(
    "context",
    [
        "http://elsewhere.example/context.jsonld",
        ["http://elsewhere.example/context.jsonld", {}],
        [[["http://elsewhere.example/context.jsonld"]]],
        {"@import": "http://elsewhere.example/context.jsonld"},
        {"term": {"@id": "http://e.example/t", "@context": "http://elsewhere.example/context.jsonld"}},
    ],
)
def test_a_context_at_another_address_is_refused_and_not_fetched(tmp_path, context):
    document = json.loads(JSONLD) | {"@context": context}

    said = message_of(written(tmp_path, "a.jsonld", json.dumps(document)))

    assert "http://elsewhere.example/context.jsonld" in said
    assert "nothing is fetched" in said


@pytest.mark.parametrize("depth", [100, 100_000])
def test_json_that_is_nested_too_deep_is_refused(tmp_path, depth):
    assert "a.jsonld" in message_of(written(tmp_path, "a.jsonld", "[" * depth + "]" * depth))


def test_turtle_that_is_nested_too_deep_is_refused(tmp_path):
    text = TURTLE + "<https://example.org/v/a> skos:note " + "[ skos:note " * 3000 + '"x"' + " ]" * 3000 + " ."

    assert "a.ttl" in message_of(written(tmp_path, "a.ttl", text))


def test_a_file_over_its_cap_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 100)

    assert "larger than 50 MB" in message_of(written(tmp_path, "a.ttl", TURTLE))


def test_files_over_their_cap_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_SUM", 100)

    assert "larger than 100 MB together" in message_of(written(tmp_path, "a.ttl", TURTLE))


def test_too_many_statements_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_STATEMENTS", 1)

    assert "statements" in message_of(written(tmp_path, "a.ttl", TURTLE))


# ---------------------------------------------------------------- the command
@pytest.mark.django_db
def test_the_command_names_the_fault_and_imports_nothing(tmp_path):
    good, bad = written(tmp_path, "good.ttl", LENDING), written(tmp_path, "bad.nt", BROKEN["a.nt"][0])

    with pytest.raises(CommandError, match=r"bad\.nt, line 3"):
        call_command("import_skos", good, bad, stdout=StringIO())
    assert not Concept.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_came_and_that_nothing_is_different(tmp_path):
    file, first, second = written(tmp_path, "a.ttl", LENDING), StringIO(), StringIO()

    call_command("import_skos", file, "--facet", "business", stdout=first)
    call_command("import_skos", file, stdout=second)

    assert "4 concepts" in first.getvalue()
    assert "0 rows touched" in second.getvalue()


@pytest.mark.django_db
def test_the_command_lists_warnings_and_with_strict_refuses_them(tmp_path):
    file, told = written(tmp_path, "a.ttl", TURTLE), StringIO()

    with pytest.raises(CommandError, match="is in no scheme"):
        call_command("import_skos", file, "--strict", stdout=StringIO())
    call_command("import_skos", file, stdout=StringIO(), stderr=told)

    assert "Warning: <https://example.org/v/a> is in no scheme." in told.getvalue()


@pytest.mark.django_db
def test_a_dry_run_of_the_command_writes_nothing(tmp_path):
    said = StringIO()

    call_command("import_skos", written(tmp_path, "a.ttl", LENDING), "--dry-run", stdout=said)

    assert "nothing was written" in said.getvalue()
    assert not Concept.objects.exists()
