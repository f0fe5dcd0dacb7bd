"""The guides on the site itself: whose guide opens, and that everything in it leads somewhere."""

import os
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from kmsite import guides
from tests.kmsite.guides import NAMES, guide, tasks_of

LANGUAGES = ["en", "zh-hans"]
BEGINNINGS = {"en": "For patrons", "zh-hans": "读者指南"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for guides in place of the one with ours."""
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    return tmp_path


def page_of(name, language):
    return BeautifulSoup(Client().get(f"/{language}/help/{name}/").content, "html.parser")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("visitor", "patron"),
        ("patron", "patron"),
        ("librarian", "librarian"),
        ("manager", "manager"),
        ("administrator", "librarian"),
    ],
)
def test_help_opens_the_guide_of_ones_role(role, name, people, client):
    if role != "visitor":
        client.force_login(people[role])

    assert client.get("/en/help/", follow=True).request["PATH_INFO"] == f"/en/help/{name}/"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_stands_at_the_foot_of_every_page_and_answers_in_its_language(language, client):
    assert f'href="/{language}/help/"' in client.get(f"/{language}/tell/").text

    page = client.get(f"/{language}/help/", follow=True).text

    assert f"<h1>{BEGINNINGS[language]}" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_task_of_a_guide_is_on_its_page_and_in_its_contents(name, language):
    page, tasks = page_of(name, language), [task.title for task in tasks_of(guide(name, language), language)]

    assert [heading.get_text() for heading in page.select(".prose h2")] == tasks
    assert [link.get_text() for link in page.select(".side.toc a")] == tasks


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_links_between_guides_lead_to_places_that_are_there(name, language):
    targets = {
        link["href"] for link in page_of(name, language).select("main a, .side a") if "/admin/" not in link["href"]
    }
    between = {target for target in targets if target.startswith("#") or "/help/" in target}

    assert len(between) > len(NAMES)
    for target in between:
        address, place = urldefrag(target)
        language_there, name_there = address.strip("/").split("/help/") if address else (language, name)
        page = page_of(name_there, language_there)
        assert page.h1, target
        assert not place or page.find(id=unquote(place)), target


@pytest.mark.django_db
def test_an_address_of_a_guide_is_a_link_unless_a_word_in_it_stands_for_ones_own():
    targets = {link["href"] for link in page_of("librarian", "en").select(".prose a")}

    assert {"/en/inventory/", "/admin/inbox/add/"} <= targets
    assert not [target for target in targets if "CAPTURE" in target or target.endswith(".md")]


@pytest.mark.django_db
def test_the_other_language_of_a_guide_is_its_own_page_in_it():
    [link] = [link for link in page_of("manager", "en").select(".prose a") if link.get_text() == "中文"]

    assert link["href"] == "/zh-hans/help/manager/"
    assert link["lang"] == "zh-Hans"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nobody", "install", "patron.zh", "face"])
def test_what_is_no_guide_has_no_page(name):
    assert Client().get(f"/en/help/{name}/").status_code == 404


@pytest.mark.django_db
def test_a_guide_that_is_missing_or_empty_is_a_page_that_does_not_exist(folder):
    (folder / "manager.md").write_text("")

    for name in ("patron", "manager"):
        response = Client().get(f"/en/help/{name}/")
        assert response.status_code == 404
        assert "<h1>" in response.text


def test_a_line_that_ends_in_a_chinese_guide_leaves_no_blank(folder):
    (folder / "patron.zh.md").write_text("# 指南\n\n第一句。\n第二句。\n")

    assert "第一句。第二句。" in guides.guide("patron", "zh-hans").html


def test_a_guide_is_read_again_when_its_file_has_changed(folder):
    path = folder / "patron.md"
    path.write_text("# First\n\n## A task\n1. Do it.\n")
    assert guides.guide("patron", "en").title == "First"

    path.write_text("# Second\n\n## A task\n1. Do it.\n")
    os.utime(path, ns=(0, 1))

    assert guides.guide("patron", "en").title == "Second"
