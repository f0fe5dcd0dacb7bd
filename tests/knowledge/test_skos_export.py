"""What came in goes out the same."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rdflib import SKOS, Graph, URIRef
from rdflib.compare import isomorphic

from knowledge.models import Concept, ConceptScheme
from knowledge.organization.skos.importing import import_files
from knowledge.organization.skos.writing import FORMATS, concept_graph, scheme_graph, written
from tests.knowledge.canonical import canonical, differences
from tests.knowledge.vocabularies import LENDING, PREFIXES, concept

pytestmark = pytest.mark.django_db
ENDINGS = {"ttl": "ttl", "nt": "nt", "xml": "rdf", "json-ld": "jsonld"}


@pytest.fixture
def lending(tmp_path):
    file = tmp_path / "lending.ttl"
    file.write_text(LENDING, encoding="utf-8")
    import_files([file])
    return Graph().parse(file)


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_export_is_isomorphic_with_what_came_in(lending, file_format):
    exported = Graph().parse(data=written(scheme_graph(), file_format), format=file_format.replace("ttl", "turtle"))

    expected = canonical(lending)
    assert isomorphic(exported, expected), differences(exported, expected)


@pytest.mark.parametrize("file_format", FORMATS)
def test_importing_an_export_changes_nothing(lending, file_format, tmp_path):
    file = tmp_path / f"exported.{ENDINGS[file_format]}"
    call_command("export_skos", "--format", file_format, "-o", file)

    assert import_files([file]).outcome.rows == 0


def test_one_scheme_is_exported_without_the_others(lending, tmp_path):
    other = tmp_path / "other.ttl"
    text = concept("x", related=":loan").replace(":scheme", ":other") + ':other dct:title "Other"@en .'
    other.write_text(PREFIXES + text, encoding="utf-8")
    import_files([other])

    graph = scheme_graph(ConceptScheme.objects.get(uri="https://example.org/v/other"))

    assert [str(uri) for uri in graph.subjects(SKOS.inScheme, None)] == ["https://example.org/v/x"]
    assert len(set(graph.subjects(SKOS.prefLabel, None))) == 1


def test_one_concept_is_told_with_its_neighbours_and_scheme(lending):
    loan = Concept.objects.get(uri="https://example.org/v/loan")

    graph = concept_graph(loan)

    assert set(graph.subjects(SKOS.prefLabel, None)) == {URIRef(loan.uri)}
    assert len(set(graph.objects(URIRef(loan.uri), SKOS.narrower))) == 2


def test_an_export_takes_few_queries(lending, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        scheme_graph()


def test_the_command_writes_to_the_terminal(lending):
    out = StringIO()

    call_command("export_skos", "--scheme", "https://example.org/v/scheme", stdout=out)

    assert "Interlibrary loan" in out.getvalue()


def test_an_unknown_scheme_is_told_with_those_that_there_are(lending):
    with pytest.raises(CommandError, match=r"https://example\.org/v/scheme"):
        call_command("export_skos", "--scheme", "https://example.org/nothing")


def test_a_folder_that_is_missing_is_told_and_leaves_nothing(lending, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_skos", "-o", tmp_path / "missing" / "a.ttl")
