"""The pages of topics: what they show, to whom, and at what price."""

import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rdflib import SKOS, Graph, URIRef

from knowledge.models import ConceptLabel, ConceptMapping, ConceptNote, ConceptRelation, ConceptScheme, PersonConcept
from knowledge.organization.matching import HOLDING
from knowledge.organization.skos.importing import import_files
from knowledge.search.analysis import fold, sort_key
from tests.factories import make_concept, make_entry, make_scheme
from tests.knowledge.vocabularies import PREFIXES, concept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache():
    """No page out of the cache: what is asked is made."""
    cache.clear()


@pytest.fixture
def loan():
    """A topic with a place, notes and names: services > loan > ill, related to copies."""
    services, loan, ill, copies = (
        make_concept("Services", "服务"),
        make_concept("Loan", "外借"),
        make_concept("Interlibrary loan", "馆际互借"),
        make_concept("Copies"),
    )
    for source, target, kind in (
        (loan, services, "broader"),
        (ill, loan, "broader"),
        (loan, copies, "related"),
        (copies, loan, "related"),
    ):
        ConceptRelation.objects.create(source=source, target=target, kind=kind)
    for kind, language, text in (("alt", "en", "Lending"), ("hidden", "en", "loann"), ("pref", "de", "Ausleihe")):
        add_label(loan, kind, language, text)
    ConceptNote.objects.create(concept=loan, kind="definition", language="en", text="It goes out and comes back.")
    ConceptNote.objects.create(concept=loan, kind="definition", language="zh-Hans", text="借出去，还回来。")
    return loan


def add_label(concept, kind, language, text):
    fields = {"kind": kind, "language": language, "text": text}
    return ConceptLabel.objects.create(concept=concept, folded=fold(text), sort_key=sort_key(text)[:60], **fields)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def queries(client, address):
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# ---------------------------------------------------------------- one topic
def test_a_topic_shows_its_term_in_both_languages_with_what_it_means(client, loan):
    shown = page(client, f"/en/topics/{loan.pk}/")

    assert "Loan" in shown
    assert '<span class="also" lang="zh-Hans">外借</span>' in shown
    assert "It goes out and comes back." in shown
    assert "Lending" in shown
    assert "Ausleihe" in shown


def test_a_hidden_label_is_for_finding_and_never_shown(client, loan):
    assert "loann" not in page(client, f"/en/topics/{loan.pk}/")


def test_the_reader_in_chinese_meets_the_chinese_words(client, loan):
    shown = page(client, f"/zh-hans/topics/{loan.pk}/")

    assert "<title>外借" in shown
    assert '<span class="also" lang="en">Loan</span>' in shown
    assert "借出去，还回来。" in shown
    assert "It goes out" not in shown


def test_a_term_that_is_missing_in_the_language_is_shown_in_the_other_with_its_name(client, loan):
    copies = loan.relations.get(kind="related").target

    assert '<h1 lang="en">Copies</h1>' in page(client, f"/zh-hans/topics/{copies.pk}/")


def test_a_topic_shows_what_is_above_below_and_beside(client, loan):
    shown = page(client, f"/en/topics/{loan.pk}/")

    for name in ("Services", "Interlibrary loan", "Copies"):
        assert f'lang="en">{name}</a>' in shown


def test_a_topic_with_two_ways_down_shows_both(client, loan):
    other = make_concept("Circulation")
    ConceptRelation.objects.create(source=loan, target=other, kind="broader")

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert 'class="ways"' in shown
    assert "Circulation" in shown
    assert "Services" in shown


def test_entries_of_narrower_topics_count_and_direct_ones_come_first(client, loan):
    ill = loan.relations_in.get(kind="broader").source
    make_entry("About loans", concepts=[loan])
    make_entry("About interlibrary loans", concepts=[ill])

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert "2 entries" in shown
    assert shown.index("About loans") < shown.index("About interlibrary loans")


