"""The description by which a browser searches here, and the suggestions that it asks for."""

from xml.etree import ElementTree

import pytest

from kmsite.models import LibrarySettings
from knowledge.outbox import key_of
from knowledge.rules import Visibility
from knowledge.search import indexing
from tests.factories import make_entry

pytestmark = pytest.mark.django_db
NAMESPACE = {"os": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.fixture
def library(people):
    entries = [make_entry("Borrowing a telescope"), make_entry("Telescope repairs", visibility=Visibility.STAFF)]
    indexing.index([key_of(thing) for thing in entries])
    return entries


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_names_the_description_in_its_language(language, client, people):
    page = client.get(f"/{language}/search/").content.decode()

    assert f'href="/{language}/search/opensearch.xml"' in page
    assert 'type="application/opensearchdescription+xml"' in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_description_says_where_to_search_and_what_the_library_is_called(language, client, people):
    response = client.get(f"/{language}/search/opensearch.xml")
    root = ElementTree.fromstring(response.content)
    urls = {url.get("type"): url.get("template") for url in root.findall("os:Url", NAMESPACE)}

    assert response["Content-Type"] == "application/opensearchdescription+xml"
    assert urls["text/html"] == f"http://testserver/{language}/search/?q={{searchTerms}}"
    assert urls["application/x-suggestions+json"].endswith(f"/{language}/search/opensearch.json?q={{searchTerms}}")
    assert 0 < len(root.findtext("os:ShortName", namespaces=NAMESPACE)) <= 16


def test_a_name_with_signs_of_its_own_does_not_break_the_description(client, people):
    for settings in LibrarySettings.objects.all() or [LibrarySettings.load()]:
        settings.name_en = "Books & <Co>"
        settings.save()

    root = ElementTree.fromstring(client.get("/en/search/opensearch.xml").content)

    assert root.findtext("os:LongName", namespaces=NAMESPACE) == "Books & <Co>"


def test_suggestions_come_as_browsers_read_them(client, library):
    response = client.get("/en/search/opensearch.json", {"q": "tele"})

    assert response["Content-Type"] == "application/x-suggestions+json"
    assert response.json() == [
        "tele", ["Borrowing a telescope"], ["Knowledge"], [f"http://testserver{library[0].url}"],
    ]  # fmt: skip


def test_suggestions_for_staff_are_kept_nowhere(client, people, library):
    client.force_login(people["librarian"])
    response = client.get("/en/search/opensearch.json", {"q": "tele"})

    assert "Telescope repairs" in response.json()[1]
    assert "no-store" in response["Cache-Control"]
