"""Something told becomes knowledge that is found: by a visitor and two librarians, in a browser."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import (
    approve,
    found_within_ten_seconds,
    new_word,
    submit,
    take_up,
    tell,
    wait_until_edits_are_seen,
    wait_until_saved,
)

pytestmark = pytest.mark.journey


def choose_topic(page, word):
    """Add a topic in the editor by the chooser, and wait until the editor has saved it by itself."""
    wait_until_edits_are_seen(page)
    page.click("#id_entry_concepts-ADD")
    panel = page.locator("#inline_child_entry_concepts-0")
    panel.get_by_role("button", name=re.compile("Choose|选择")).first.click()
    dialog = page.locator(".modal-dialog, [role=dialog]").last
    with page.expect_response(lambda response: f"q={quote(word)}" in response.url):
        dialog.locator("input[name=q]").fill(word)
    dialog.locator("table a", has_text=word).first.click()
    expect(panel).to_contain_text(word)
    wait_until_saved(page)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_what_a_visitor_tells_is_written_up_approved_and_found(language, width, visitor, sign_in):
    word = new_word()
    chinese = language == "zh-hans"
    text = f"二楼的{word}灯晚上太暗，看书很吃力。" if chinese else f"The {word} lamps in the study rooms are too dim."
    title = f"二楼的{word}灯" if chinese else f"The {word} lamps"

    teller = visitor(width)
    told = tell(teller, language, text)
    first = sign_in("librarian")
    number = take_up(first, text, title)
    choose_topic(first, "Study rooms")
    submit(first)

    second = sign_in("librarian2", language=language)
    second.goto(f"/admin/pages/{number}/edit/")
    reject(second, f"Since when are the {word} lamps so?")
    first.goto("/en/me/")
    expect(first.locator("main")).to_contain_text(f"Since when are the {word} lamps so?")
    first.goto(f"/admin/pages/{number}/edit/")
    submit(first)
    second.goto(f"/admin/pages/{number}/edit/")
    approve(second)

    teller.goto(told)
    expect(teller.locator("main a", has_text=title)).to_be_visible()
    found_within_ten_seconds(teller, language, word, title)
    teller.click(f".hits a:has-text('{word}')")
    expect(teller.locator("h1")).to_contain_text(title)
    for width in (1280, 375):
        teller.set_viewport_size({"width": width, "height": 900})
        expect(source(teller)).to_be_visible()
        expect(source(teller)).to_contain_text("一位客户" if chinese else "A customer")


def source(page):
    """The source of the entry that the page shows."""
    return page.locator("section:has(> header #sources) li")


def reject(page, reason):
    page.locator("[data-workflow-action-name=reject]").last.evaluate("button => button.click()")
    page.locator("[role=dialog] textarea, .modal-dialog textarea").last.fill(reason)
    with page.expect_navigation():
        page.locator("[role=dialog] [type=submit], .modal-dialog [type=submit]").last.click()
