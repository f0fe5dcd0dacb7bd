"""Searching as a person does: other names left out and taken back, a search kept and followed, a question carried on."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
SEARCHES = {"en": "interlibrary loan", "zh-hans": "馆际互借"}
KEPT = {"en": "Loans from afar", "zh-hans": "远方的书"}


@pytest.mark.parametrize("language", SEARCHES)
def test_other_names_are_left_out_and_taken_back_without_script(language, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"/{language}/search/?q={SEARCHES[language]}")
    widened = page.locator(".widened")
    expect(widened).to_contain_text("ILL")

    widened.locator("li a").first.click()
    expect(page).to_have_url(re.compile("without=[0-9]+"))
    expect(widened).not_to_contain_text("ILL")

    widened.locator("a").click()
    expect(widened).to_contain_text("ILL")


@pytest.mark.parametrize("language", SEARCHES)
def test_a_search_is_kept_followed_renamed_and_given_up(language, sign_in):
    page = sign_in("patron", language)
    page.goto(f"/{language}/search/?q={SEARCHES[language]}&form=guide")
    page.click(".keep a")
    page.fill("[name=name]", KEPT[language])
    page.click("main form button")
    expect(page.locator("h1")).to_have_text(KEPT[language])
    feed = page.locator(".address a").inner_text()
    assert "<entry>" in page.request.get(feed).text()

    page.click("[value=renew]")
    expect(page.locator(".address a")).not_to_have_text(feed)
    assert page.request.get(feed).status == 404
    page.fill("[name=name]", f"{KEPT[language]} 2")
    page.click("[value=rename]")
    expect(page.locator("h1")).to_have_text(f"{KEPT[language]} 2")

    page.goto(f"/{language}/me/")
    page.click(f"section[aria-labelledby=h-own-searches] a:text-is('{KEPT[language]} 2')")
    expect(page.locator("#q2")).to_have_value(SEARCHES[language])
    expect(page.locator(".chips .chip")).to_have_count(1)
    page.go_back()
    page.locator("section[aria-labelledby=h-own-searches] li", has_text=f"{KEPT[language]} 2").locator("a").last.click()
    page.click("[value=delete]")
    page.goto(f"/{language}/me/")
    expect(page.locator("main")).not_to_contain_text(f"{KEPT[language]} 2")


@pytest.mark.parametrize(("language", "question"), [("en", "astrolabe & sextant"), ("zh-hans", "望远镜 & 六分仪")])
@pytest.mark.parametrize("width", [1280, 375])
def test_what_was_searched_in_vain_is_carried_to_a_community_and_to_the_library(language, question, width, sign_in):
    page = sign_in("patron", language, width)
    page.goto(f"/{language}/search/")
    page.fill("#q2", f"qwxz {question}")
    page.press("#q2", "Enter")

    page.locator("main a[href*='/communities/ask/']").click()
    expect(page.locator("[name=title]")).to_have_value(f"qwxz {question}")
    page.go_back()
    page.locator("main a[href*='/tell/?about=']").click()
    expect(page.locator("[name=about]")).to_have_value(f"qwxz {question}")
