"""Steps that several journeys take."""

import re
import secrets

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


def ask(page, language, title, text, *, community=None, see_alike=False):
    """Ask something, in no community unless one is named; return the address of the thread."""
    page.goto(f"/{language}/communities/ask/")
    if see_alike:
        page.locator("[name=title]").press_sequentially(title, delay=5)
        expect(page.locator("#alike a").first).to_be_visible()
    page.fill("[name=title]", title)
    page.fill("main [name=text]", text)
    if community:
        page.select_option("[name=community]", community)
    page.locator("main form .send .btn.go").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    return page.url.partition("#")[0].partition("?")[0]


def post_reply(page, text):
    """Answer in the open thread."""
    page.fill("#reply textarea", text)
    with page.expect_navigation():
        page.locator("#reply .send .btn.go").click()
