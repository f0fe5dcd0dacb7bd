"""What an import of SKOS keeps, changes and leaves."""

import json

import pytest

from knowledge.models import (
    Concept,
    ConceptGroup,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptRelation,
    ConceptScheme,
    OutboxRow,
    SchemeMembership,
)
from knowledge.organization.skos.importing import ImportRefused, facet_by_last_part, import_files
from knowledge.search.analysis import fold
from tests.knowledge.vocabularies import LENDING, PREFIXES, concept

pytestmark = pytest.mark.django_db
BASE = "https://example.org/v/"


@pytest.fixture
def bring_in(tmp_path):
    """Import a text of Turtle; return the report."""

    def bring_in(text, **options):
        file = tmp_path / "vocabulary.ttl"
        file.write_text(text, encoding="utf-8")
        return import_files([file], **options)

    return bring_in


def one(name):
    return Concept.objects.get(uri=BASE + name)


def labels_of(name, kind):
    return sorted(ConceptLabel.objects.filter(concept__uri=BASE + name, kind=kind).values_list("language", "text"))


def refusal(bring_in, text, **options):
    with pytest.raises(ImportRefused) as caught:
        bring_in(text, **options)
    return "\n".join(caught.value.errors)


# ---------------------------------------------------------------- what is kept
def test_labels_keep_their_kind_and_the_language_of_the_source(bring_in):
    bring_in(LENDING)

    assert labels_of("loan", "pref") == [("de", "Ausleihe"), ("en", "Loan"), ("zh-Hans", "外借")]
    assert labels_of("loan", "alt") == [("en", "Lending")]
    assert labels_of("loan", "hidden") == [("en", "loann")]


def test_labels_are_folded_as_search_compares_them(bring_in):
    bring_in(PREFIXES + concept("a", "Café  Régime"))

    assert ConceptLabel.objects.get().folded == fold("Café  Régime") == "cafe regime"


def test_notes_come_as_text_or_as_a_resource_with_its_value(bring_in):
    bring_in(LENDING)

    notes = set(one("loan").notes.values_list("kind", "text", "uri"))
    assert notes == {
        ("definition", "Something goes out and comes back.", ""),
        ("scopeNote", "Not for exhibitions.", f"{BASE}note"),
    }


def test_several_notations_are_kept_with_their_datatypes(bring_in):
    bring_in(LENDING)

    assert one("loan").notations == [["001", f"{BASE}code", ""], ["L1", "", ""]]
    assert one("loan").notation == "001"


def test_narrower_is_the_same_as_broader_read_backwards(bring_in):
    bring_in(LENDING)

    broader = ConceptRelation.objects.filter(kind="broader").values_list("source__uri", "target__uri")
    assert set(broader) == {(f"{BASE}ill", f"{BASE}loan"), (f"{BASE}renewal", f"{BASE}loan")}


def test_related_is_told_from_both_sides(bring_in):
    bring_in(LENDING)

    related = ConceptRelation.objects.filter(kind="related").values_list("source__uri", "target__uri")
    assert set(related) == {(f"{BASE}ill", f"{BASE}renewal"), (f"{BASE}renewal", f"{BASE}ill")}


def test_schemes_have_titles_and_know_their_top(bring_in):
    bring_in(LENDING)

    scheme = ConceptScheme.objects.get()
    assert scheme.titles == {"en": "Lending", "zh-Hans": "外借"}
    assert scheme.descriptions == {"en": "How things go out."}
    assert [row.concept for row in scheme.memberships.filter(is_top=True)] == [one("loan")]
    assert scheme.memberships.count() == 4


def test_mappings_keep_the_address_elsewhere(bring_in):
    bring_in(LENDING)

    assert ConceptMapping.objects.values_list("kind", "target_uri").get() == (
        "exactMatch",
        "http://elsewhere.example/ill",
    )


