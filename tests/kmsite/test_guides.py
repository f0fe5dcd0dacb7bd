"""The guides say what stands on the pages: every address answers who is told to go there, every label is there, in both languages."""

import pytest
from django.core.management import get_commands
from django.test import Client

from kmsite.accounts.people import keep_preferences
from tests.kmsite.guide_world import library_for_the_guides
from tests.kmsite.guides import DOCS, NAMES, SUFFIX, commands_of, filled, guide, neutral, tasks_of, words_on

LANGUAGES = ["en", "zh-hans"]


@pytest.fixture
def library(people, language):
    return library_for_the_guides(people, language)


def browser(library, role, language):
    """A browser in which `role` is signed in and reads in `language`."""
    client = Client()
    user = library.people[role]
    if user.is_authenticated:
        user.language = language
        user.save(update_fields=["language"])
        keep_preferences(user)
        client.force_login(user)
    return client


def what_is_wrong_with(task, library, language):
    """What a reader of `task` would stumble over: a list of sentences."""
    client, words, wrong = browser(library, task.role, language), set(), []
    for address in dict.fromkeys(task.addresses):
        response = client.get(filled(address, library.place), follow=True)
        if response.status_code != 200 or "/account/login/" in response.request["PATH_INFO"]:
            wrong.append(f"{address} answers {task.role} with {response.status_code}")
        elif "text/html" in response["Content-Type"]:
            words |= words_on(response.content)
    wrong += [f"“{label}” stands on none of the pages" for label in task.labels if label not in words]
    for role, welcome in ((task.barred, False), (task.also, True)):
        if role and _lets_in(browser(library, role, language), filled(task.addresses[0], library.place)) != welcome:
            wrong.append(f"{task.addresses[0]} {'bars' if welcome else 'opens for'} {role}")
    return wrong


def _lets_in(client, address):
    return client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_guide_names_what_its_readers_find(name, language, library):
    tasks = [task for task in tasks_of(guide(name, language), language) if task.role]

    found = [f"{task.title}: {wrong}" for task in tasks for wrong in what_is_wrong_with(task, library, language)]

    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_steps(name):
    english, chinese = (tasks_of(guide(name, language), language) for language in LANGUAGES)

    def shape(task):
        return task.role, task.barred, task.also, task.steps, len(task.labels), [neutral(a) for a in task.addresses]

    assert [shape(task) for task in english] == [shape(task) for task in chinese]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_addresses_of_a_guide_are_in_its_language(name, language):
    addresses = [address for task in tasks_of(guide(name, language), language) for address in task.addresses]

    assert [a for a in addresses if not a.startswith((f"/{language}/", "/admin/"))] == []


@pytest.mark.parametrize("name", NAMES)
def test_who_does_a_task_is_said_wherever_an_address_is(name):
    tasks = tasks_of(guide(name, "en"), "en")

    assert [task.title for task in tasks if task.addresses and not task.role] == []
    assert len([task for task in tasks if task.role]) >= 9


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_guide_are_there(name, language):
    assert set(commands_of(guide(name, language))) <= set(get_commands())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_found_from_the_readme_and_the_index(name, language):
    page = f"guides/{name}{SUFFIX[language]}"

    assert f"(docs/{page})" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert f"({page})" in (DOCS / "README.md").read_text(encoding="utf-8")
