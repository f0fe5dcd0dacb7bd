"""People talk: they ask, answer, mark and take back, and stewards look after it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import ask, new_word, post_reply

pytestmark = pytest.mark.journey
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def act_on(page, number, word):
    """Choose `word`, part of an address, in the menu of a post."""
    post = page.locator(f"#post-{number}")
    post.locator(".acts summary").click()
    post.locator(f".acts details a[href*='/{word}/']").click()


def send(page):
    """Press the button that does what the form of the page is for."""
    with page.expect_navigation():
        page.locator("main form .btn.go").first.click()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_a_question_is_answered_accepted_and_looked_after(language, width, sign_in):
    word = new_word()
    title = (
        f"{word}书架上的馆际互借怎么办？"
        if language == "zh-hans"
        else f"How does interlibrary loan reach the {word} shelf?"
    )
    asker = sign_in("patron", language=language, width=width)
    address = ask(asker, language, title, f"The {word} shelf is *empty*.", see_alike=True)

    other = sign_in("manager", language=language)
    other.goto(address)
    other.locator("#post-1 .acts a[href*='quote=1']").click()
    text = other.locator("#reply textarea")
    expect(text).to_have_value(re.compile(rf"^> .*{word}", re.DOTALL))
    text.fill(f"{text.input_value()}\n\n@Ines Varga, it comes on **Friday**.\n\n")
    attach(other)
    other.click("#reply [value=preview]")
    expect(other.locator("#preview blockquote")).to_contain_text(word)
    expect(other.locator("#preview strong").last).to_have_text("Friday")
    expect(other.locator("#preview img")).to_have_attribute("alt", "A dot")
    with other.expect_navigation():
        other.click("#reply .btn.go")
    answer = other.locator("#post-2")
    expect(answer.locator(".prose strong").last).to_have_text("Friday")
    expect(answer.locator(".prose img")).to_be_visible()
    expect(answer.locator(".prose strong").first).to_have_text("@Ines Varga")

    asker.goto(address)
    asker.click("#post-2 button[formaction$='/accept/']")
    expect(asker.locator("#post-2 .badge.ok")).to_be_visible()
    asker.click("#post-2 button[formaction$='/helpful/']")
    expect(asker.locator("#post-2 button[formaction$='/helpful/']")).to_have_attribute("aria-pressed", "true")
    asker.click("#post-2 a[href$='/comment/']")
    asker.fill("#comment-box-2 textarea", f"Thank you, {word} again.")
    asker.click("#comment-box-2 .btn.go")
    expect(asker.locator("#post-2 .comments")).to_contain_text(f"{word} again")


def attach(page):
    """Add a picture to the reply at the place where one writes."""
    page.locator("#reply details.attach summary").first.click()
    page.set_input_files("#reply [name=picture]", {"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    page.fill("#reply [name=picture_title]", "A dot")
    page.click("#reply [data-attach]")
    expect(page.locator("#reply textarea")).to_have_value(re.compile(r"!\[A dot\]"))


def test_a_post_is_changed_with_its_history_and_deleted_with_its_place(sign_in):
    word = new_word()
    page = sign_in("librarian")
    address = ask(page, "en", f"Is the {word} room open?", f"I stood before the {word} door.")
    post_reply(page, "It is open.")
    act_on(page, 2, "edit")
    page.fill("main [name=text]", "It is open from nine.")
    send(page)
    expect(page.locator("#post-2 .prose")).to_have_text("It is open from nine.")
    act_on(page, 2, "history")
    expect(page.locator("main")).to_contain_text("It is open.")

    page.goto(address)
    act_on(page, 2, "delete")
    with page.expect_navigation():
        page.locator("main form .btn.no, main form .btn.go").first.click()
    expect(page.locator("#post-2.gone")).to_be_visible()
    expect(page.locator("#post-2")).not_to_contain_text("nine")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_draft_outlives_the_session_and_is_posted_once(language, sign_in, password_of):
    word = new_word()
    page = sign_in("librarian2", language=language)
    address = ask(page, language, f"Where is the {word} map?", "It was on the wall.")
    with page.expect_response(lambda response: response.url.endswith("/communities/draft/")):
        page.fill("#reply textarea", f"The {word} map is in the drawer.")
    page.context.clear_cookies()
    page.goto(address)
    expect(page.locator("#reply textarea")).to_have_count(0)

    again = sign_in("librarian2", language=language)
    again.goto(address)
    expect(again.locator("#reply textarea")).to_have_value(f"The {word} map is in the drawer.")
    key = again.locator("#reply [name=form_key]").input_value()
    token = again.locator("#reply [name=csrfmiddlewaretoken]").input_value()
    form = {"text": f"The {word} map is in the drawer.", "form_key": key, "csrfmiddlewaretoken": token}
    for _twice in range(2):
        assert again.request.post(address, form=form, headers={"Referer": again.url}).ok
    again.goto(address)
    expect(again.locator(".post .prose", has_text=f"{word} map is in the drawer")).to_have_count(1)
    expect(again.locator("#reply textarea")).to_have_value("")


def test_one_click_in_a_letter_ends_the_letters(sign_in, visitor, mail_to):
    word = new_word()
    page = sign_in("rhea-minton")
    address = ask(page, "en", f"Who keeps the {word} keys?", f"The {word} keys hang nowhere.")
    other = sign_in("librarian")
    other.goto(address)
    post_reply(other, "The porter keeps them.")
    off = re.search(r"https?://[^/\s]+(/\S*/off/\S+/)", mail_to("rhea-minton@reedferry.example"))[1]

    anybody = visitor(375)
    anybody.goto(off)
    anybody.click("main form button")
    expect(anybody.locator("main h1")).to_have_text(re.compile("No more letters|不再"))
    page.goto(address)
    expect(page.locator("form[action$='/watch/'] button")).to_have_attribute("value", "yes")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("en", 375)])
def test_what_is_reported_is_hidden_with_a_reason_and_shown_again(language, width, sign_in):
    word = new_word()
    author = sign_in("librarian", language=language)
    board = f"/{language}/communities/sharing-between-libraries/"
    address = ask(
        author, language, f"The {word} van?", f"The {word} van is late.", community="sharing-between-libraries"
    )
    post_reply(author, f"Buy {word} pills.")
    reader = sign_in("jonas-abernethy", language=language)
    reader.goto(address)
    act_on(reader, 2, "flag")
    reader.locator("main [name=reason]").first.check()
    send(reader)

    steward = sign_in("gu-ruoting", language=language, width=width)
    steward.goto(f"{board}queue/")
    waiting = steward.locator(".queue li", has_text=f"{word} pills")
    waiting.locator("[name=reason]").fill(f"Selling {word}.")
    with steward.expect_navigation():
        waiting.locator("[value=hide]").click()
    reader.goto(address)
    expect(reader.locator("#post-2.gone")).to_be_visible()
    expect(reader.locator("main")).not_to_contain_text("pills")
    author.goto(address)
    expect(author.locator("#post-2")).to_contain_text(f"Selling {word}.")
    steward.goto(address)
    act_on(steward, 2, "moderate")
    steward.fill("main [name=reason]", "It was a joke.")
    with steward.expect_navigation():
        steward.click("main [value=restore]")
    reader.goto(address)
    expect(reader.locator("#post-2 .prose")).to_contain_text(f"{word} pills")


def test_one_joins_and_leaves_an_open_community(sign_in):
    page = sign_in("he-ting", width=375)
    page.goto("/en/communities/reading-without-barriers/")
    page.click("main a[href$='/join/']")
    send(page)
    leave(page)
    page.goto("/en/communities/reading-without-barriers/")
    expect(page.locator("main a[href$='/join/']")).to_be_visible()


def leave(page):
    """Leave the community that the page shows."""
    page.click("main a[href$='/leave/']")
    with page.expect_navigation():
        page.click("main form .btn.no")


def test_an_invitation_opens_a_closed_community(sign_in, mail_to):
    closed = "/en/communities/staff-and-partners-licences/"
    guest = sign_in("yusuf-calder")
    assert guest.goto(closed).status == 404
    steward = sign_in("librarian2", width=375)
    steward.goto(closed)
    steward.click("main a[href$='/invite/'], aside a[href$='/invite/']")
    steward.fill("[name=email]", "yusuf-calder@reedferry.example")
    send(steward)
    link = re.search(r"https?://[^/\s]+(/\S*/invitations/\S+/)", mail_to("yusuf-calder@reedferry.example"))[1]

    guest.goto(link)
    send(guest)
    assert guest.goto(closed).status == 200
    leave(guest)
    assert guest.goto(closed).status == 404


def test_asking_and_replying_by_keyboard_alone(sign_in):
    word = new_word()
    page = sign_in("librarian")
    page.goto("/en/communities/ask/")
    type_into(page, "title", f"The {word} lamp flickers")
    type_into(page, "text", f"I read under the {word} lamp.")
    tab_to(page, "main form .btn.go")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    type_into(page, "text", "It is mended.")
    tab_to(page, "#reply .btn.go")
    page.keyboard.press("Enter")
    expect(page.locator("#post-2 .prose")).to_have_text("It is mended.")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_sent_is_no_draft_any_more(language, sign_in):
    page = sign_in("tang-peian", language=language)
    address = ask(page, language, f"Who hears the {new_word()} bell?", "It rang twice.")
    post_reply(page, "Everybody does.")

    page.goto(address)
    expect(page.locator("#reply textarea")).to_have_value("")
    page.goto(f"/{language}/communities/ask/")
    expect(page.locator("[name=title]")).to_have_value("")
    expect(page.locator("main [name=text]")).to_have_value("")


def type_into(page, name, text):
    tab_to(page, f"main form [name={name}]")
    page.keyboard.insert_text(text)


def tab_to(page, selector):
    """Press the tabulator until what `selector` finds has the focus."""
    target = page.locator(selector).first
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the tabulator never reaches {selector}")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_talk_reads_without_script(language, visitor):
    page = visitor(375, java_script_enabled=False)
    page.goto(f"/{language}/communities/ask-the-house/")
    page.locator(".talk a").first.click()
    expect(page.locator("#post-1 .prose")).not_to_be_empty()
    expect(page.locator(".spine li").first).to_be_visible()


USE_UP = """
import time
from kmsite.models import User
from knowledge.models import ThrottleCount
from knowledge.throttle import LIMITS, _short
who = User.objects.get(email="{name}@reedferry.example")
now = int(time.time()) // LIMITS["preview"].seconds
for window in range(now, now + 5):
    ThrottleCount.objects.create(key=f"preview:{{_short(f'user:{{who.pk}}')}}", window=window, count=1_000_000)
