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
        "search/?q=late+fees",
    ],
    "topics": ["topics/", "topics/?scheme=1", "topics/?scheme=1&letter=c", "topics/?q=loan"],
    "doors": ["account/login/", "account/signup/", "account/password/reset/", "account/password/reset/done/"],
    "house": ["about/", "privacy/", "accessibility/", "tell/", "help/librarian/"],
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
    expect(page.locator("h1").first).to_be_attached()
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_learnt_from_searches_is_sound(language, sign_in, sound):
    page = sign_in("librarian", language=language)
    paths = ["", "list/?days=90&which=vain", "words/?q=late+fees&about=fees", "first/", "months/"]

    assert sound(page, [f"/{language}/inventory/searches/{path}" for path in paths])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kept_search_is_sound(language, sign_in, sound):
    page = sign_in("patron", language=language)
    kept = first_address(
        page, f"/{language}/me/", "section[aria-labelledby=h-own-searches] a[href*='/saved/']:not([type])"
    )

    assert sound(page, [kept, f"/{language}/search/saved/new/?q=late+fees"])


# ---------------------------------------------------------------- talk, the spiral and maps
TALK = (
    "communities/",
    "communities/threads/",
    "communities/threads/?stage=combination&sort=waits",
    "communities/flow/",
)
BOARD = "communities/ask-the-house/"
DESK_ROOMS = ("distillations/desk/", "communities/queue/", "communities/flow/", f"{BOARD}members/")
VIEWS = ("graph", "table", "text")


def first_address(page, start, selector):
    """Where the first link leads that `selector` finds on the page `start`."""
    page.goto(start)
    return page.locator(selector).first.get_attribute("href")


@pytest.fixture(scope="session")
def long_thread(site, manage):
    """The address, without its language, of a thread of 45 posts."""
    return manage("shell", "--verbosity=0", "-c", LONG_THREAD).strip().splitlines()[-1].partition("/en/")[2]


LONG_THREAD = """
from datetime import timedelta
from django.utils import timezone, translation
from communities.interaction.socialization import ask, reply
from communities.models import Community, Membership
board = Community.objects.get(is_board=True)
first, second = [one.person.user for one in Membership.objects.filter(community=board).exclude(person__user=None)[:2]]
begin = timezone.now() - timedelta(days=50)
thread = ask(board, title="Which seats stay quiet?", text="Let us count them.", language="en", by=first, at=begin)
for day in range(44):
    text = f"Day {day + 1}: the seats by the north window were quiet."
    reply(thread, text=text, by=first if day % 2 else second, at=begin + timedelta(days=day + 1))
with translation.override("en"):
    print(thread.get_absolute_url())
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_talk_are_sound_for_visitors(language, visitor, sound, long_thread):
    addresses = [*TALK, BOARD, f"{BOARD}flow/", long_thread, f"{long_thread}?page=3"]

    assert sound(visitor(), [f"/{language}/{path}" for path in addresses])


@pytest.mark.parametrize("language", LANGUAGES)
def test_writing_is_sound_for_patrons(language, sign_in, sound, long_thread):
    page = sign_in("patron", language=language)
    entry = first_address(page, f"/{language}/{WITH_FORMULA}", "a[href*='/practice/new/']")
    addresses = [
        long_thread,
        f"{long_thread}?page=3&quote=44",
        "communities/ask/?title=quiet",
        BOARD,
        f"{long_thread}distil/?posts=2,3",
    ]

    assert sound(page, [entry, *(f"/{language}/{path}" for path in addresses)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rooms_of_librarians_and_stewards_are_sound(language, sign_in, sound):
    page = sign_in("librarian", language=language)
    waiting = first_address(page, f"/{language}/distillations/desk/", "main .deskrows h2 a")
    bringing = f"/{language}/distillations/combine/?d={waiting.rstrip('/').rpartition('/')[2]}"
    own = [f"/{language}/{path}" for path in ("communities/sharing-between-libraries/queue/", *DESK_ROOMS)]

    assert sound(page, [waiting, bringing, *own])


@pytest.mark.parametrize("language", LANGUAGES)
def test_maps_are_sound(language, visitor, sound):
    page = visitor()
    around = first_address(page, f"/{language}/maps/", "main a[href*='node=concept']")
    chosen = first_address(page, f"{around}&view=table", "main td a[href*='chosen=']")
    between = f"/{language}/maps/path/?from=Interlibrary+loan&to=Accessibility"
    addresses = [f"/{language}/maps/", *(f"{around}&view={view}" for view in VIEWS)]

    assert sound(page, [*addresses, chosen, f"{around}&depth=2", between, f"/{language}/maps/gaps/"])