@pytest.mark.parametrize(
    ("role", "sees"),
    [("visitor", {"Open"}), ("patron", {"Open", "Signed"}), ("librarian", {"Open", "Signed", "Inside"})],
)
def test_entries_and_counts_are_of_what_the_reader_may_see(client, loan, people, role, sees):
    make_entry("Open word", concepts=[loan])
    make_entry("Signed word", concepts=[loan], visibility="signed-in")
    make_entry("Inside word", concepts=[loan], visibility="staff")
    make_entry("Draft word", concepts=[loan], live=False)
    if role != "visitor":
        client.force_login(people[role])

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert {word for word in ("Open", "Signed", "Inside", "Draft") if f"{word} word" in shown} == sees
    assert f'aria-current="page">Loan</b> <span class="n">{len(sees)}</span>' in shown


def test_only_people_who_may_be_seen_stand_under_who_knows(client, loan, people):
    shy, open_one = people["patron"].person, people["librarian"].person
    open_one.in_search = True
    open_one.save()
    for person in (shy, open_one):
        PersonConcept.objects.create(person=person, concept=loan, note=f"Note of {person.name}")

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert "Note of Maren" in shown
    assert "Note of Ines" not in shown


def test_tell_us_carries_the_term_along(client, loan):
    assert "/en/tell/?about=Loan" in page(client, f"/en/topics/{loan.pk}/")


def test_a_deprecated_topic_says_so(client, loan):
    loan.status = "deprecated"
    loan.save()

    assert "not used any more" in page(client, f"/en/topics/{loan.pk}/")


def test_only_addresses_of_the_web_become_links(client, loan):
    ConceptMapping.objects.create(concept=loan, kind="exactMatch", target_uri="javascript:alert(1)")
    ConceptMapping.objects.create(concept=loan, kind="closeMatch", target_uri="https://elsewhere.example/loan")

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert 'href="https://elsewhere.example/loan"' in shown
    assert 'href="javascript' not in shown
    assert "javascript:alert(1)" in shown


def test_hostile_labels_and_notes_come_through_as_text(client, loan):
    add_label(loan, "alt", "en", "<script>alert(1)</script>")
    ConceptNote.objects.create(concept=loan, kind="scopeNote", language="en", text="<img src=x onerror=alert(1)>")

    shown = page(client, f"/en/topics/{loan.pk}/")

    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_missing_topic_is_a_404(client):
    assert client.get("/en/topics/987654/").status_code == 404


@pytest.mark.parametrize(("ending", "file_format"), [("ttl", "turtle"), ("jsonld", "json-ld")])
def test_a_topic_can_be_taken_along_as_skos(client, loan, ending, file_format):
    response = client.get(f"/en/topics/{loan.pk}.{ending}")

    graph = Graph().parse(data=response.content.decode(), format=file_format)
    assert {str(label) for label in graph.objects(URIRef(loan.uri), SKOS.prefLabel)} == {"Loan", "外借", "Ausleihe"}
    assert response["Content-Disposition"] == f'attachment; filename="topic-{loan.pk}.{ending}"'
    if ending == "jsonld":
        json.loads(response.content)


def test_the_page_of_a_topic_takes_the_same_queries_however_much_there_is(client, loan):
    make_entry("One", concepts=[loan])
    few = queries(client, f"/en/topics/{loan.pk}/")

    for number in range(12):
        below = make_concept(f"below {number}", f"下 {number}")
        above = make_concept(f"above {number}")
        beside = make_concept(f"beside {number}")
        for source, target, kind in ((below, loan, "broader"), (loan, above, "broader"), (beside, loan, "related")):
            ConceptRelation.objects.create(source=source, target=target, kind=kind)
        make_entry(f"Entry {number}", concepts=[loan, below])

    assert queries(client, f"/en/topics/{loan.pk}/") <= few


# ---------------------------------------------------------------- all topics
def test_vocabularies_stand_under_their_facet_with_their_top_and_counts(client, loan):
    services = loan.relations.get(kind="broader").target
    services.memberships.update(is_top=True)
    make_entry("About loans", concepts=[loan])
    make_scheme("form")

    shown = page(client, "/en/topics/")

    assert re.search(r'>Services</a>\s*<span class="n">1</span>', shown)
    assert shown.index(">Subject<") < shown.index(">Services<") < shown.index(">Organization<")
    assert "There is no vocabulary for this facet yet." in shown


