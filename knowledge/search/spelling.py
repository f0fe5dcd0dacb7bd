"""Did you mean: words of titles and labels, as the reader may see them, that are spelt nearly as what was typed.

A slip leaves one half of a word as it was. So the candidates are the words that begin or end alike, two index ranges
on any database, and only these few are measured.
"""

from django.db.models.functions import Length

from knowledge.models import SearchWord
from knowledge.search.analysis import words

SHORTEST = 4
MOST_CANDIDATES = 2_000


def corrections(text, access):
    """Ways to write `text` with unknown words spelt like known ones: pairs of text and the known words in it, all slips
    mended at once first, then the nearest."""
    typed = list(dict.fromkeys(words(text)))[:8]
    readable = SearchWord.objects.filter(audience__token_rows__token__in=access)
    known = set(readable.filter(word__in=typed).values_list("word", flat=True))
    near = {word: _near(word, readable)[:2] for word in typed if word not in known and len(word) >= SHORTEST}
    near = {word: others for word, others in near.items() if others}
    ways = sorted((away, word, other) for word, others in near.items() for away, other in others)
    mended = [(_replaced(text, word, other), (other,)) for _away, word, other in ways]
    return ([_all_mended(text, near)] if len(near) > 1 else []) + mended[:3]


def _all_mended(text, near):
    nearest = {word: others[0][1] for word, others in near.items()}
    for word, other in nearest.items():
        text = _replaced(text, word, other)
    return text, tuple(nearest.values())


def _near(word, readable):
    half = max(1, len(word) // 2 - 1)
    allowed = 1 if len(word) < 6 else 2
    alike = readable.annotate(length=Length("word")).filter(length__range=(len(word) - allowed, len(word) + allowed))
    start, end = word[:half], word[::-1][:half]
    candidates = {
        *_range(alike, "word", start)[:MOST_CANDIDATES],
        *_range(alike, "backwards", end)[:MOST_CANDIDATES],
    }
    near = [(distance(word, other), other) for other in candidates]
    return sorted(pair for pair in near if 0 < pair[0] <= allowed)


def _range(words, field, start):
    """Words whose `field` begins with `start`, by a range that both databases answer from the index."""
    after = start[:-1] + chr(ord(start[-1]) + 1)
    return words.filter(**{f"{field}__gte": start, f"{field}__lt": after}).values_list("word", flat=True)


def distance(one, other):
    """How many letters to add, drop, change or swap with their neighbour to make `other` of `one`.

    Source: Damerau, CACM 7(3), 1964, in the restricted form (no letter is touched twice).

    >>> distance("libary", "library"), distance("laon", "loan")
    (1, 1)
    """
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, other_letter in enumerate(other, 1):
            cost = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == other_letter:
                cost = min(cost, before[column - 2] + 1)
            this.append(cost)
        before, last = last, this
    return last[-1]


def _replaced(text, word, other):
    """`text` with the typed word exchanged, whatever its case; folded when it is spelt with accents or full width."""
    at = text.lower().find(word)
    return text[:at] + other + text[at + len(word) :] if at >= 0 else other