"""


@pytest.mark.parametrize(("language", "said"), [("en", "very often in a short time"), ("zh-hans", "请求太频繁")])
def test_why_no_preview_comes_is_said_beside_the_text(language, said, sign_in, manage):
    name = {"en": "rhea-minton", "zh-hans": "lin-shuyao"}[language]
    page = sign_in(name, language=language)
    page.goto(f"/{language}/communities/ask/")
    text = page.locator("main textarea")
    text.fill("[" * 101)
    page.click("[value=preview]")
    expect(page.locator("#preview")).to_contain_text("brackets within brackets")

    manage("shell", "--verbosity=0", "-c", USE_UP.format(name=name))
    text.fill("**Words**")
    page.click("[value=preview]")

    expect(page.locator("#preview")).to_contain_text(said)
    expect(page.locator("#preview p")).to_have_count(1)
    expect(text).to_have_value("**Words**")


def test_who_was_signed_out_while_writing_reads_so_and_keeps_the_text(sign_in):
    page = sign_in("patron")
    page.goto("/en/communities/ask/")
    page.fill("main textarea", "Words")
    page.context.clear_cookies(name="sessionid")
    page.locator("details.attach summary").first.click()
    page.set_input_files("[name=picture]", {"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    page.click("[data-attach]")

    expect(page.locator("[data-saved]")).to_contain_text("The session ended")
    page.click("[value=preview]")
    expect(page.locator("#preview")).to_contain_text("you were signed out meanwhile")
    expect(page.locator("main textarea")).to_have_value("Words")
