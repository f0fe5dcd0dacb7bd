import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knowledge.application.erasing import erase
from knowledge.models import Capture, Entry, EntryContributor, EntrySource, EntryState
from knowledge.organization.editing import create_entry, save_draft, set_visibility
from knowledge.organization.publishing import publish_entry, withdraw
from knowledge.rules import Kind, Visibility
from tests.factories import make_concept, make_entry, make_user

pytestmark = pytest.mark.django_db
BODY = "## Before you ask\n\nLook in the **catalogue**.\n\n## How to ask\n\nName the title."


@pytest.fixture
def entry(people):
    """A published entry with everything that its page can show."""
    made = create_entry(
        title="Borrowing from another library",
        language="en",
        summary="What it costs and how long it takes.",
        markdown=BODY,
        concepts=[make_concept("Interlibrary loan", "馆际互借"), make_concept("Guide", facet="form")],
        sources=[EntrySource(title="Requests in numbers", url="https://example.org/numbers")],
        visibility=Visibility.PUBLIC,
        by=people["librarian"],
    )
    return publish_entry(made, by=people["librarian"])


def page(client, entry, **headers):
    return client.get(entry.url, headers=headers)


class TestState:
    def test_every_entry_has_one_and_begins_with_staff(self, people):
        made = create_entry(title="New", language="en", by=people["librarian"])

        assert made.state.visibility == Visibility.STAFF

    def test_without_a_state_only_curators_read_it(self, people):
        entry = make_entry()
        EntryState.objects.filter(entry=entry).delete()

        seen = {role for role, user in people.items() if Entry.objects.visible_to(user).contains(entry)}
        assert seen == {"librarian", "second_librarian", "administrator"}

    def test_what_is_about_customers_is_read_by_staff_whatever_its_state_says(self, people):
        entry = make_entry(kind=Kind.ABOUT, visibility=Visibility.PUBLIC)

        seen = {role for role, user in people.items() if Entry.objects.visible_to(user).contains(entry)}
        assert seen == {"librarian", "second_librarian", "manager", "administrator"}

    @pytest.mark.parametrize("visibility", ["public", "signed-in", "group"])
    def test_what_is_about_customers_cannot_be_opened(self, visibility, people):
        with pytest.raises(ValidationError):
            create_entry(title="A", language="en", kind=Kind.ABOUT, visibility=visibility, by=people["librarian"])
        hidden = create_entry(title="B", language="en", kind=Kind.ABOUT, by=people["librarian"])
        with pytest.raises(ValidationError):
            set_visibility(hidden, visibility, by=people["librarian"])

    def test_an_open_entry_cannot_be_drafted_into_one_about_customers(self, people):
        draft = make_entry(visibility=Visibility.PUBLIC).get_latest_revision_as_object()
        draft.kind = Kind.ABOUT

        with pytest.raises(ValidationError):
            save_draft(draft, by=people["librarian"])

    def test_a_patron_neither_writes_nor_opens(self, people, entry):
        with pytest.raises(PermissionDenied):
            create_entry(title="A", language="en", by=people["patron"])
        with pytest.raises(PermissionDenied):
            set_visibility(entry, Visibility.PUBLIC, by=people["patron"])


