"""A map is explored: with reasons, by hand and by keyboard, as drawing, table and text, as files, and without script."""

import csv
import re
from pathlib import Path

import networkx as nx
import pytest
from playwright.sync_api import expect

from tests.journeys.steps import path_of

pytestmark = pytest.mark.journey
LANGUAGES = ("en", "zh-hans")
TOPIC = {"en": "Interlibrary loan", "zh-hans": "馆际互借"}
OTHER = {"en": "Accessibility", "zh-hans": "无障碍"}
NODE = "svg.map a[data-node]"


def open_map(page, language):
    """From the page of maps, by a name, to the map around it."""
    page.goto(f"/{language}/maps/")
    page.fill("main [name=q]", TOPIC[language])
    page.press("main [name=q]", "Enter")
    page.locator("section:has(#h-offered) a[href*='node=concept'], svg.map").first.wait_for()
    if not page.locator("svg.map").count():
        page.locator("section:has(#h-offered) a[href*='node=concept']", has_text=TOPIC[language]).first.click()
    expect(page.locator(".mapbar h1")).to_have_text(TOPIC[language])


def nodes_of(page):
    """The keys that the drawing shows."""
    return set(page.locator(NODE).evaluate_all("nodes => nodes.map(node => node.dataset.node)"))


def chosen(page):
    """The heading of the panel, which names what is chosen."""
    return page.locator("#h-ch")


def show(page, name):
    """Change to the view of this name: graph, table or text."""
    links = page.locator(".underbar .switch a")
    links.nth(("graph", "table", "text").index(name)).click()
    expect(
        page.locator(".view svg.map" if name == "graph" else f".view.page {'table' if name == 'table' else '.prose'}")
    ).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_link_is_chosen_and_says_why(language, width, visitor):
    page = visitor(width)
    open_map(page, language)
    someone = page.locator(f"{NODE}[data-node^=person]").first
    name = someone.locator("text").text_content()
    someone.click()
    expect(chosen(page)).to_contain_text(name.rstrip("…"))

    page.locator("aside .why a[href*='chosen=person']", has_text=TOPIC[language]).first.click()
    expect(chosen(page)).to_contain_text(TOPIC[language])
    assert len(page.url.partition("chosen=")[2].replace("~", "%7E").split("%7E")) == 2
    expect(page.locator("aside .tick li").first).not_to_be_empty()
    reason = page.locator("section:has(> #h-why) a").first
    title = reason.inner_text()
    reason.click()

    expect(page.locator("main h1")).to_contain_text(title.rstrip("…"))


def test_on_a_small_screen_the_whole_drawing_can_be_reached_and_begins_in_its_middle(visitor):
    page = visitor(375)
    page.goto("/en/")
    page.locator("section:has(#h-map) header a").click()
    expect(page.locator(".canvas svg.map")).to_be_visible()

    begins, ends, scrolled, far = page.locator(".canvas").evaluate(
        """canvas => {
            const map = canvas.querySelector("svg").getBoundingClientRect(), box = canvas.getBoundingClientRect();
            const left = map.left - box.left + canvas.scrollLeft;
            return [left, left + map.width - canvas.scrollWidth, canvas.scrollLeft, canvas.scrollWidth - canvas.clientWidth];
        }"""
    )
    assert abs(begins) < 1
    assert abs(ends) < 1
    assert abs(scrolled - far / 2) < 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_is_opened_further_and_narrowed(language, visitor):
    page = visitor()
    open_map(page, language)
    before = nodes_of(page)
    page.locator(f"{NODE}[data-node^=person]").first.click()
    page.locator("aside a[href*='open=']").click()
    expect(page).to_have_url(re.compile("open="))
    expect(page.locator(NODE)).not_to_have_count(len(before))
    assert nodes_of(page) > before

    page.locator("[name=types][value=person]").uncheck()
    expect(page).to_have_url(re.compile("types="))
    expect(page.locator(f"{NODE}[data-node^=person]")).to_have_count(0)
    page.locator("[name=types][value=person]").check()
    expect(page.locator(f"{NODE}[data-node^=person]")).not_to_have_count(0)
    page.select_option("[name=language]", "en")
    expect(page).to_have_url(re.compile("language=en"))
    expect(
        page.locator(f"{NODE}[data-node^=entry] text[lang=zh-Hans], {NODE}[data-node^=thread] text[lang=zh-Hans]")
    ).to_have_count(0)
    page.select_option("[name=depth]", "2")
    expect(page).to_have_url(re.compile("depth=2"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_is_walked_by_keyboard(language, visitor):
    page = visitor()
    open_map(page, language)
    centre = page.locator(NODE).first
    centre.focus()
    beside = centre.get_attribute("data-next").split()
    moved = next(key for arrow in ("Right", "Left", "Up", "Down") if (key := press(page, f"Arrow{arrow}")) in beside)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("chosen="))
    label = page.locator(f"{NODE}[data-node='{moved}'] text").text_content()
    expect(chosen(page)).to_contain_text(label.rstrip("…"))

    for name in ("table", "text"):
        link = page.locator(".underbar .switch a").nth(("graph", "table", "text").index(name))
        link.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"view={name}"))
        expect(chosen(page)).to_contain_text(label.rstrip("…"))


