"""Steps that several journeys take."""

import re
import secrets
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

PATIENCE = 60_000  # ms: what a step may take where two cores do everything at once


def new_word():
    """A word that nothing on the site holds yet."""
    return "".join(secrets.choice("bcdfghklmnprst") + secrets.choice("aeiou") for _ in range(4))


def tell(page, language, text):
    """Tell us something at a person's pace; return the address where its fate can be followed."""
    page.goto(f"/{language}/tell/")
    page.fill("textarea[name=text]", text)
    page.wait_for_timeout(2100)
    page.click("main form button")
    page.wait_for_url("**/told/**")
    return page.url


def claim(page, text):
    """A librarian finds it in the inbox and claims it."""
    page.goto("/admin/inbox/?state=new")
    page.click(f"text={text[:12]}")
    page.click("form[action$='/claim/'] button")


def take_up(page, text, title):
    """A librarian claims it and starts a draft; return the page's number."""
    claim(page, text)
    page.fill("#draft-title", title)
    page.click("form[action$='/draft/'] button")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    return re.search(r"/pages/(\d+)/", page.url)[1]


def fill_in_the_door(page, address, password, language="en"):
    """Sign in, as a person does; the page is their own afterwards."""
    page.goto(f"/{language}/account/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/me/")


def wait_until_edits_are_seen(page):
    """Wagtail's editor takes the form as it stands two seconds after its script started for the text that was loaded. What
    somebody writes before then is no change to it, and is not saved by itself."""
    form = page.locator("form[data-edit-form]")
    expect(form).to_have_attribute("data-w-unsaved-has-edits-value", "false")  # stands there once it compares


def wait_until_saved(page):
    """The editor has saved by itself what was changed, and says so."""
    expect(page.locator("#w-autosave-indicator")).to_have_attribute("data-w-autosave-state-value", "saved")


def submit(page):
    """Save and submit for approval; the editor comes back without an error."""
    toggle = page.locator("footer [data-w-dropdown-target=toggle]").last
    toggle.click()
    with page.expect_navigation():
        page.locator("button[name=action-submit]").first.click()
    assert not page.locator(".messages .error").count(), page.inner_text(".messages")


def approve(page):
    """Another librarian approves what the editor shows."""
    with page.expect_navigation():
        page.locator("[data-workflow-action-name=approve]").last.evaluate("button => button.click()")


def found_within_ten_seconds(page, language, word, title):
    """Search for a word until something is found that is called `title`; the page shows the hits."""
    for _ in range(40):
        page.goto(f"/{language}/search/?q={word}")
        if page.locator(".hits").count() and title in page.inner_text(".hits"):
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{title} is not found")


def ask(page, language, title, text, *, community=None, topics="", see_alike=False):
    """Ask something, in no community unless one is named; return the address of the thread."""
    page.goto(f"/{language}/communities/ask/")
    if see_alike:
        page.locator("[name=title]").press_sequentially(title, delay=5)
        expect(page.locator("#alike a").first).to_be_visible()
    page.fill("[name=title]", title)
    page.fill("main [name=text]", text)
    page.fill("[name=topics]", topics)
    if community:
        page.select_option("[name=community]", community)
    page.locator("main form .send .btn.go").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    return path_of(page.url)


def path_of(address):
    """The path of a full address, without what was asked and where it points."""
    return urlsplit(address).path


def post_reply(page, text):
    """Answer in the open thread."""
    page.fill("#reply textarea", text)
    with page.expect_navigation():
        page.locator("#reply .send .btn.go").click()
