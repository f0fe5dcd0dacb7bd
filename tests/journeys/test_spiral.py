"""The knowledge spiral, once around: talk is written up, brought into an entry, tried out, and asks the next question.

Six people take part: who asks, who answers, who writes it up, two librarians, and who tries it out.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import approve, ask, found_within_ten_seconds, new_word, path_of, post_reply, submit

pytestmark = pytest.mark.journey
WORDS = {
    "en": {
        "question": "Who lends a {word} press?",
        "asked": "I need a *{word}* press for one evening.",
        "answered": "Osier Bridge lends its {word} press; ask **three days** before.",
        "distillation": "Where a {word} press comes from",
        "written up": "A {word} press comes from Osier Bridge. Ask three days before.",
        "entry": "Borrowing the {word} press",
        "summary": "The {word} press comes from Osier Bridge within three days.",
        "tried": "I asked for it on Monday.",
        "happened": "The {word} press came on Thursday, without its handle.",
        "next": "Who mends the handle of the {word} press?",
        "topic": "Interlibrary loan",
    },
    "zh-hans": {
        "question": "哪里借得到{word}压书机？",
        "asked": "我想借一台*{word}*压书机，用一个晚上。",
        "answered": "柳桥馆出借{word}压书机，请**提前三天**申请。",
        "distillation": "{word}压书机从哪里来",
        "written up": "{word}压书机由柳桥馆出借，请提前三天申请。",
        "entry": "怎样借用{word}压书机",
        "summary": "{word}压书机由柳桥馆出借，三天内送到。",
        "tried": "我星期一提出了申请。",
        "happened": "{word}压书机星期四送到，可是少了手柄。",
        "next": "{word}压书机的手柄找谁修？",
        "topic": "馆际互借",
    },
}


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 375), ("en", 1280)])
def test_talk_becomes_an_entry_and_the_entry_a_new_question(language, width, sign_in, visitor):
    word = new_word()
    said = {name: text.format(word=word) for name, text in WORDS[language].items()}
    asker = sign_in("patron", language=language, width=width)
    thread = ask(asker, language, said["question"], said["asked"], topics=said["topic"])
    answerer = sign_in("rhea-minton", language=language)
    answerer.goto(thread)
    post_reply(answerer, said["answered"])

    distillation = write_up(answerer, thread, (1, 2), said)
    number = bring_together(sign_in("librarian", language=language), language, said)
    second = sign_in("librarian2", language=language)
    second.goto(f"/admin/pages/{number}/edit/")
    approve(second)

    reader = visitor(width)
    found_within_ten_seconds(reader, language, word, said["entry"])
    reader.locator(".hits a", has_text=said["entry"]).first.click()
    entry = path_of(reader.url)
    report = try_out(sign_in("yusuf-calder", language=language, width=width), entry, said)
    follow_up = next_turn(reader, report, said)

    chain = [thread, distillation, entry, report, follow_up]
    for place in chain:
        assert steps_on(reader, place) == chain
    asker.goto(f"/{language}/me/")
    assert {entry, report, follow_up} <= set(links_in(asker, "section:has(#h-own-became) .spiral"))


def write_up(page, thread, numbers, said):
    """Somebody who took part chooses posts and says what they know; return where it stands."""
    page.goto(thread)
    for number in numbers:
        page.locator(f"#post-{number} [name=posts]").check()
    page.locator("button[form=choose]:visible, #choose .btn:visible").first.click()
    page.wait_for_url("**/distil/**")
    expect(page.locator(".piece [name=post]:checked")).to_have_count(len(numbers))
    page.fill("main [name=title]", said["distillation"])
    page.fill("main [name=text]", said["written up"])
    page.locator(".piece [type=text]").first.fill(said["asked"])
    page.locator("main form.distil .send .btn.go").click()
    page.wait_for_url(re.compile(r"/distillations/\d+/$"))
    expect(page.locator(".drawn > li")).to_have_count(len(numbers))
    return path_of(page.url)


def bring_together(page, language, said):
    """A librarian finds it on the desk, makes an entry of it and submits it; return the entry's number."""
    page.goto(f"/{language}/distillations/desk/")
    row = page.locator(".deskrows > li", has_text=said["distillation"])
    while not row.count():
        page.locator("main a[rel=next]").first.click()
    row.locator("[name=d]").check()
    page.locator("main form .btn.go").click()
    page.fill("main [name=title]", said["entry"])
    page.fill("main [name=summary]", said["summary"])
    page.locator("main form.form .btn.go").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    number = re.search(r"/pages/(\d+)/", page.url)[1]
    submit(page)
    return number


def try_out(page, entry, said):
    """A reader tells from the entry what they tried, and asks what they still want to know; return the report's address."""
    page.goto(entry)
    page.locator("section.practice a[href*='/practice/new/']").click()
    page.fill("[name=tried]", said["tried"])
    page.fill("[name=happened]", said["happened"])
    page.fill("[name=question]", said["next"])
    page.locator("[name=useful][value=partly]").check()
    page.locator("main form .btn.go").click()
    page.wait_for_url(re.compile(r"/practice/\d+/$"))
    report = path_of(page.url)
    page.goto(entry)
    expect(page.locator(".practice .sums a[href$='useful=partly']")).to_have_text("1")
    return report


def next_turn(page, report, said):
    """The thread that a report's question opened, in its second turn."""
    page.goto(report)
    page.locator("section:has(#h-opened) a", has_text=said["next"]).click()
    expect(page.locator("h1")).to_have_text(said["next"])
    expect(page.locator(".turnword")).to_contain_text("2")
    return path_of(page.url)


def links_in(page, place):
    """The addresses of things that a list links, without those of people."""
    links = page.locator(f"{place} li p:first-child a").evaluate_all("links => links.map(link => link.pathname)")
    return [link for link in links if "/people/" not in link]


def steps_on(page, address):
    """The addresses of the lineage that a page shows, its own among them."""
    page.goto(address)
    steps = page.locator(".rail .spiral > li, main .spiral > li")
    return steps.evaluate_all(
        "steps => steps.map(step => step.ariaCurrent === 'step' ? location.pathname : step.querySelector('a').pathname)"
    )
