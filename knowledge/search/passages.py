"""Where the words stand: the stretches of a text to show for a query, with the words marked.

`text.highlight` escapes and then wraps, so nothing that somebody wrote ever becomes a tag.
"""

from knowledge.search import analysis
from knowledge.text import highlight

AROUND = 60  # characters shown before the first marked word
LENGTH = 200  # of a passage
MOST_PASSAGES = 2
MOST_ATTEMPTS = 20  # a place may only look like the word
LOOKED_AT = 100_000  # characters of a text


def mark(text, marks):
    """The whole of `text` as safe HTML."""
    return highlight(text, _merged(_spans(text, marks)) if marks else [])


def passages(text, marks, most=MOST_PASSAGES):
    """Up to `most` stretches of `text` around marked words, as safe HTML; none when no marked word stands in it."""
    text = text[:LOOKED_AT]
    rough = analysis.rough_fold(text)
    found, at = [], 0
    for _attempt in range(MOST_ATTEMPTS):
        place = _next_place(rough, marks, at)
        if place < 0 or len(found) == most:
            break
        start, end = _window(text, place)
        at = place + 1
        if spans := _merged(_spans(text[start:end], marks)):
            found.append(_passage(text, start, end, spans))
            at = end
    return found


def _passage(text, start, end, spans):
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = [(first + len(before), last + len(before)) for first, last in spans]
    return highlight(f"{before}{text[start:end]}{after}", moved)


def _next_place(rough, marks, at):
    """Where something that looks like a marked word begins; a stem may stand for a word that is spelt otherwise at
    its end."""
    places = [rough.find(_root(token), at) for token in marks.tokens]
    return min((place for place in places if place >= 0), default=-1)


def _root(token):
    return token[:-1] if len(token) > 3 and token.isascii() else token


def _window(text, place):
    start = max(0, place - AROUND)
    if start:
        blank = text.find(" ", start, place)
        start = blank + 1 if blank >= 0 else start
    end = min(len(text), start + LENGTH)
    if end < len(text):
        blank = text.rfind(" ", end - 30, end)
        end = blank if blank > place else end
    return start, end


def _spans(text, marks):
    stream = []
    for piece in analysis.pieces(text):
        stream += piece.parts
        if piece.joined and piece.joined in marks:
            yield piece.parts[0][1], piece.parts[-1][2]
    for token, start, end in stream:
        if token in marks:
            yield start, start + 1 if _is_beginning_of_bigram(token, marks) else end
    yield from _phrase_spans(stream, marks.phrases)


def _phrase_spans(stream, phrases):
    tokens = [token for token, _start, _end in stream]
    beginnings = {phrase[0] for phrase in phrases}
    for at, token in enumerate(tokens):
        for phrase in phrases if token in beginnings else ():
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                yield stream[at][1], stream[at + len(phrase) - 1][2]


def _is_beginning_of_bigram(token, marks):
    """A one-character query finds bigrams by their first character, and marks that one only."""
    return len(token) == 2 and token not in marks.whole and token[0] in marks.begun and analysis.is_han(token[0])


def _merged(spans):
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return merged
