"""What is asked: real words in the ways that people type them, drawn by rule from the documents, the same every time."""

import random
import re

from benchmarks.search.originals import SEED

HAN = re.compile("[\u4e00-\u9fff]+")
LATIN = re.compile("[A-Za-z]{4,}")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_PREFIX = 6


class Asking:
    """Queries and beginnings of queries; `docs` are what they are drawn from."""

    def __init__(self, docs):
        self.chance = random.Random(SEED)
        talk = [doc for doc in docs if doc.kind in ("entry", "thread")]
        self.titles = [doc.title for doc in talk if len(LATIN.findall(doc.title)) > 1]
        self.chinese = [doc.title for doc in talk if HAN.search(doc.title)]
        self.bodies = [doc.body for doc in docs if len(doc.body.split()) > 20]
        self.labels = [doc.title.split(" · ")[0] for doc in docs if doc.kind == "concept"]
        self.ways = {
            "words of a title": lambda: " ".join(self._some_words(self.chance.randint(2, 3))),
            "whole questions": lambda: self.chance.choice(self.chance.choice([self.titles, self.chinese])),
            "topics": lambda: self.chance.choice(self.labels),
            "Chinese, 1 to 4": lambda: self._characters(self.chance.randint(1, 4)),
            "phrases": self._phrase,
            "exclusions": lambda: f"{self._some_words(1)[0]} -{self._some_words(1)[0]}",
            "one word": lambda: self._some_words(1)[0],
            "typos": lambda: slipped(" ".join(self._some_words(2)), self.chance),
        }

    def queries(self, number):
        """{way of asking: its queries}, `number` in all."""
        each, more = divmod(number, len(self.ways))
        return {
            way: [draw() for _time in range(each + (place < more))]
            for place, (way, draw) in enumerate(self.ways.items())
        }

    def beginnings(self, number):
        """What stands in the box while one types: 1 to 6 characters of a word, in turn Latin and Chinese."""
        lengths = [1 + at // 2 % LONGEST_PREFIX for at in range(number)]
        return [
            self._characters(length) if at % 2 else self.chance.choice(LATIN.findall(self._title()))[:length].lower()
            for at, length in enumerate(lengths)
        ]

    def _title(self):
        return self.chance.choice(self.titles)

    def _some_words(self, number):
        words = LATIN.findall(self._title())
        return self.chance.sample(words, min(number, len(words)))

    def _characters(self, number):
        """So many characters that stand side by side, or the whole run where it is shorter."""
        run = self.chance.choice(HAN.findall(self.chance.choice(self.chinese)))
        start = self.chance.randrange(max(1, len(run) - number + 1))
        return run[start : start + number]

    def _phrase(self):
        words = self.chance.choice(self.bodies).split()
        start = self.chance.randrange(len(words) - 3)
        phrase = " ".join(words[start : start + self.chance.randint(2, 3)])
        return '"{}"'.format(phrase.replace('"', ""))


def slipped(text, chance):
    """`text` with a slip in one of its longer words, never in the first letter; of Chinese, another character."""
    words = [match for match in LATIN.finditer(text) if len(match[0]) > 4]
    if not words:
        return _other_character(text, chance)
    match = chance.choice(words)
    word, at = match[0], chance.randrange(1, len(match[0]) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at] + word[at:],
        word[:at] + chance.choice(LETTERS) + word[at + 1 :],
    )
    return text[: match.start()] + chance.choice([slip for slip in slips if slip != word]) + text[match.end() :]


def _other_character(text, chance):
    places = [at for at, char in enumerate(text) if HAN.match(char)]
    if not places:
        return text
    at = chance.choice(places)
    return f"{text[:at]}{chr(chance.randrange(0x4E00, 0x9000))}{text[at + 1 :]}"
