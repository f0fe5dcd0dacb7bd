"""Concepts and schemes in the admin: made, changed, found, chosen, and never lost while in use."""

import json

import pytest
from django.urls import reverse

from knowledge.models import AuditEvent, Concept, ConceptLabel, ConceptRelation, ConceptScheme, OutboxRow
from knowledge.organization.matching import HOLDING
from knowledge.search.analysis import fold
from tests.factories import make_concept, make_entry, make_scheme

pytestmark = pytest.mark.django_db
INLINES = ("labels", "notes", "relations", "memberships", "mappings")


@pytest.fixture
def curator(client, people):
    """A client of somebody who may do everything with vocabularies."""
    client.force_login(people["administrator"])
    return client


def address(model, name, *args):
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def form(uri="", status="current", notation="", **rows):
    """What the form of a concept sends: `rows` by inline, each a dict; those that are there have an `id`."""
    sent = {"uri": uri, "status": status, "notation": notation}
    for name in INLINES:
        given = rows.get(name, [])
        known = sum("id" in row for row in given)
        sent |= {f"{name}-TOTAL_FORMS": len(given), f"{name}-INITIAL_FORMS": known}
        sent |= {f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
        for number, row in enumerate(given):
            sent |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return sent


def label(text, kind="pref", language="en", **more):
    return {"kind": kind, "language": language, "text": text} | more


def kept_labels(concept):
    return [label(row.text, row.kind, row.language, id=row.pk) for row in concept.labels.order_by("pk")]


def edit(client, concept, **rows):
    rows.setdefault("labels", kept_labels(concept))
    scheme = concept.memberships.get()
    rows.setdefault("memberships", [{"id": scheme.pk, "scheme": scheme.scheme_id}])
    return client.post(address(Concept, "edit", concept.pk), form(**rows))


def said(response):
    return response.content.decode()


# ---------------------------------------------------------------- making and changing
def test_a_concept_is_made_with_labels_place_and_uri(curator):
    scheme, wide = make_scheme(), make_concept("Services")

    response = curator.post(
        address(Concept, "add"),
        form(
            labels=[label("Café"), label("咖啡", language="zh-Hans")],
            relations=[{"kind": "broader", "target": wide.pk}],
            memberships=[{"scheme": scheme.pk, "is_top": "on"}],
            notation="C1",
        ),
    )

    assert response.status_code == 302, said(response)
    concept = Concept.objects.latest("pk")
    assert concept.uri.startswith("urn:uuid:")
    assert concept.notation == "C1"
    assert concept.relations.get().target == wide
    assert set(concept.labels.values_list("text", "folded")) == {("Café", "cafe"), ("咖啡", "咖啡")}
    assert not concept.labels.filter(sort_key="").exists()
    assert AuditEvent.objects.get(action="concept-added").object_key == f"knowledge.concept:{concept.pk}"
    assert OutboxRow.objects.filter(kind="concept_changed").exists()


def test_a_change_keeps_what_was_before_and_after(curator):
    concept = make_concept("Loan", "外借")
    labels = kept_labels(concept)
    labels[0]["text"] = "Loans"

    assert edit(curator, concept, labels=labels).status_code == 302

    event = AuditEvent.objects.get(action="concept-changed")
    assert ["pref", "en", "Loan"] in event.before["labels"]
    assert ["pref", "en", "Loans"] in event.after["labels"]
    assert ConceptLabel.objects.filter(folded=fold("Loans")).exists()


def test_a_related_concept_tells_of_it_too(curator):
    concept, other = make_concept("Loan"), make_concept("Copies")

    edit(curator, concept, relations=[{"kind": "related", "target": other.pk}])

    assert other.relations.get().target == concept


REFUSED = {
    "two preferred labels": {"labels": [label("One"), label("Two")]},
    "Give the concept a preferred label": {"labels": [label("One", "alt")]},
    "is not a language tag": {"labels": [label("One", language="en US")]},
    "is not a URI": {"labels": [label("One")], "uri": "two words"},
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_would_break_the_vocabulary_is_refused_with_a_reason(curator, words):
    response = curator.post(address(Concept, "add"), form(**REFUSED[words]))

    assert response.status_code == 200
    assert words in said(response)
    assert not Concept.objects.exists()


def test_a_circle_is_refused_and_names_its_concepts(curator):
    wide, narrow = make_concept("Wide"), make_concept("Narrow")
    ConceptRelation.objects.create(source=narrow, target=wide, kind="broader")

    response = edit(curator, wide, relations=[{"kind": "broader", "target": narrow.pk}])

    assert "that would be a circle" in said(response)
    assert not wide.relations.exists()


@pytest.mark.parametrize("kind", ["broader", "related"])
def test_a_concept_is_not_related_to_itself(curator, kind):
    concept = make_concept("Alone")

    assert "related to itself" in said(edit(curator, concept, relations=[{"kind": kind, "target": concept.pk}]))
    assert not concept.relations.exists()


def test_the_uri_of_a_concept_stays(curator):
    concept = make_concept("Loan")
    before = concept.uri

    edit(curator, concept, uri="https://example.org/other")

    concept.refresh_from_db()
    assert concept.uri == before


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize(("role", "status"), [("patron", 302), ("manager", 302), ("librarian", 200)])
def test_librarians_manage_concepts_and_others_do_not(client, people, role, status):
    client.force_login(people[role])

    for model in (Concept, ConceptScheme):
        assert client.get(address(model, "list")).status_code == status
        assert client.get(address(model, "add")).status_code == status


# ---------------------------------------------------------------- deleting
def test_deleting_an_unused_concept_deletes_it(curator):
    concept = make_concept("Unused")

    curator.post(address(Concept, "delete", concept.pk))

    assert not Concept.objects.exists()
    assert AuditEvent.objects.filter(action="concept-deleted").exists()


def test_deleting_a_concept_in_use_deprecates_it_and_says_so(curator):
    concept = make_concept("Used")
    entry = make_entry(concepts=[concept])

    response = curator.post(address(Concept, "delete", concept.pk), follow=True)

    concept.refresh_from_db()
    assert concept.is_deprecated
    assert entry.entry_concepts.get().concept == concept
    assert "marked deprecated" in said(response)


def test_deleting_many_keeps_those_in_use(curator):
    used, unused = make_concept("Used"), make_concept("Unused")
    make_entry(concepts=[used])
    bulk = reverse("wagtail_bulk_action", args=["knowledge", "concept", "delete"])

    curator.post(f"{bulk}?id={used.pk}&id={unused.pk}")

    assert list(Concept.objects.values_list("pk", "status")) == [(used.pk, "deprecated")]


def test_a_scheme_with_concepts_stays(curator):
    make_concept("Loan")
    empty, full = make_scheme("use"), make_scheme("subject")

    for scheme in (empty, full):
        curator.post(address(ConceptScheme, "delete", scheme.pk))

    assert list(ConceptScheme.objects.all()) == [full]


def test_the_scheme_of_held_tags_stays(curator):
    scheme = ConceptScheme.objects.create(uri=HOLDING, is_holding=True)

    curator.post(address(ConceptScheme, "delete", scheme.pk))

    assert ConceptScheme.objects.filter(pk=scheme.pk).exists()


# ---------------------------------------------------------------- schemes
def test_a_scheme_is_made_in_both_languages(curator):
    sent = {"title_en": "Uses", "title_zh": "用途", "facet": "use", "description_en": "", "description_zh": ""}

    response = curator.post(address(ConceptScheme, "add"), sent | {"uri": "https://example.org/uses"})

    assert response.status_code == 302, said(response)
    scheme = ConceptScheme.objects.get()
    assert scheme.titles == {"en": "Uses", "zh-Hans": "用途"}
    assert scheme.facet == "use"
    assert AuditEvent.objects.filter(action="scheme-added").exists()


def test_titles_in_other_languages_stay_when_a_scheme_is_edited(curator):
    scheme = ConceptScheme.objects.create(uri="https://example.org/s", titles={"en": "Uses", "fr": "Usages"})
    sent = {"title_en": "Use", "title_zh": "", "facet": "", "description_en": "", "description_zh": ""}

    curator.post(address(ConceptScheme, "edit", scheme.pk), sent)

    scheme.refresh_from_db()
    assert scheme.titles == {"en": "Use", "fr": "Usages"}
    assert AuditEvent.objects.get(action="scheme-changed").before["titles"]["en"] == "Uses"


# ---------------------------------------------------------------- finding and choosing
def test_the_list_finds_by_a_label_of_any_language_and_narrows(curator):
    make_concept("Loan", "外借")
    make_concept("Database", facet="form", status="deprecated")
    listed = address(Concept, "list")

    assert "Loan" in said(curator.get(listed, {"q": "外"}))
    assert "Database" not in said(curator.get(f"{listed}results/", {"q": "外"}))
    assert "Loan" not in said(curator.get(f"{listed}results/", {"facet": "form"}))
    assert "Database" in said(curator.get(f"{listed}results/", {"status": "deprecated"}))


def test_the_chooser_offers_current_concepts_with_their_place_and_scheme(curator):
    loan, services = make_concept("Interlibrary loan", "馆际互借"), make_concept("Library services")
    ConceptRelation.objects.create(source=loan, target=services, kind="broader")
    make_concept("Telex loan", status="deprecated")
    chooser = Concept.snippet_viewset.chooser_viewset

    found = said(curator.get(reverse(chooser.get_url_name("choose_results")), {"q": "LOAN"}))

    assert "Interlibrary loan" in found
    assert "馆际互借" in found
    assert "Library services" in found
    assert "subject" in found
    assert "Telex" not in found


def test_the_chooser_narrows_by_facet_and_hands_over_what_was_chosen(curator):
    loan = make_concept("Loan")
    make_concept("Database", facet="form")
    chooser = Concept.snippet_viewset.chooser_viewset

    found = said(curator.get(reverse(chooser.get_url_name("choose_results")), {"facet": "form"}))
    chosen = curator.get(reverse(chooser.get_url_name("chosen"), args=[loan.pk]))

    assert "Database" in found
    assert "Loan" not in found
    assert json.loads(chosen.content)["result"]["string"] == "Loan"


def test_lists_take_the_same_queries_for_few_and_for_many(curator, django_assert_max_num_queries):
    for number in range(12):
        concept = make_concept(f"Concept {number}", f"概念 {number}")
        ConceptRelation.objects.create(source=concept, target=make_concept(f"Wide {number}"), kind="broader")
    chooser = Concept.snippet_viewset.chooser_viewset
    curator.get(address(Concept, "list"))

    with django_assert_max_num_queries(22):
        curator.get(address(Concept, "list"))
    with django_assert_max_num_queries(14):
        curator.get(reverse(chooser.get_url_name("choose_results")))