def press(page, arrow):
    """Press an arrow; return the key of the node that has the focus then."""
    page.keyboard.press(arrow)
    return page.evaluate("document.activeElement.dataset.node")


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawing_table_text_and_files_say_the_same(language, visitor):
    page = visitor()
    open_map(page, language)
    drawn = {
        one["node"]: len(one["next"].split())
        for one in page.locator(NODE).evaluate_all("nodes => nodes.map(node => ({...node.dataset}))")
    }
    files = {name: saved(page, name) for name in ("csv", "gexf", "graphml", "json", "svg")}
    graph, same = nx.Graph(nx.read_gexf(files["gexf"])), nx.Graph(nx.read_graphml(files["graphml"]))

    assert {key: graph.degree(key) for key in graph} == drawn
    assert graph.adj.keys() == same.adj.keys()
    assert nx.is_isomorphic(graph, same)
    rows = list(csv.DictReader(files["csv"].read_text(encoding="utf-8-sig").splitlines()))
    assert {row["key"]: int(row["degree"]) for row in rows if row["row"] == "node"} == drawn
    show(page, "table")
    table = page.locator("table.data tbody tr").evaluate_all(
        "rows => rows.map(row => [new URL(row.querySelector('th a').href).searchParams.get('chosen'), +row.cells[3].textContent])"
    )
    assert dict(table) == drawn
    show(page, "text")
    said = page.locator(".view .prose p").first.inner_text()
    kinds = [row["kind"].replace("gap", "topic") for row in rows if row["row"] == "node"]
    counted = [
        kinds.count("person"),
        kinds.count("document"),
        kinds.count("topic") - 1,
    ]  # but for the one in the middle
    assert [int(number) for number in re.findall(r"\d+", said)] == counted


def saved(page, name):
    """The file that the page offers under this ending."""
    page.locator("details.saveas").evaluate("details => { details.open = true; }")
    with page.expect_download() as download:
        page.click(f".saveas a[href*='export.{name}']")
    return Path(download.value.path())


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("en", 375)])
def test_a_way_leads_from_a_person_to_a_topic(language, width, visitor):
    page = visitor(width)
    open_map(page, language)
    name = page.locator(f"{NODE}[data-node^=person] text").first.text_content()
    page.locator("[name=from]").fill(name)
    page.locator("[name=to]").fill(OTHER[language])
    page.press("[name=to]", "Enter")

    steps = page.locator(".waysteps > li")
    expect(steps.first).to_contain_text(name)
    expect(steps.last).to_contain_text(OTHER[language])
    expect(page.locator(".waysteps .because")).to_have_count(steps.count() - 1)
    steps.last.locator("a").first.click()
    expect(page.locator(".mapbar h1")).to_contain_text(OTHER[language])


def test_a_map_leads_to_other_starts_and_to_all_gaps(visitor):
    page = visitor()
    open_map(page, "en")
    page.fill(".side [name=q]", "libr")
    page.press(".side [name=q]", "Enter")
    expect(page.locator("section:has(#h-offered) li").first).to_be_visible()
    page.go_back()
    page.locator(".side a[href$='/maps/gaps/']").click()
    expect(page.locator(".gaplist li").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_a_list_and_dashed_on_the_map(language, visitor):
    page = visitor()
    page.goto(f"/{language}/maps/gaps/")
    listed = page.locator(".gaplist > li").count()
    assert listed
    with page.expect_download() as download:
        page.click("main a[href*='as=csv']")
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == listed + 1

    page.locator(".gaplist a[href*='node=']").first.click()
    expect(page.locator("svg.map a.gap").first).to_be_attached()
    expect(page.locator("aside .notice.warn")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_works_without_script(language, visitor):
    page = visitor(java_script_enabled=False)
    open_map(page, language)
    page.locator(f"{NODE}[data-node^=entry]").first.click()
    expect(page.locator("aside .why a").first).to_be_visible()
    page.locator("[name=types][value=document]").uncheck()
    page.locator("form[data-ask] button").click()
    expect(page.locator(f"{NODE}[data-node^=entry]")).to_have_count(0)
    show(page, "table")
    page.locator("table.data td a").first.click()
    assert path_of(page.url) == f"/{language}/maps/"
    expect(chosen(page).locator("span")).to_have_count(2)
