"""Searching as a person does: other names left out and taken back, a search kept and followed, a question carried on; and
what a librarian does about searches that find nothing, or not the right thing first.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import found_within_ten_seconds

pytestmark = pytest.mark.journey
SEARCHES = {"en": "interlibrary loan", "zh-hans": "馆际互借"}
KEPT = {"en": "Loans from afar", "zh-hans": "远方的书"}
ONE_ON_A_PHONE = [("en", 1280), ("zh-hans", 375)]
IN_VAIN = {
    "en": ("old photos", "Old photographs"),
    "zh-hans": ("自习室", "研习室"),
}  # words, and the topic that they mean
UNOPENED = {"en": "printing", "zh-hans": "打印"}
UNSEEN = {"en": "visitors do not see it", "zh-hans": "访客看不到"}


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


@pytest.mark.parametrize(("language", "width"), ONE_ON_A_PHONE)
def test_a_search_is_kept_followed_renamed_and_given_up(language, width, sign_in):
    page = sign_in("patron", language, width)
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


# ---------------------------------------------------------------- learning from searches
def reported(page, language, which, words):
    """From one's own page to the report, to the searches behind a number, to what can be done about `words`."""
    page.goto(f"/{language}/me/")
    page.click("section[aria-labelledby=h-own-inbox] a[href$='/inventory/searches/']")
    page.locator("main table").first.locator(f"a[href*='which={which}']").click()
    page.click(f"main th a:text-is('{words}')")
    expect(page.locator("h1")).to_contain_text(words)


def the_form(page, act):
    """The form of the page of one search that does `act`."""
    return page.locator(f"form:has([name=do][value={act}])")


@pytest.mark.parametrize(("language", "width"), ONE_ON_A_PHONE)
def test_words_that_found_nothing_find_a_topic_once_it_has_that_name(language, width, sign_in, visitor):
    words, topic = IN_VAIN[language]
    reader = visitor(width)
    reader.goto(f"/{language}/search/?q={words}")
    expect(reader.locator("main .notice")).to_contain_text(words)  # nothing has all of it
    page = sign_in("librarian", language, width)
    reported(page, language, "vain", words)

    page.fill("#id_about", topic)
    page.press("#id_about", "Enter")
    naming = the_form(page, "name")
    naming.locator("label", has_text=topic).first.click()
    naming.locator("[name=kind][value=alt]").check()
    naming.locator("button").click()
    expect(page.locator(".messages")).to_contain_text(words)

    found_within_ten_seconds(reader, language, words, topic)
    expect(reader.locator("main .notice")).to_have_count(0)
    expect(reader.locator(".hit").first).to_contain_text(topic)


@pytest.mark.parametrize(("language", "width"), ONE_ON_A_PHONE)
def test_a_result_stands_first_for_visitors_until_it_is_taken_away(language, width, sign_in, visitor):
    words, reader = UNOPENED[language], visitor(width)
    reader.goto(f"/{language}/search/?q={words}")
    found_first = reader.locator(".hit h2").first.inner_text()
    page = sign_in("librarian", language, width)
    reported(page, language, "unopened", words)

    pinning = the_form(page, "pin")
    choices = pinning.locator("label:has([name=key])")
    choices.filter(has_not_text=UNSEEN[language]).filter(has_not_text=found_first).last.click()
    pinning.locator("button").click()
    expect(page.locator(".messages")).to_be_visible()
    title = page.locator(".pins a").inner_text()
    reader.reload()
    expect(reader.locator(".hit").first).to_contain_text(title)
    expect(reader.locator(".pinned .hit")).to_have_count(1)

    page.locator(".pins [value=drop]").click()
    expect(page.locator(".pins")).to_have_count(0)
    reader.reload()
    expect(reader.locator(".pinned")).to_have_count(0)
    expect(reader.locator(".hit h2").first).to_have_text(found_first)
