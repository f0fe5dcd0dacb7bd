"""What search knows of a thing: one flat document, whatever the thing is."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge.search import analysis

MOST_TOKENS = 50_000  # of one field; PostgreSQL holds a megabyte of tokens for a document, and nobody searches beyond


@dataclass(frozen=True, slots=True)
class SearchDoc:
    """One searchable thing.

    `key` is its name everywhere (app_label.model:pk), `kind` the name under which it was registered. `access` holds
    the tokens of `rules.access_tokens`, one of which opens it. `concepts` are labels to be found by; `aliases` are
    further names of the thing itself, which find it like the title and are not shown. `facets` maps a facet to its
    values, ancestors included. Of a `family`, the parts of one thing, a list of results shows the best. `url` is ""
    where the address follows the reader's language. After `holds_until` the document has to be made again, though
    nobody changes the thing.
    """

    key: str
    kind: str
    title: str
    updated: datetime
    language: str = ""
    summary: str = ""
    body: str = ""
    concepts: tuple = ()
    aliases: tuple = ()
    authors: tuple = ()
    access: tuple = ("public",)
    url: str = ""
    popularity: int = 0
    quality: int = 0
    facets: dict = field(default_factory=dict)
    holds_until: date | None = None
    family: str = ""

    @property
    def fingerprint(self):
        """Changes with everything that the index keeps of the document, and with the analyzer."""
        kept = [str(getattr(self, name)) for name in self.__slots__ if name not in ("facets", "access")]
        kept += [sorted(self.access), sorted((name, sorted(values)) for name, values in self.facets.items())]
        return hashlib.blake2b(json.dumps([analysis.VERSION, kept]).encode(), digest_size=16).hexdigest()

    @property
    def fields(self):
        """The tokens of each indexed field, the weightiest first."""
        return {name: analysis.tokens(text)[:MOST_TOKENS] for name, text in self._texts().items()}

    def _texts(self):
        named = () if self._is_untitled else (self.title,)
        return {
            "title": "\n".join((*named, *self.aliases)),
            "concepts": "\n".join(self.concepts),
            "summary": "\n".join((self.summary, *self.authors)),
            "body": self.body,
        }

    @property
    def _is_untitled(self):
        """Whether the title is only the beginning of the text: that weighs no more than the rest."""
        beginning = self.title.rstrip("…").rstrip()
        return bool(beginning) and " ".join(self.body[: 4 * len(beginning)].split()).startswith(beginning)


FIELDS = ("title", "concepts", "summary", "body")
WEIGHTS = {"title": 10.0, "concepts": 5.0, "summary": 3.0, "body": 1.0}