def test_collections_become_groups_that_may_be_nested_and_ordered(bring_in):
    bring_in(LENDING)

    out, steps = ConceptGroup.objects.get(uri=f"{BASE}out"), ConceptGroup.objects.get(uri=f"{BASE}steps")
    assert {row.concept or row.subgroup for row in out.members.all()} == {one("loan"), steps}
    assert out.titles == {"en": "Going out"}
    assert out.notations == [["G", "", ""]]
    in_order = [row.concept.uri.removeprefix(BASE) for row in steps.members.order_by("position")]
    assert steps.is_ordered
    assert in_order == ["loan", "renewal", "ill"]


@pytest.mark.parametrize(
    "said",
    [
        "owl:deprecated true",
        "<http://metadataregistry.org/uri/profile/regap/status> <http://metadataregistry.org/uri/RegStatus/1008>",
        '<http://art.uniroma2.it/ontologies/vocbench#hasStatus> "Deprecated"',
    ],
)
def test_deprecated_concepts_come_in_marked_and_are_not_offered(bring_in, said):
    bring_in(PREFIXES + concept("old").replace(" .\n", f" ; {said} .\n") + concept("new"))

    assert one("old").is_deprecated
    assert list(Concept.objects.offered()) == [one("new")]


def test_what_is_not_kept_is_counted_and_named(bring_in):
    report = bring_in(
        LENDING + ':loan dct:modified "2026-01-01" ; skos:broaderTransitive :x . :ill dct:modified "2026" .'
    )

    assert report.not_kept == {
        "http://purl.org/dc/terms/modified": 2,
        "http://www.w3.org/2004/02/skos/core#broaderTransitive": 1,
    }


# ---------------------------------------------------------------- the facet of a scheme
def test_a_scheme_classifies_by_nothing_until_somebody_says_so(bring_in):
    bring_in(LENDING)
    assert ConceptScheme.objects.get().facet == ""

    bring_in(LENDING, facet_of="business")
    assert ConceptScheme.objects.get().facet == "business"

    bring_in(LENDING)
    assert ConceptScheme.objects.get().facet == "business"

    bring_in(LENDING, facet_of="")
    assert ConceptScheme.objects.get().facet == ""


def test_the_facet_may_be_told_by_the_uri_of_each_scheme(bring_in):
    uris = ["https://example.org/schemes/use", "https://example.org/schemes/other"]
    text = "".join(f"<{uri}> a skos:ConceptScheme . " for uri in uris)

    bring_in(PREFIXES + text, facet_of=facet_by_last_part)

    assert dict(ConceptScheme.objects.values_list("uri", "facet")) == {uris[0]: "use", uris[1]: ""}


# ---------------------------------------------------------------- running it again
def rows():
    models = (Concept, ConceptLabel, ConceptNote, ConceptRelation, ConceptMapping, SchemeMembership, ConceptGroup)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_importing_again_changes_nothing(bring_in):
    bring_in(LENDING)
    before, told = rows(), OutboxRow.objects.count()

    report = bring_in(LENDING)

    assert report.outcome.rows == 0
    assert rows() == before
    assert OutboxRow.objects.count() == told


def test_only_differences_are_written(bring_in):
    bring_in(LENDING)
    kept = one("loan").labels.get(language="de").pk

    report = bring_in(LENDING.replace('"Loan"@en', '"Loans"@en'))

    assert report.outcome.new == {"labels": 1} | {name: 0 for name in report.outcome.new if name != "labels"}
    assert report.outcome.removed["labels"] == 1
    assert report.outcome.touched == {one("loan").pk}
    assert one("loan").labels.get(language="de").pk == kept


def test_a_concept_that_left_the_file_stays(bring_in):
    bring_in(PREFIXES + concept("a") + concept("b"))

    bring_in(PREFIXES + concept("a"))

    assert set(Concept.objects.values_list("uri", flat=True)) == {f"{BASE}a", f"{BASE}b"}


def test_a_relation_that_left_the_file_goes_from_both_sides(bring_in):
    bring_in(PREFIXES + concept("a", related=":b") + concept("b"))
    assert ConceptRelation.objects.count() == 2

    bring_in(PREFIXES + concept("a"))

    assert ConceptRelation.objects.count() == 0


