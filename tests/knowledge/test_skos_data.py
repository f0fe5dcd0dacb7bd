"""Three vocabularies as libraries publish them come in whole and go out the same."""

import pytest
from django.db.models import Count, Q
from rdflib import Graph
from rdflib.compare import isomorphic

from knowledge.models import Concept, ConceptGroup, ConceptLabel, ConceptRelation, ConceptScheme, SchemeMembership
from knowledge.organization.skos.importing import import_files
from knowledge.organization.skos.writing import scheme_graph
from tests.knowledge.canonical import canonical, differences

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def comes_back(files):
    """Import, export, compare; import the files again."""
    source = Graph()
    for file in files:
        source.parse(file)
    expected, exported = canonical(source), canonical(scheme_graph())
    assert isomorphic(exported, expected), differences(exported, expected)
    assert import_files(files).outcome.rows == 0


def test_the_unesco_thesaurus(real_data):
    file = real_data / "concepts" / "unesco-thesaurus.ttl"

    report = import_files([file], facet_of="subject")

    assert Concept.objects.count() == 4420
    assert ConceptGroup.objects.count() == 95
    assert ConceptLabel.objects.filter(kind="alt").count() == 13_986
    assert ConceptRelation.objects.filter(kind="related").count() == 12_220
    assert Concept.objects.filter(relations__kind="broader").distinct().count() == 3836
    assert ConceptScheme.objects.get().facet == "subject"
    assert set(ConceptLabel.objects.values_list("language", flat=True)) == {"en", "fr", "es", "ru"}
    assert report.read["concepts"] == 4420
    comes_back([file])


def test_coar(real_data):
    files = sorted((real_data / "concepts" / "coar").glob("*.ttl"))

    import_files(files)

    assert Concept.objects.count() == 90
    assert SchemeMembership.objects.count() == 90
    assert ConceptScheme.objects.count() == 3
    assert Concept.objects.filter(labels__kind="pref", labels__language="zh").distinct().count() == 58
    comes_back(files)


def test_rda(real_data):
    files = sorted((real_data / "concepts" / "rda").glob("*.nt"))

    report = import_files(files)

    assert len(files) == 104
    assert Concept.objects.count() == 1255
    assert Concept.objects.filter(memberships__isnull=False).distinct().count() == 1253
    used = ConceptScheme.objects.annotate(number=Count("memberships")).filter(number__gt=0)
    assert used.count() == 102
    assert Concept.objects.filter(status="deprecated").count() == 522
    chinese = Q(labels__kind="pref", labels__language__startswith="zh")
    assert Concept.objects.filter(chinese).distinct().count() == 786
    assert sum("two preferred labels" in warning for warning in report.warnings) == 1
    doubled = {warning.split(">")[0] for warning in report.warnings if "and also another one" in warning}
    assert len(doubled) == 58
    assert import_files(files).outcome.rows == 0
