"""The guides as a test reads them: tasks with who does them, addresses in `code` and **labels** of the page."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

DOCS = Path(__file__).parents[2] / "docs"
NAMES = ["librarian", "manager", "patron"]
SUFFIX = {"en": ".md", "zh-hans": ".zh.md"}

# Under its heading a task says who does it, where it begins, and who may not: one line.
WHO = {
    "en": r"As (?:an? )?([\w ]+) · `(/\S+)`(?: · not as a (\w+)| · as a (\w+) too)?",
    "zh-hans": r"身份：(\w+) · `(/\S+)`(?: · (\w+)不可| · (\w+)也可)?",
}
ROLES = {
    "访客": "visitor",
    "读者": "patron",
    "馆员": "librarian",
    "另一位馆员": "another librarian",
    "主持人": "steward",
    "管理者": "manager",
}
# What stands in an address for a name or a number of somebody's own.
PLACES = {
    "密址": "SECRET",
    "社群": "COMMUNITY",
    "第二社群": "SECOND",
    "封闭社群": "CLOSED",
    "检索": "KEPT",
    "主题帖": "THREAD",
    "另一帖": "ANOTHER",
    "帖子": "POST",
    "他人帖子": "OTHER",
    "隐藏帖子": "HIDDEN",
    "邮件": "LETTER",
    "条目": "ENTRY",
    "草稿": "DRAFT",
    "待审": "SUBMITTED",
    "线索": "CAPTURE",
    "提炼": "WRITEUP",
    "社内提炼": "INSIDE",
    "主题": "TOPIC",
    "人物": "PERSON",
}


@dataclass(frozen=True)
class Task:
    """A task of a guide: its heading, who does it, who may not, who else may, addresses, labels, number of steps."""

    title: str
    role: str | None
    barred: str | None
    also: str | None
    addresses: list
    labels: list
    steps: int


def guide(name, language):
    return (DOCS / "guides" / f"{name}{SUFFIX[language]}").read_text(encoding="utf-8")


def tasks_of(text, language):
    """The tasks of a guide, in their order."""
    return [_task(part, language) for part in re.split(r"^## ", text, flags=re.M)[1:]]


def _task(part, language):
    title, _newline, rest = part.partition("\n")
    who = re.match(WHO[language] + "$", rest, flags=re.M)
    role, _address, barred, also = (ROLES.get(said, said) for said in who.groups()) if who else [None] * 4
    prose = re.sub(r"^```.*?^```", "", rest, flags=re.M | re.S)
    return Task(
        title,
        role,
        barred,
        also,
        addresses=re.findall(r"`(/[^`\s]{2,})`", prose),
        labels=[" ".join(label.split()) for label in re.findall(r"\*\*(.+?)\*\*", prose, flags=re.S)],
        steps=len(re.findall(r"^\d+\. ", prose, flags=re.M)),
    )


def commands_of(text):
    """The commands of manage.py that a guide names."""
    return re.findall(r"manage\.py (\w+)", text)


def neutral(address):
    """An address without its language: the same for both guides."""
    address = address.replace("/zh-hans/", "/en/")
    return re.sub(
        r"(q|about|from|to)=[^&]+",
        r"\1=",
        re.sub(r"[\u4e00-\u9fff]+", lambda word: PLACES.get(word[0], word[0]), address),
    )


def filled(address, place):
    """The address with `place` (word -> key) put in for the words that stand for something of one's own."""

    def key(word):
        known = PLACES.get(word[0], word[0])
        return str(place.get(known, word[0]))

    return re.sub(r"(?<=[/=:])([A-Z]{4,}|[\u4e00-\u9fff]+)(?=[/&~]|$)", key, address)


def words_on(html):
    """Every text that stands alone on a page, or is the whole of a link, button, label or heading."""
    soup = BeautifulSoup(html, "html.parser")
    menu = soup.find("script", id="wagtail-sidebar-props")
    texts = re.findall(r'"label": "((?:[^"\\]|\\.)*)"', menu.string) if menu else []
    texts = [json.loads(f'"{text}"') for text in texts]
    for unseen in soup.find_all(["script", "style"]):
        unseen.decompose()
    texts += [str(text) for text in soup.find_all(string=True)]
    texts += [
        part.get_text() for part in soup.find_all(["a", "button", "label", "summary", "h1", "h2", "h3", "legend", "th"])
    ]
    texts += [field["value"] for field in soup.find_all("input", type="submit") if field.get("value")]
    return {" ".join(text.split()).removesuffix(" *") for text in texts}