def test_what_was_added_here_stays_when_the_vocabulary_comes_again(bring_in):
    bring_in(LENDING)
    ConceptLabel.objects.create(concept=one("renewal"), kind="pref", language="zh-Hans", text="续借", folded="续借")

    report = bring_in(LENDING)

    assert report.outcome.rows == 0
    assert labels_of("renewal", "pref") == [("en", "Renewal"), ("zh-Hans", "续借")]


def test_a_preferred_label_given_here_goes_before_that_of_the_file(bring_in):
    bring_in(LENDING)
    one("renewal").labels.all().delete()
    ConceptLabel.objects.create(concept=one("renewal"), kind="pref", language="en", text="Keep it", folded="keep it")

    bring_in(LENDING)

    assert labels_of("renewal", "pref") == [("en", "Keep it")]
    assert labels_of("renewal", "alt") == [("en", "Renewal")]


def test_a_mark_given_here_is_not_taken_off_by_an_import(bring_in):
    bring_in(LENDING)
    Concept.objects.filter(uri=f"{BASE}loan").update(status="deprecated")

    bring_in(LENDING)

    assert one("loan").is_deprecated


def test_a_dry_run_counts_and_writes_nothing(bring_in):
    report = bring_in(LENDING, dry_run=True)

    assert report.outcome.new["concepts"] == 4
    assert not Concept.objects.exists()
    assert not OutboxRow.objects.exists()


def test_search_is_told_once_for_many_concepts(bring_in):
    bring_in(LENDING)

    row = OutboxRow.objects.get(kind="concepts_imported")
    assert set(row.payload["keys"]) == {
        f"knowledge.concept:{pk}" for pk in Concept.objects.values_list("pk", flat=True)
    }


def test_several_files_are_checked_together(tmp_path):
    (tmp_path / "one.ttl").write_text(PREFIXES + concept("a", broader=":b"))
    (tmp_path / "two.ttl").write_text(PREFIXES + concept("b"))

    report = import_files([tmp_path / "one.ttl", tmp_path / "two.ttl"])

    assert report.warnings == []
    assert ConceptRelation.objects.get().target == one("b")


# ---------------------------------------------------------------- errors stop it
def test_a_circle_in_broader_is_refused_with_its_concepts(bring_in):
    said = refusal(
        bring_in, PREFIXES + concept("a", broader=":b") + concept("b", broader=":c") + concept("c", broader=":a")
    )

    assert f"<{BASE}a> → <{BASE}b> → <{BASE}c> → <{BASE}a>" in said
    assert not Concept.objects.exists()


def test_a_circle_that_closes_over_what_is_here_is_refused(bring_in):
    bring_in(PREFIXES + concept("a", broader=":b") + concept("b"))

    said = refusal(bring_in, PREFIXES + concept("b", broader=":a"))

    assert f"<{BASE}a>" in said
    assert f"<{BASE}b>" in said


def test_a_concept_without_a_preferred_label_is_refused(bring_in):
    said = refusal(bring_in, PREFIXES + ':a a skos:Concept ; skos:altLabel "A"@en ; skos:prefLabel "  "@en .')

    assert f"<{BASE}a> has no preferred label" in said


@pytest.mark.parametrize("other", ["skos:ConceptScheme", "skos:Collection"])
def test_a_uri_that_is_two_things_is_refused(bring_in, other):
    assert f"<{BASE}a> is two things" in refusal(bring_in, PREFIXES + concept("a") + f":a a {other} .")


def test_a_uri_that_is_another_thing_here_already_is_refused(bring_in):
    bring_in(PREFIXES + concept("a"))

    assert f"<{BASE}a> is two things" in refusal(bring_in, PREFIXES + concept("b").replace(":scheme", ":a"))


