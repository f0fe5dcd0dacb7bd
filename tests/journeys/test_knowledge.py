"""Something told becomes knowledge that is found: by a visitor and two librarians, in a browser."""

import re
import secrets

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def tell(page, language, text):
    """A visitor tells us something at a person's pace; return the address where its fate can be followed."""
    page.goto(f"/{language}/tell/")
    page.fill("textarea[name=text]", text)
    page.wait_for_timeout(2100)
    page.click("main form button")
    page.wait_for_url("**/told/**")
    return page.url


def take_up(page, text, title):
    """A librarian finds it in the inbox, claims it and starts a draft; return the page's number."""
    page.goto("/admin/inbox/?state=new")
    page.click(f"text={text[:12]}")
    page.click("form[action$='/claim/'] button")
    page.fill("#draft-title", title)
    page.click("form[action$='/draft/'] button")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    return re.search(r"/pages/(\d+)/", page.url)[1]


def choose_topic(page, word):
    """Add a topic in the editor by the chooser."""
    page.click("#id_entry_concepts-ADD")
    panel = page.locator("#inline_child_entry_concepts-0")
    panel.get_by_role("button", name=re.compile("Choose|选择")).first.click()
    dialog = page.locator(".modal-dialog, [role=dialog]").last
    dialog.locator("input[name=q]").fill(word)
    dialog.locator("table a", has_text=word).first.click()
    expect(panel).to_contain_text(word)


def submit(page):
    """Save and submit for approval; the editor comes back without an error."""
    toggle = page.locator("footer [data-w-dropdown-target=toggle]").last
    toggle.click()
    page.locator("button[name=action-submit], button[name='action-resubmit']").first.click()
    page.wait_for_load_state()
    assert not page.locator(".messages .error").count(), page.inner_text(".messages")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_what_a_visitor_tells_is_written_up_approved_and_found(language, width, visitor, sign_in):
    word = "".join(secrets.choice("bcdfghklmnprst") + secrets.choice("aeiou") for _ in range(4))
    chinese = language == "zh-hans"
    text = f"自习室的{word}灯晚上太暗，看书很吃力。" if chinese else f"The {word} lamps in the study rooms are too dim."
    title = f"自习室的{word}灯" if chinese else f"The {word} lamps"

    teller = visitor(width)
    told = tell(teller, language, text)
    first = sign_in("librarian")
    number = take_up(first, text, title)
    choose_topic(first, "Study rooms")
    submit(first)

    second = sign_in("librarian2", language=language)
    second.goto(f"/admin/pages/{number}/edit/")
    reject(second, "Say since when.")
    first.goto("/en/me/")
    expect(first.locator("main")).to_contain_text("Say since when.")
    first.goto(f"/admin/pages/{number}/edit/")
    submit(first)
    second.goto(f"/admin/pages/{number}/edit/")
    approve(second)

    teller.goto(told)
    expect(teller.locator("main a", has_text=title)).to_be_visible()
    found_within_ten_seconds(teller, language, word, title)
    teller.click(f".hits a:has-text('{word}')")
    expect(teller.locator("h1")).to_contain_text(title)
    expect(teller.locator("main")).to_contain_text("一位客户" if chinese else "A customer")


def reject(page, reason):
    page.locator("[data-workflow-action-name=reject]").last.evaluate("button => button.click()")
    page.locator("[role=dialog] textarea, .modal-dialog textarea").last.fill(reason)
    page.locator("[role=dialog] [type=submit], .modal-dialog [type=submit]").last.click()
    page.wait_for_load_state()


def approve(page):
    page.locator("[data-workflow-action-name=approve]").last.evaluate("button => button.click()")
    dialog = page.locator(".modal-dialog [type=submit]")
    if dialog.count():
        dialog.last.click()
    page.wait_for_load_state()


def found_within_ten_seconds(page, language, word, title):
    for _ in range(10):
        page.goto(f"/{language}/search/?q={word}")
        if page.locator(".hits").count() and title in page.inner_text(".hits"):
            return
        page.wait_for_timeout(1000)
    pytest.fail(f"{title} is not found")
