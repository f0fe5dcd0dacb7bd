"""A manager asks how we are doing: a number opens its list, and both come as CSV."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def rows_of(download):
    """The rows of a downloaded CSV file, without its header."""
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines()))[1:]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_number_opens_the_list_that_it_counts(language, sign_in):
    page = sign_in("manager", language=language)
    page.goto(f"/{language}/me/")
    page.click("main a[href$='/inventory/']")
    with page.expect_download() as figures:
        page.click("main a[href='?as=csv']")
    number = page.locator("td.num a[href*='kind=for']")
    counted = int(number.evaluate("link => link.firstChild.textContent"))
    label = page.locator("tr", has=number).locator("th").inner_text()
    assert [label, str(counted)] in [row[1:] for row in rows_of(figures.value)]

    number.click()

    expect(page.locator("main .count b")).to_have_text(str(counted))
    assert page.locator("main tbody tr").count() == counted
    with page.expect_download() as entries:
        page.click("main a[href*='as=csv']")
    assert len(rows_of(entries.value)) == counted
