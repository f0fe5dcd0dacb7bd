"""The files of the demo library: front matter and Markdown, YAML, Turtle."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = {"en": "en", "zh": "zh-hans"}


@dataclass
class DemoEntry:
    """One text in one language; the other language has the same `slug`."""

    slug: str
    language: str
    title: str
    markdown: str
    kind: str
    form: str
    summary: str
    author: str
    subject: list
    organization: list = field(default_factory=list)
    business: list = field(default_factory=list)
    resource_form: list = field(default_factory=list)
    use: list = field(default_factory=list)
    contributors: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    days_ago: int = 30
    state: str = "published"
    visibility: str = "public"
    licence: str = "CC-BY-4.0"
    reason: str = ""
    checked_until_days: int | None = None

    @property
    def concepts(self):
        """Slugs of all concepts, the subject first."""
        return [*self.subject, *self.organization, *self.business, *self.resource_form, *self.use]


def split(path):
    """Front matter (dict) and body of a Markdown file."""
    _before, matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(matter), body.strip()


def entries():
    """Every entry, English before Chinese of the same slug."""
    found = []
    for path in sorted((FOLDER / "entries").glob("*.md")):
        slug, short = path.name.removesuffix(".md").rsplit(".", 1)
        matter, body = split(path)
        found.append(DemoEntry(slug=slug, language=LANGUAGES[short], markdown=body, **matter))
    return sorted(found, key=lambda entry: (entry.slug, entry.language))


def people():
    return yaml.safe_load((FOLDER / "people.yaml").read_text(encoding="utf-8"))


def captures():
    return yaml.safe_load((FOLDER / "captures.yaml").read_text(encoding="utf-8"))


def communities():
    return yaml.safe_load((FOLDER / "communities.yaml").read_text(encoding="utf-8"))


def searches():
    """What was searched for, put first, wanted and kept: a dict of these four lists."""
    return yaml.safe_load((FOLDER / "searches.yaml").read_text(encoding="utf-8"))


def threads():
    """Every thread, each with the key of its `community`."""
    for path in sorted((FOLDER / "threads").glob("*.yaml")):
        for thread in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield {**thread, "community": path.stem}


def pages():
    """(slug, language, title, body) of the pages of the house."""
    for path in sorted((FOLDER / "pages").glob("*.md")):
        slug, short = path.name.removesuffix(".md").rsplit(".", 1)
        matter, body = split(path)
        yield slug, LANGUAGES[short], matter["title"], body
