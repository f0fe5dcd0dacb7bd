"""A patron comes, is known and goes on telling; an administrator lets a colleague in."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import claim, fill_in_the_door, new_word, tell

pytestmark = pytest.mark.journey
PASSWORD = "a heron over the weir"


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_patron_signs_up_tells_something_and_sees_what_became_of_it(language, width, visitor, sign_in, mail_to):
    word, chinese = new_word(), language == "zh-hans"
    address = f"{word}@example.org"
    page = visitor(width)
    page.goto(f"/{language}/account/signup/")
    page.fill("[name=name]", f"Reader {word}")
    page.fill("[name=email]", address)
    page.fill("[name=password1]", PASSWORD)
    page.click("main form .btn.go")
    page.wait_for_url("**/confirm-email/**")
    page.goto(re.search(r"https?://\S+/confirm-email/\S+", mail_to(address))[0])
    page.click("main form .btn.go")
    fill_in_the_door(page, address, PASSWORD, language)

    page.goto(f"/{language}/me/settings/")
    page.fill("[name=bio]", "I read *maps*.")
    page.locator("main form", has=page.locator("[name=bio]")).locator(".btn.go").click()
    expect(page.locator("main em, [name=bio]").first).to_be_visible()
    page.goto(f"/{language}/me/settings/")
    expect(page.locator("[name=bio]")).to_have_value("I read *maps*.")

    text = f"请把{word}地图放大。" if chinese else f"Please print the {word} maps larger."
    tell(page, language, text)
    librarian = sign_in("librarian", language=language)
    claim(librarian, text)
    drop(librarian, f"The {word} maps are printed as large as they are.")
    page.goto(f"/{language}/me/")
    page.click(f"main a:has-text('{word}')")
    expect(page.locator("main")).to_contain_text(f"The {word} maps are printed as large as they are.")


def drop(page, reason):
    form = page.locator("form[action$='/drop/']")
    form.locator("[name=reason]").fill(reason)
    with page.expect_navigation():
        form.locator("button").last.click()


def test_an_administrator_lets_a_colleague_in(sign_in, visitor):
    word = new_word()
    address = f"{word}@example.org"
    page = sign_in("administrator")
    page.goto("/admin/users/new/")
    page.fill("[name=name]", f"Wen {word}")
    page.fill("[name=email]", address)
    page.get_by_role("checkbox", name=re.compile("librarian|馆员", re.IGNORECASE)).check()
    page.locator("footer button[type=submit], form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/admin/users/$"))
    page.goto(f"/admin/users/?q={word}")
    page.locator("table a", has_text=word).first.click()
    page.fill("[name=password1]", PASSWORD)
    with page.expect_navigation():
        page.locator("footer button[type=submit], form button[type=submit]").last.click()

    colleague = visitor()
    fill_in_the_door(colleague, address, PASSWORD)
    expect(colleague.locator(".mine .me")).to_contain_text(f"Wen {word}")
    colleague.goto("/admin/inbox/")
    assert colleague.url.endswith("/admin/inbox/")
    expect(colleague.locator("main table")).to_be_visible()