def test_a_label_that_does_not_fit_is_refused_with_its_length(bring_in):
    said = refusal(bring_in, PREFIXES + concept("a", "x" * 501))

    assert f"<{BASE}a> has a text of 501 characters where 500 fit" in said


def test_a_character_that_no_database_takes_is_refused(bring_in):
    assert "cannot be kept" in refusal(bring_in, PREFIXES + concept("a", "half\\u0000"))


def test_a_file_without_any_concept_is_refused(bring_in):
    assert "no SKOS concept" in refusal(bring_in, PREFIXES + ':a dct:title "A" .')


def test_all_errors_are_told_at_once(bring_in):
    said = refusal(bring_in, PREFIXES + ":a a skos:Concept . :b a skos:Concept .")

    assert said.count("no preferred label") == 2


# ---------------------------------------------------------------- warnings are told
WARNED = {
    "two preferred labels": concept("a", "Zebra") + ':a skos:prefLabel "Ass"@en .',
    "preferred label and also another one": concept("a", "A", altLabel='"A"@en'),
    "preferred label of several concepts": concept("a", "Same") + concept("b", "same"),
    "is in no scheme": ':a a skos:Concept ; skos:prefLabel "A"@en .',
    "is missing; the relation is left out": concept("a", broader=":nowhere"),
    "is missing; it is left out": concept("a") + ":g a skos:Collection ; skos:member :a, :nowhere .",
    "is a type that we do not know": concept("a") + ":a a :Word .",
    "is related to itself": concept("a", related=":a"),
    "both narrower than": concept("a", related=":b", broader=":b") + concept("b"),
    "has several texts for": concept("a") + ':scheme dct:title "One"@en, "Two"@en .',
    "makes no sense": concept("a") + ':a skos:altLabel ""@en .',
}


@pytest.mark.parametrize(("words", "text"), WARNED.items(), ids=lambda value: value[:30])
def test_oddities_are_told_and_come_in(bring_in, words, text):
    report = bring_in(PREFIXES + text)

    assert len(report.warnings) == 1
    assert words in report.warnings[0]
    assert Concept.objects.exists()


@pytest.mark.parametrize(("words", "text"), WARNED.items(), ids=lambda value: value[:30])
def test_a_strict_import_refuses_oddities(bring_in, words, text):
    assert words in refusal(bring_in, PREFIXES + text, strict=True)
    assert not Concept.objects.exists()


def test_of_two_preferred_labels_the_first_by_sort_stays(bring_in):
    bring_in(PREFIXES + WARNED["two preferred labels"])

    assert labels_of("a", "pref") == [("en", "Ass")]
    assert labels_of("a", "alt") == [("en", "Zebra")]


def test_a_list_that_runs_in_a_circle_is_told(bring_in):
    text = concept("a") + ":g a skos:OrderedCollection ; skos:memberList _:l . _:l rdf:first :a ; rdf:rest _:l ."

    report = bring_in(PREFIXES + text)

    assert any("memberList" in warning for warning in report.warnings)


def test_nothing_half_comes_in_when_storing_fails(bring_in, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("knowledge.organization.skos.storing.tell", fail)

    with pytest.raises(OSError, match="disk full"):
        bring_in(LENDING)
    assert not Concept.objects.exists()
    assert not ConceptScheme.objects.exists()


@pytest.mark.parametrize("uri", ["https://example.org/{x}", 'https://example.org/"'])
def test_a_uri_that_could_not_be_written_again_is_refused(tmp_path, uri):
    file = tmp_path / "a.jsonld"
    label = {"http://www.w3.org/2004/02/skos/core#prefLabel": "A"}
    file.write_text(json.dumps({"@id": uri, "@type": "http://www.w3.org/2004/02/skos/core#Concept"} | label))

    with pytest.raises(ImportRefused, match="is not a URI"):
        import_files([file])


def test_a_uri_that_hangs_on_the_place_of_the_file_is_refused(bring_in):
    assert "Write whole URIs" in refusal(bring_in, PREFIXES + '<a> a skos:Concept ; skos:prefLabel "A"@en .')