class TestPage:
    def test_it_shows_what_is_known_of_it(self, client, entry):
        html = page(client, entry).content.decode()

        for words in (
            "What it costs and how long it takes.",
            "<strong>catalogue</strong>",
            "Before you ask",
            "Interlibrary loan",
            "Maren",
            "Requests in numbers",
            "CC BY 4.0",
            f"/en/entries/{entry.pk}/",
            f"/en/tell/?entry={entry.pk}",
            'name="DC.title"',
            "Version 1",
        ):
            assert words in html

    def test_it_speaks_chinese_to_who_reads_chinese(self, client, people, entry):
        chinese = create_entry(
            title="馆际互借指南",
            language="zh-hans",
            markdown="先查目录。",
            concepts=[make_concept("Loans", "借阅")],
            visibility=Visibility.PUBLIC,
            translation_of=entry,
            by=people["librarian"],
        )
        chinese = publish_entry(chinese, by=people["librarian"])

        html = page(client, chinese).content.decode()

        assert 'lang="zh-Hans"' in html
        assert "借阅" in html
        assert entry.url in html
        assert f'hreflang="zh-hans" href="{chinese.url}"' in page(client, entry).content.decode()

    def test_it_runs_no_script_of_its_own_and_has_no_style_in_it(self, client, entry):
        html = page(client, entry).content.decode()

        assert "<style" not in html
        assert " style=" not in html
        assert "<script>" not in html
        assert "csrfmiddlewaretoken" not in html

    @pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
    @pytest.mark.parametrize("visibility", ["signed-in", "staff"])
    def test_what_one_may_not_read_is_missing(self, visibility, method, client, entry):
        EntryState.objects.filter(entry=entry).update(visibility=visibility)
        missing = getattr(client, method)("/en/knowledge/no-such-entry/")

        answer = getattr(client, method)(entry.url)

        assert (answer.status_code, missing.status_code) == (404, 404)
        assert answer.content == missing.content

    @pytest.mark.parametrize("suffix", ["/", ".bib", ".ris"])
    def test_what_one_may_not_read_is_missing_under_its_other_addresses(self, suffix, client, entry):
        EntryState.objects.filter(entry=entry).update(visibility="staff")

        answer, missing = client.get(f"/en/entries/{entry.pk}{suffix}"), client.get(f"/en/entries/987654{suffix}")

        assert (answer.status_code, answer.content) == (404, missing.content)

    def test_it_is_not_on_the_map_of_the_site_unless_everybody_may_read_it(self, client, entry):
        hidden = make_entry("Kept among staff", visibility=Visibility.STAFF)

        site_map = client.get("/sitemap.xml").content.decode()

        assert entry.url in site_map
        assert hidden.slug not in site_map

    def test_related_entries_and_translations_are_those_that_the_reader_may_see(self, client, entry):
        topic = entry.entry_concepts.first().concept
        make_entry("Open to all", concepts=[topic])
        make_entry("Kept among staff", concepts=[topic], visibility=Visibility.STAFF)

        html = page(client, entry).content.decode()

        assert "Open to all" in html
        assert "Kept among staff" not in html

    def test_people_are_linked_only_where_their_page_is_open(self, client, people, entry):
        person = people["librarian"].person
        closed = client.get(f"{entry.url}?closed").content.decode()

        person.in_search = True
        person.save()

        assert f"/en/people/{person.pk}/" not in closed
        assert f"/en/people/{person.pk}/" in client.get(f"{entry.url}?open").content.decode()

    def test_an_erased_person_is_a_former_member(self, client, people, entry):
        erase(people["librarian"].person, by=None)

        html = page(client, Entry.objects.get(pk=entry.pk)).content.decode()
        assert "Maren" not in html
        assert "Former member" in html

    def test_a_visitor_learns_of_captures_that_there_are_some_and_not_what_they_say(self, client, people, entry):
        Capture.objects.create(text="My neighbour never gets her books.", entry=entry)

        assert "1 message from customers" in page(client, entry).content.decode()
        assert "neighbour" not in page(client, entry).content.decode()
        client.force_login(people["librarian"])
        assert "neighbour" in page(client, entry).content.decode()

    def test_the_number_of_queries_does_not_grow_with_topics_makers_and_sources(self, client, people, entry):
        page(client, entry)
        with CaptureQueriesContext(connection) as few:
            client.get(f"{entry.url}?few")
        crowd = make_entry("Crowded", concepts=[make_concept(f"Topic {n}", f"主题{n}") for n in range(20)])
        for number in range(12):
            crowd.contributors.add(EntryContributor(person=make_user(name=f"Writer {number}").person))
            crowd.sources.add(EntrySource(title=f"Source {number}"))
        crowd.save_revision().publish()
        page(client, crowd)  # what is kept of a page is kept of both
        with CaptureQueriesContext(connection) as many:
            client.get(f"{crowd.url}?many")

        assert len(many) <= len(few)
        assert len(few) <= 36

    def test_a_withdrawn_entry_is_missing(self, client, people, entry):
        url = entry.url
        withdraw(entry, by=people["administrator"])

        assert client.get(url).status_code == 404


class TestBesideThePage:
    def test_the_permanent_address_leads_to_the_page(self, client, entry):
        assert client.get(f"/en/entries/{entry.pk}/").url == entry.url

    def test_citations_cannot_be_broken_out_of(self, client, people):
        tricky = make_entry("} @evil{x,\nER  - ")

        bib = client.get(f"/en/entries/{tricky.pk}.bib").content.decode()
        ris = client.get(f"/en/entries/{tricky.pk}.ris").content.decode()

        assert "@evil{" not in bib
        assert ris.count("\nER  -") == 1

    def test_a_librarian_checks_it_and_readers_see_until_when(self, client, people, entry):
        client.force_login(people["second_librarian"])
        client.post(f"/en/entries/{entry.pk}/check/", {"until": "2999-03-01"})
        client.logout()

        assert "checked by Wen, good until" in page(client, entry).content.decode()

    @pytest.mark.parametrize("role", ["visitor", "patron", "manager"])
    def test_nobody_else_checks_it(self, role, client, people, entry):
        if role != "visitor":
            client.force_login(people[role])

        assert client.post(f"/en/entries/{entry.pk}/check/", {"until": "2999-03-01"}).status_code == 404
        assert EntryState.objects.get(entry=entry).checked_at is None

    def test_the_knowledge_base_itself_leads_to_browse(self, client):
        assert client.get("/en/knowledge/").url == "/en/browse/"


class TestList:
    def test_it_is_filtered_by_kind_form_state_readers_and_language(self, client, people, entry):
        make_entry("另一篇", language="zh-hans", kind=Kind.FROM, live=False)
        client.force_login(people["librarian"])

        for query in ("kind=from", "state_name=draft", "language=zh-hans"):
            html = client.get(f"/admin/entries/?{query}").content.decode()
            assert "另一篇" in html
            assert "Borrowing from another library" not in html
        assert (
            "Borrowing from another library"
            in client.get("/admin/entries/?visibility=public&form=answer").content.decode()
        )

    def test_its_export_holds_no_formula(self, client, people):
        make_entry("=HYPERLINK(1)")
        client.force_login(people["librarian"])

        rows = b"".join(client.get("/admin/entries/?export=csv").streaming_content).decode()

        assert "'=HYPERLINK(1)" in rows

    def test_the_number_of_queries_does_not_grow_with_the_list(self, client, people, django_assert_max_num_queries):
        client.force_login(people["librarian"])
        make_entry("First")
        client.get("/admin/entries/")
        with CaptureQueriesContext(connection) as few:
            client.get("/admin/entries/")
        for number in range(8):
            make_entry(f"Entry {number}")
        with django_assert_max_num_queries(len(few)):
            client.get("/admin/entries/")
