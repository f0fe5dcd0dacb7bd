"""Steps that several journeys take."""

import re
import secrets


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
