"""What lies in static/vendor is what was fetched, under a licence that lets us keep it, and nothing besides."""

import re

import pytest
from django.contrib.staticfiles import finders

from kmsite.icons import ICONS, icon
from kmsite.settings.base import BASE_DIR
from kmsite.vendoring import FOLDER, LIST, PACKAGES, described, kept_list

FREE = {"MIT", "ISC", "0BSD", "OFL-1.1"}
TEMPLATES = sorted(
    path for app in ("kmsite", "knowledge", "communities", "maps") for path in (BASE_DIR / app).rglob("*.html")
)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_files_of_a_package_are_those_that_were_fetched(package):
    kept = {line["name"]: line for line in kept_list()}

    assert kept[package.name] == described(package)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_has_an_exact_version_and_its_free_licence_beside_it(package):
    assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
    assert package.licence in FREE
    assert (FOLDER / package.folder / "LICENSE").stat().st_size > 200


def test_nothing_lies_in_the_folder_that_the_list_does_not_name():
    named = {FOLDER / package.folder for package in PACKAGES} | {LIST}

    assert set(FOLDER.iterdir()) == named


def test_what_we_change_in_a_package_is_said_in_the_list():
    changed = {line["name"]: line["changed"] for line in kept_list() if line["changed"]}

    assert set(changed) == {"katex"}


def test_no_stylesheet_of_a_package_asks_for_a_file_that_is_not_there():
    for sheet in FOLDER.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text()):
            assert (sheet.parent / address.strip("\"'")).exists(), f"{sheet.name}: {address}"


def test_no_file_of_a_package_points_to_a_source_map():
    for file in [*FOLDER.rglob("*.js"), *FOLDER.rglob("*.css")]:
        assert "sourceMappingURL" not in file.read_text(), file.name


def test_every_icon_of_the_list_can_be_drawn():
    for name in ICONS:
        assert icon(name).startswith('<svg class="i"')


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_a_template_uses_only_icons_and_files_that_there_are(template):
    text = template.read_text()
    loads_face = re.search(r"{% load [^%]*\bface\b", text)
    names = re.findall(r'{% icon "([\w-]+)" %}', text) if loads_face else []
    files = re.findall(r"""{% static ['"]([^'"]+)['"] %}""", text)

    assert set(names) <= set(ICONS)
    assert [file for file in files if finders.find(file) is None] == []
