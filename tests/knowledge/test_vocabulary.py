"""The tree of concepts, what may not be in it, and what becomes of a concept that goes; tags that meet their concept."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from knowledge.models import (
    AuditEvent,
    Concept,
    ConceptLabel,
    ConceptRelation,
    ConceptScheme,
    Entry,
    OutboxRow,
    PersonConcept,
)
from knowledge.organization.matching import HOLDING, match_tags, remap, remaps
from knowledge.organization.vocabulary import (
    ancestors,
    changed,
    check_broader,
    check_labels,
    descendants,
    entries_below,
    paths,
    remove,
    snapshot,
)
from knowledge.search.analysis import fold
from tests.factories import make_concept, make_entry

pytestmark = pytest.mark.django_db


def broader(narrow, *wide):
    for one in wide:
        ConceptRelation.objects.create(source=narrow, target=one, kind="broader")


@pytest.fixture
def tree():
    """services > access > sharing > ill, and ill also under copies: two ways down."""
    names = ("services", "access", "sharing", "ill", "copies")
    tree = {name: make_concept(name) for name in names}
    broader(tree["access"], tree["services"])
    broader(tree["sharing"], tree["access"])
    broader(tree["ill"], tree["sharing"], tree["copies"])
    return tree


def names(concepts):
    return [concept.name for concept in concepts]


# ---------------------------------------------------------------- the tree
def test_ancestors_are_all_that_is_broader_by_any_number_of_steps(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = ancestors([tree["ill"].pk, tree["services"].pk])

    others = {tree[name].pk for name in ("services", "access", "sharing", "copies")}
    assert found == {tree["ill"].pk: others, tree["services"].pk: set()}


def test_descendants_are_all_that_is_narrower_by_any_number_of_steps(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = descendants([tree["services"].pk])

    assert found[tree["services"].pk] == {tree[name].pk for name in ("access", "sharing", "ill")}


def test_a_circle_in_the_table_ends(tree):
    broader(tree["services"], tree["ill"])

    assert tree["ill"].pk not in ancestors([tree["ill"].pk])[tree["ill"].pk]
    assert paths(tree["ill"])


def test_every_way_down_is_a_path(tree, django_assert_num_queries):
    with django_assert_num_queries(4):
        found = [names(path) for path in paths(tree["ill"])]

    assert sorted(found) == [["copies"], ["services", "access", "sharing"]]


def test_a_concept_at_the_top_has_no_path(tree):
    assert paths(tree["services"]) == []


def test_of_very_many_paths_the_first_are_given():
    bottom = previous = make_concept("bottom")
    for level in range(12):
        left, right, joined = (make_concept(f"{name}{level}") for name in ("left", "right", "joined"))
        broader(previous, left, right)
        broader(left, joined)
        broader(right, joined)
        previous = joined

    assert len(paths(bottom)) == 12


def test_an_entry_counts_once_for_every_concept_above(tree):
    both = make_entry("Both", concepts=[tree["ill"], tree["sharing"]])
    make_entry("Hidden", concepts=[tree["ill"]], visibility="staff")

    found = entries_below([tree["services"].pk, tree["copies"].pk], Entry.objects.live().visible_to(AnonymousUser()))

    assert found == {tree["services"].pk: {both.pk}, tree["copies"].pk: {both.pk}}


# ---------------------------------------------------------------- what may not be
@pytest.mark.parametrize(
    ("labels", "code"),
    [
        ([("alt", "en")], "no_preferred"),
        ([("pref", "en"), ("pref", "EN")], "two_preferred"),
        ([("pref", "zh-Hans"), ("pref", "zh-Hans"), ("pref", "en")], "two_preferred"),
    ],
)
def test_labels_that_break_the_vocabulary_are_refused(labels, code):
    with pytest.raises(ValidationError) as caught:
        check_labels(labels)
    assert caught.value.code == code


def test_one_preferred_label_a_language_is_right():
    check_labels([("pref", "en"), ("pref", "zh-Hans"), ("alt", "en")])


def test_what_stands_below_cannot_become_broader(tree):
    with pytest.raises(ValidationError, match="circle") as caught:
        check_broader(tree["services"], [tree["ill"]])
    assert caught.value.code == "circle"


def test_a_concept_is_not_broader_than_itself(tree):
    with pytest.raises(ValidationError, match="itself"):
        check_broader(tree["ill"], [tree["ill"]])


def test_a_second_parent_is_right(tree):
    check_broader(tree["copies"], [tree["services"]])


# ---------------------------------------------------------------- changing
def test_a_change_is_written_down_and_told_to_search(tree, people):
    before = snapshot(tree["ill"])
    ConceptRelation.objects.create(source=tree["ill"], target=tree["copies"], kind="related")

    changed(tree["ill"], by=people["librarian"], before=before)

    event = AuditEvent.objects.get(action="concept-changed")
    assert event.actor == people["librarian"]
    assert ["related", tree["copies"].uri] in event.after["relations"]
    assert ["related", tree["copies"].uri] not in event.before["relations"]
    assert OutboxRow.objects.filter(kind="concept_changed", key=f"knowledge.concept:{tree['ill'].pk}").exists()


def test_the_other_side_of_a_related_pair_follows(tree, people):
    row = ConceptRelation.objects.create(source=tree["ill"], target=tree["access"], kind="related")
    changed(tree["ill"], by=people["librarian"], before={})
    assert tree["access"].relations.filter(kind="related", target=tree["ill"]).exists()

    row.delete()
    changed(tree["ill"], by=people["librarian"], before={})
    assert not tree["access"].relations.filter(kind="related").exists()


@pytest.mark.parametrize("role", ["patron", "manager"])
def test_only_curators_change_and_remove_concepts(tree, people, role):
    with pytest.raises(PermissionDenied):
        changed(tree["ill"], by=people[role], before={})
    with pytest.raises(PermissionDenied):
        remove(tree["ill"], by=people[role])


def test_an_unused_concept_is_deleted_and_its_key_not_given_again(people):
    concept = make_concept("unused")
    key = concept.pk

    assert remove(concept, by=people["librarian"])

    assert not Concept.objects.filter(pk=key).exists()
    assert AuditEvent.objects.get(action="concept-deleted").before["uri"] == concept.uri
    assert make_concept("new").pk != key


@pytest.mark.parametrize("use", ["entry", "person", "narrower"])
def test_a_concept_in_use_is_deprecated_instead(people, use):
    concept = make_concept("used")
    if use == "entry":
        make_entry(concepts=[concept], live=False)
    elif use == "person":
        PersonConcept.objects.create(person=people["patron"].person, concept=concept)
    else:
        broader(make_concept("below"), concept)

    assert not remove(concept, by=people["librarian"])

    concept.refresh_from_db()
    assert concept.is_deprecated
    assert AuditEvent.objects.filter(action="concept-deprecated").exists()


# ---------------------------------------------------------------- tags
def label(concept, text, kind="alt", language="en"):
    return ConceptLabel.objects.create(concept=concept, kind=kind, language=language, text=text, folded=fold(text))


def test_a_tag_matches_a_label_as_search_compares_them():
    concept = make_concept("Interlibrary loan", "馆际互借")

    found = match_tags(["interlibrary LOAN", "館際互借", " Ｉnterlibrary  loan"])

    assert set(found.values()) == {concept}


def test_what_matches_no_label_goes_into_the_holding_scheme():
    found = match_tags(["Bookbinding", "BOOKBINDING", "装订"], "en")

    scheme = ConceptScheme.objects.get(is_holding=True)
    assert scheme.uri == HOLDING
    assert found["Bookbinding"] == found["BOOKBINDING"]
    assert {str(concept) for concept in scheme.concepts.all()} == {"Bookbinding", "装订"}
    assert match_tags(["bookbinding"])["bookbinding"] == found["Bookbinding"]
    assert scheme.concepts.count() == 2


def test_blank_tags_are_left_out():
    assert match_tags(["", "  ", "\u200b"]) == {}
    assert not ConceptScheme.objects.filter(is_holding=True).exists()


def test_a_preferred_label_goes_before_an_alternative_one():
    label(make_concept("Cats"), "Mercury")
    planet = make_concept("Mercury")

    assert match_tags(["mercury"])["mercury"] == planet


def test_a_subject_goes_before_other_schemes():
    make_concept("Text", uri="https://example.org/form", facet="form")
    subject = make_concept("Text", uri="https://example.org/subject", facet="subject")

    assert match_tags(["text"])["text"] == subject


def test_a_label_in_the_language_of_the_tag_goes_first():
    make_concept("gift", uri="https://example.org/present")
    poison = make_concept("poison")
    label(poison, "Gift", "pref", "de")

    assert match_tags(["Gift"], "de")["Gift"] == poison


def test_a_deprecated_concept_is_not_matched():
    old = make_concept("Telex", status="deprecated")

    assert match_tags(["Telex"])["Telex"] != old


def test_matching_takes_the_same_number_of_queries_for_one_tag_and_for_many(django_assert_max_num_queries):
    for number in range(40):
        make_concept(f"topic {number}")
    match_tags(["first of the holding scheme"])

    with django_assert_max_num_queries(14):
        match_tags([f"topic {number}" for number in range(40)] + [f"unknown {number}" for number in range(40)])


def test_hostile_tags_are_held_as_they_are():
    tags = ["<script>alert(1)</script>", "'; DROP TABLE", "%00", "a" * 600, "x" * 499 + "图"]

    found = match_tags(tags)

    assert found[tags[0]].name == tags[0]
    assert all(len(concept.uri) <= 400 for concept in found.values())


def test_a_vocabulary_that_comes_later_offers_a_place_and_moves_nothing_unasked(people, capsys):
    held = match_tags(["Bookbinding"])["Bookbinding"]
    entry = make_entry(concepts=[held])
    target = make_concept("Bookbinding", uri="https://example.org/binding")

    offers = remaps()
    call_command("remap_tags")

    assert [(offer.held, offer.target, offer.entries) for offer in offers] == [(held, target, 1)]
    assert "can be moved" in capsys.readouterr().out
    assert entry.entry_concepts.get().concept == held


def test_moving_a_tag_gives_its_entries_the_concept_once(capsys):
    held = match_tags(["Bookbinding"])["Bookbinding"]
    target = make_concept("Bookbinding", uri="https://example.org/binding")
    one, both = make_entry("One", concepts=[held]), make_entry("Both", concepts=[held, target])

    call_command("remap_tags", "--apply")

    assert one.entry_concepts.get().concept == target
    assert both.entry_concepts.get().concept == target
    held.refresh_from_db()
    assert held.is_deprecated
    assert remaps() == []


def test_a_person_who_knows_the_tag_knows_the_concept(people):
    held = match_tags(["Bookbinding"])["Bookbinding"]
    target = make_concept("Bookbinding", uri="https://example.org/binding")
    known = PersonConcept.objects.create(person=people["patron"].person, concept=held)

    remap(held, target)

    known.refresh_from_db()
    assert known.concept == target


def test_a_language_that_is_none_is_refused():
    with pytest.raises(ValidationError, match="is not a language tag"):
        check_labels([("pref", "en"), ("alt", "en US")])