def test_a_vocabulary_opens_with_its_top(client, loan):
    scheme = make_scheme("subject")

    shown = page(client, f"/en/topics/?scheme={scheme.pk}")

    assert ">Services</a>" in shown
    assert ">Copies</a>" in shown  # has nothing broader, and the scheme names no top
    assert ">Interlibrary loan</a>" not in shown


def test_the_index_is_by_letter_and_in_chinese_by_pinyin(client, loan):
    for label in ConceptLabel.objects.all():
        label.sort_key = sort_key(label.text)[:60]
        label.save()
    scheme = make_scheme("subject")

    english, chinese = (
        page(client, f"/en/topics/?scheme={scheme.pk}&letter=i"),
        page(client, f"/zh-hans/topics/?scheme={scheme.pk}&letter=g"),
    )

    assert "Interlibrary loan" in english
    assert ">Services</a>" not in english
    assert "馆际互借" in chinese
    assert ">外借</a>" not in chinese
    assert client.get(f"/en/topics/?scheme={scheme.pk}&letter=q").status_code == 404


def test_topics_are_found_by_any_label_in_any_language(client, loan):
    for words in ("loann", "LEND", "外", "ausleihe"):
        assert f"/topics/{loan.pk}/" in page(client, f"/en/topics/?q={words}")


def test_the_word_itself_comes_before_what_only_contains_it(client, loan):
    shown = page(client, "/en/topics/?q=loan")

    assert shown.index(">Loan</a>") < shown.index(">Interlibrary loan</a>")


def test_nothing_found_leads_to_tell_us_with_the_words(client):
    shown = page(client, "/en/topics/?q=bookbinding")

    assert "/en/tell/?about=bookbinding" in shown


@pytest.mark.parametrize("query", ["scheme=9999", "scheme=x", "scheme=1e9", "scheme=٣", "scheme=" + "9" * 30])
def test_a_scheme_that_is_not_there_is_a_404(client, query):
    assert client.get(f"/en/topics/?{query}").status_code == 404


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=999", "q=%25_", "q=" + "x" * 500, "q=%22%3E%3Cb%3E"])
def test_odd_addresses_do_no_harm(client, loan, query):
    scheme = make_scheme("subject")

    assert "<b>" not in page(client, f"/en/topics/?{query}&scheme={scheme.pk}").split("<main")[1].split("</h1>")[0]


def test_deprecated_topics_are_not_listed(client, loan):
    loan.status = "deprecated"
    loan.save()

    assert f"/topics/{loan.pk}/" not in page(client, "/en/topics/?q=loan")


def test_held_tags_stand_among_the_other_vocabularies(client):
    scheme = ConceptScheme.objects.create(uri=HOLDING, titles={"en": "Tags without a place"}, is_holding=True)

    assert f"?scheme={scheme.pk}" in page(client, "/en/topics/")


def test_large_vocabularies_are_shown_in_pages_at_a_constant_price(client, tmp_path):
    file = tmp_path / "many.ttl"
    file.write_text(PREFIXES + "".join(concept(f"c{number}", f"Concept {number:03}") for number in range(150)))
    import_files([file], facet_of="subject")
    scheme = ConceptScheme.objects.get()

    first = page(client, f"/en/topics/?scheme={scheme.pk}")
    last = page(client, f"/en/topics/?scheme={scheme.pk}&page=3")

    assert first.count("Concept ") == 60
    assert last.count("Concept ") == 30
    assert queries(client, f"/en/topics/?scheme={scheme.pk}") <= 20
    assert queries(client, f"/en/topics/?scheme={scheme.pk}&letter=c") <= 16
    assert queries(client, "/en/topics/?q=concept") <= 14


def test_the_list_of_vocabularies_takes_the_same_queries_for_one_and_for_many(client, loan):
    few = queries(client, "/en/topics/")
    for number in range(10):
        scheme = make_scheme("use", uri=f"https://example.org/schemes/{number}")
        made = make_concept(f"use {number}", facet="form")
        made.memberships.create(scheme=scheme, is_top=True)

    assert queries(client, "/en/topics/") <= few + 4  # the tops, once there are any
