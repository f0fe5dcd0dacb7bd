"""A tour of every page: accessible, within its width, nothing from other hosts, nothing that the security policy stops.

One visit a page: on a desk, then on a phone, then in the dark.
"""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OURS = ("http://localhost", "data:", "blob:", "about:")
LANGUAGES = ("en", "zh-hans")
DESK, PHONE = 1280, 375
WITH_DIAGRAM = "knowledge/booking-a-study-room/"
WITH_FORMULA = "knowledge/what-a-late-book-costs/"

WITH_MANY_NAMES = {"en": "Interlibrary loan", "zh-hans": "馆际互借"}

ROUNDS = {
    "finding": [
        "",
        "browse/",
        "browse/?kind=for&form=guide",
        "browse/?page=2",
        "search/?q=loan+馆际互借",
        "search/?q=xyzzy",
    ],
    "topics": ["topics/", "topics/?scheme=1", "topics/?scheme=1&letter=c", "topics/?q=loan"],
    "doors": ["account/login/", "account/signup/", "account/password/reset/", "account/password/reset/done/"],
    "house": ["about/", "privacy/", "accessibility/", "tell/"],
    "refusals": ["nowhere/", "browse/?page=999999", "told/nothing-has-this-key/"],
}


class Watch:
    """Keeps what a page should not do: requests to other hosts, violations of the policy, errors of scripts."""

    def __init__(self, page):
        self.complaints = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _request(self, request):
        if not request.url.startswith(OURS):
            self.complaints.append(f"foreign: {request.url}")

    def _console(self, message):
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.complaints.append(message.text)


def inaccessible(page, run_only, **rules):
    """What axe finds: rule and place."""
    page.evaluate(f"window.axe || (() => {{ {AXE} }})()")
    options = {"runOnly": run_only, "rules": rules, "resultTypes": ["violations"], "iframes": False}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def too_wide(page):
    """How many pixels the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def at_width(page, width):
    """What is wrong with the open page at `width`; its colours, which take longest to judge, are judged on the desk."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    excess = too_wide(page)
    wrong = [f"{excess} px too wide"] if excess > 0 else []
    contrast = {"enabled": width == DESK}
    return wrong + inaccessible(page, {"type": "tag", "values": RULES}, **{"color-contrast": contrast})


def in_the_dark(page):
    page.emulate_media(color_scheme="dark")
    try:
        return inaccessible(page, {"type": "rule", "values": ["color-contrast"]})
    finally:
        page.emulate_media(color_scheme="light")


def faults(page, address, watch):
    """Everything that is wrong with a page, each with its address and where it shows."""
    page.set_viewport_size({"width": DESK, "height": 900})
    page.goto(address)
    expect(page.locator("main h1")).to_be_attached()
    wrong = {f"{width} px": at_width(page, width) for width in (DESK, PHONE)}
    wrong |= {"dark": in_the_dark(page), "browser": watch.complaints[:]}
    watch.complaints.clear()
    return [f"{address} ({where}): {fault}" for where, found in wrong.items() for fault in found]


@pytest.fixture
def sound():
    """Whether pages are sound: `assert sound(page, addresses)`, with all their faults when they are not."""

    def look(page, addresses):
        watch = Watch(page)
        found = [fault for address in addresses for fault in faults(page, address, watch)]
        assert not found, "\n".join(found)
        return True

    return look


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ROUNDS)
def test_public_pages_are_sound(name, language, visitor, sound):
    assert sound(visitor(), [f"/{language}/{path}" for path in ROUNDS[name]])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_its_topic_and_its_people_are_sound(language, visitor, sound):
    page = visitor()
    page.goto(f"/{language}/browse/?sort=title")
    entry = page.locator(".hits .hit a").first.get_attribute("href")
    page.goto(entry)
    topic = page.locator(".rail a[href*='/topics/']").first.get_attribute("href")
    page.goto(f"/{language}/topics/?q={WITH_MANY_NAMES[language]}")
    many_names = page.locator("main a[href*='/topics/']", has_text=WITH_MANY_NAMES[language]).first.get_attribute(
        "href"
    )
    page.goto(many_names)
    person = page.locator("a[href*='/people/']").first.get_attribute("href")

    assert sound(page, [entry, f"{entry}#cite", topic, many_names, person])


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_and_diagrams_are_drawn(language, visitor, sound):
    page = visitor()
    assert sound(page, [f"/{language}/{WITH_FORMULA}"])
    expect(page.locator(".formula-display .katex").first).to_be_visible()

    page.goto(f"/{language}/{WITH_DIAGRAM}")
    expect(page.locator("iframe.diagram-frame")).to_be_visible()
    drawing = page.frame_locator("iframe.diagram-frame").locator("#stage svg")
    expect(drawing).to_be_visible()
    assert drawing.bounding_box()["height"] > 100
    page.reload()  # from the page cache, with the same policy of its own
    expect(drawing).to_be_visible()
    assert sound(page, [f"/{language}/{WITH_DIAGRAM}"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_pages_are_sound(language, sign_in, sound):
    page = sign_in("patron", language=language)

    assert sound(
        page, [f"/{language}/{path}" for path in ("", "me/", "me/settings/", "me/topics/", "inventory/", "tell/")]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_staff_are_sound(language, sign_in, sound):
    page = sign_in("manager", language=language)
    paths = ["me/", "inventory/", "inventory/entries/", "inventory/captures/", "inventory/topics/", WITH_DIAGRAM]

    assert sound(page, [f"/{language}/{path}" for path in paths])
