"""Two librarians write in one entry at the same time, with autosave on."""

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import new_word, take_up, tell, wait_until_edits_are_seen

pytestmark = pytest.mark.journey


def write_and_wait_for_autosave(page, text):
    """Write the summary; return what the site answered when the editor saved it by itself."""

    def is_autosave(response):
        request = response.request
        sent = request.post_data_buffer or b""
        return request.method == "POST" and response.url.endswith("/edit/") and text.encode() in sent

    wait_until_edits_are_seen(page)
    with page.expect_response(is_autosave) as saved:
        page.fill("[name=summary]", text)
    return saved.value.status


def save_all_the_same(page):
    """Press "Save draft", and again in the warning that stands there once the editor has heard of the other's version."""
    page.locator("footer button[type=submit]").first.click()
    warning = page.locator("#w-save-confirmation-dialog [data-w-dialog-target=confirm]")
    both = page.locator("#yours-summary")
    expect(warning.or_(both)).to_be_visible()
    if warning.is_visible():
        warning.click()


def test_two_librarians_edit_one_entry_and_nothing_is_lost(visitor, sign_in):
    text = f"The {new_word()} shelf is empty on Mondays."
    tell(visitor(), "en", text)
    first, second = sign_in("librarian"), sign_in("librarian2")
    number = take_up(first, text, f"{text[:-1]}: two hands")
    second.goto(f"/admin/pages/{number}/edit/")

    assert write_and_wait_for_autosave(first, "The first hand wrote this.") == 200
    assert write_and_wait_for_autosave(second, "The second hand wrote that.") == 409
    save_all_the_same(second)

    expect(second.locator("main")).to_contain_text("The first hand wrote this.")
    expect(second.locator("#yours-summary")).to_have_value("The second hand wrote that.")
    second.click("main form button")
    expect(second.locator("[name=summary]")).to_have_value("The second hand wrote that.")
    second.goto(f"/admin/pages/{number}/history/")
    expect(second.locator("main")).to_contain_text("Maren Oduya")
