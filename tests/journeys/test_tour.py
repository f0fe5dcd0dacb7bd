"""A tour of every public page: accessible, within its width, nothing from other hosts, nothing that the security policy stops."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.journey
LANGUAGES = ("en", "zh-hans")
PAGES = {
    "home": "/{language}/",
    "browse": "/{language}/browse/",
    "browse, narrowed": "/{language}/browse/?kind=for&form=guide",
    "topics": "/{language}/topics/",
    "search": "/{language}/search/?q=loan+馆际互借",
    "search, nothing found": "/{language}/search/?q=xyzzy",
    "tell us": "/{language}/tell/",
    "sign in": "/{language}/account/login/",
    "sign up": "/{language}/account/signup/",
    "reset": "/{language}/account/password/reset/",
    "missing": "/{language}/nowhere/",
    "about": "/{language}/about/",
    "privacy": "/{language}/privacy/",
    "accessibility": "/{language}/accessibility/",
}
OURS = ("http://localhost", "data:", "blob:", "about:")


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


def inaccessible(page):
    """What axe finds against WCAG 2.2 A and AA: rule and place."""
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def too_wide(page):
    """How many pixels the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def look(page, address):
    watch = Watch(page)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert watch.complaints == []
    assert too_wide(page) <= 0
    assert inaccessible(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_is_sound_on_a_desk_and_on_a_phone(name, language, visitor):
    for width in (1280, 375):
        look(visitor(width), PAGES[name].format(language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_sound_in_the_dark(language, visitor):
    page = visitor(color_scheme="dark")
    for address in ("/{language}/", "/{language}/browse/", "/{language}/tell/"):
        look(page, address.format(language=language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_an_entry_and_its_topic_are_sound(language, width, visitor):
    page = visitor(width)
    page.goto(f"/{language}/browse/")
    entry = page.locator(".hits .hit a").first.get_attribute("href")
    look(page, entry)
    topic = page.locator(".rail a[href*='/topics/']").first.get_attribute("href")
    look(page, topic)


@pytest.mark.parametrize("role", ["patron", "librarian", "manager", "administrator"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_own_page_is_sound(role, language, sign_in):
    page = sign_in(role, language=language)
    look(page, f"/{language}/me/")
    if role != "patron":
        look(page, f"/{language}/inventory/")


def test_everything_reads_without_script(visitor):
    page = visitor(java_script_enabled=False)
    page.goto("/en/")
    page.fill("main input[name=q]", "loan")
    page.press("main input[name=q]", "Enter")

    page.click(".hits a >> nth=0")

    assert page.locator("main h1").inner_text()
