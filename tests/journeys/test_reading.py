"""Reading by keyboard, in the other language, without scripts, and when the session is lost."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
LANGUAGES = ("en", "zh-hans")


@pytest.mark.parametrize(
    ("language", "typed", "found"), [("en", "interlib", "Interlibrary"), ("zh-hans", "馆际", "馆际互借")]
)
def test_a_topic_is_reached_by_keyboard_alone(language, typed, found, visitor):
    page = visitor()
    page.goto(f"/{language}/about/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    with page.expect_response(lambda response: response.url.endswith(f"?q={quote(typed)}")):
        page.keyboard.type(typed)
    option = page.locator(".find [role=option]", has_text=found).first
    address = option.get_attribute("data-url")
    arrow_down_to(page, option)

    page.keyboard.press("Enter")

    page.wait_for_url(f"**{address}")
    expect(page.locator("main h1")).to_contain_text(found)


def arrow_down_to(page, option):
    """Press the arrow until the option is marked; the list may still change under one's eyes."""
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if option.get_attribute("aria-selected") == "true":
            return
    pytest.fail(f"the arrow never marks {option.inner_text()}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_tab_leads_past_the_header(language, visitor):
    page = visitor()
    page.goto(f"/{language}/browse/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 375])
def test_the_language_switch_of_an_entry_leads_to_its_translation(width, visitor):
    page = visitor(width)
    page.goto("/en/knowledge/booking-a-study-room/")
    english = page.locator("h1").inner_text()
    switch(page, "zh-Hans")
    expect(page).to_have_url(re.compile(r"/zh-hans/knowledge/booking-a-study-room/$"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("h1")).to_contain_text("研习室")
    switch(page, "en")
    expect(page.locator("h1")).to_have_text(english)


def switch(page, tag):
    """Change the language in the header, or in its menu on a phone."""
    menu = page.locator("header .menu summary")
    if menu.is_visible():
        menu.click()
    page.locator(f".top a[hreflang='{tag}']:visible").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_is_kept_when_the_session_is_lost(language, visitor):
    text = "The lift in the west wing stops between floors." if language == "en" else "西翼的电梯会停在两层之间。"
    page = visitor()
    page.goto(f"/{language}/tell/")
    page.fill("textarea[name=text]", text)
    page.context.clear_cookies()

    with page.expect_response(lambda response: response.request.method == "POST") as sent:
        page.click("main form button")

    assert sent.value.status == 403
    expect(page.locator("h1")).to_have_text("Please send it once more" if language == "en" else "请再提交一次")
    expect(page.locator("main textarea").first).to_have_value(text)
    page.click("main .cta a")
    expect(page.locator("textarea[name=text]")).to_be_visible()


def test_everything_reads_without_script(visitor):
    page = visitor(java_script_enabled=False)
    page.goto("/en/")
    page.fill("main input[name=q]", "loan")
    page.press("main input[name=q]", "Enter")

    page.click(".hits a >> nth=0")

    expect(page.locator("main h1")).not_to_be_empty()
