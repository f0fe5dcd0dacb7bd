"""Words that are telling of what a search found, to search with as well.

An engine says which tokens are telling. They are stems and pairs of characters: the words themselves are read from the
texts of the hits on the page, so that none is shown that does not stand in something its reader sees.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from knowledge.search import analysis

MOST = 6
ASKED = 60  # telling tokens, of which many are parts of one word, or stand in no hit of the page
LOOKED_AT = 20_000  # characters of a text
LONGEST = 6  # characters of a Chinese word
SHORTEST = 3  # letters of a Latin one
# Chinese words of one character that join and shade others: no telling word begins, ends or runs over one.
_JOINING = frozenset("的了是在和有我你他她它们不这那个与及或而就也都还很把被为对从到吗呢吧啊么之其并可以会能要")


@dataclass(frozen=True, slots=True)
class RelatedWord:
    """A word as it stands in the texts, and their language."""

    text: str
    language: str = ""


def related_terms(telling, marks, texts):
    """The most telling words in `texts`, pairs of (text, language), without those that are `marks` of the query.

    `telling` maps tokens to how telling they are. The most telling one comes first; a tuple of `RelatedWord`.
    """
    written = defaultdict(Counter)  # tokens of a word -> how it is written
    for text, language in texts:
        for tokens, word in _words(text[:LOOKED_AT], telling, marks):
            written[tokens][RelatedWord(word, language)] += 1
    ranked = sorted(written, key=lambda tokens: (_weight(tokens, telling, written[tokens]), tokens), reverse=True)
    chosen, seen = [], set()
    for tokens in ranked:
        if not seen.intersection(tokens):
            seen.update(tokens)
            chosen.append(_usual(written[tokens]))
    return tuple(chosen[:MOST])


def _usual(ways):
    """The way in which a word is written most; in the middle of a sentence, where there are two."""
    return max(ways, key=lambda word: (ways[word], word.text.islower()))


def _weight(tokens, telling, written):
    """How telling a word is; of several that share a token, the one that is written more often, then the longer."""
    return max(telling[token] for token in tokens), written.total(), len(tokens)


def _words(text, telling, marks):
    for piece in analysis.pieces(text):
        if piece.is_han:
            yield from _chinese_words(piece, text, telling, marks)
        else:
            yield from _latin_words(piece, text, telling, marks)


def _latin_words(piece, text, telling, marks):
    for token, start, end in piece.parts:
        if token in telling and token not in marks and len(token) >= SHORTEST and token.isalpha():
            yield (token,), text[start:end]


def _chinese_words(piece, text, telling, marks):
    """Pairs of characters that follow one another make one word; what overlaps with the query is none of its own."""
    run = []
    taken = [span for token, *span in piece.parts if token in marks]
    for token, start, end in (*piece.parts, ("", 0, 0)):
        is_free = all(end <= first or last <= start for first, last in taken)
        if len(token) == 2 and token in telling and is_free and not _JOINING.intersection(token):
            run.append((token, start, end))
            continue
        if run and len(run) < LONGEST:
            yield tuple(token for token, _start, _end in run), text[run[0][1] : run[-1][2]]
        run = []
