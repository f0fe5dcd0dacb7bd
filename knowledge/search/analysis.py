"""The one analyzer: what counts as the same word, for every engine and for comparing labels.

`fold` makes texts comparable (width, case, accents, Traditional against Simplified). `tokens` cuts a text into what is
indexed: runs of Han characters become overlapping bigrams and the last single character, Latin words are stemmed, codes
stay whole beside their parts. The engines get these tokens ready-made, so they agree on what a word is.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import opencc
import snowballstemmer

VERSION = 2  # moves on with every change that makes an old index wrong; `search_rebuild --check` compares it

_HAN_CHARS = "\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_KANA_MARKS = "\u3099\u309a\uff9e\uff9f"  # of voice; written after the letter, they are one with it
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"  # soft hyphen, direction marks
)
_UNDECOMPOSED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
# OpenCC leaves these alone; readers type either
_HAN_VARIANTS = {"著": "着", "裡": "里", "裏": "里", "祇": "只", "妳": "你", "甚": "什"}
_GAP = "¦"  # stands between the text and the joined forms, so that no phrase runs over both


def _marks():
    """The combining marks of all scripts, as the inside of a character class."""
    return "".join(char for char in map(chr, range(0x300, 0x10000)) if unicodedata.category(char) in ("Mn", "Mc"))


_INNER = re.escape(_marks()) + _INVISIBLE
_LETTER = rf"[^\W_{_HAN_CHARS}]"
_WORD = rf"{_LETTER}(?:{_LETTER}|[{_INNER}])*(?:['’＇](?:{_LETTER}|[{_INNER}])+)*"
_JOINER = r"[-‐‑‒–－._·/+&＿．]"
_PIECE = re.compile(rf"(?P<han>[{_HAN_CHARS}][{_HAN_CHARS}{_INNER}]*)|(?P<word>{_WORD}(?:{_JOINER}{_WORD})*)")
_WORD_OF_COMPOUND = re.compile(_WORD)
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\d]+")
_LATIN_WORD = re.compile(r"[a-z]+")
_HAN = re.compile(f"[{_HAN_CHARS}]")
_KANA_MARK = re.compile(f"[{_KANA_MARKS}]")
_MARKED_CHARACTER = re.compile(f"[^{_KANA_MARKS}][{_KANA_MARKS}]*")
_NO_WORD = re.compile(r"[\W_]+")
_BLANKS = re.compile(r"\s+")
_LONGEST_TOKEN = 100
_LONGEST_SORT_KEY = 300  # as `SearchEntry` keeps it
_MOST_CODE_PARTS = 4  # beyond that, a run of letters and digits is a hash and not "MARC21"


class _FoldTable(dict):
    """A `str.translate` table that learns each character when it is first met."""

    def __missing__(self, code):
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char):
    category = unicodedata.category(char)
    if category in ("Cf", "Cs", "Cc") or "\u0300" <= char <= "\u036f":
        return " " if char in "\t\n\v\f\r\x85" else ""
    if char in _UNDECOMPOSED:
        return _UNDECOMPOSED[char]
    if is_han(char):
        simplified = _simplifier().convert(char)
        return _HAN_VARIANTS.get(simplified, simplified)
    if "\u00c0" <= char <= "\u024f" or "\u1e00" <= char <= "\u1eff":  # Latin letters with accents
        return unicodedata.normalize("NFD", char)[0]
    return char


@cache
def _simplifier():
    return opencc.OpenCC("t2s")


_TABLE = _FoldTable()
_STEMMER = snowballstemmer.stemmer("english")


def is_han(char):
    """Whether `char` is written without blanks between words, so that bigrams stand for words."""
    return (
        "\u3005" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff66" <= char <= "\uff9f"
        or char >= "\U00020000"
    )


def fold(text):
    """`text` as it is compared: NFKC, lower case, no accents, Simplified characters, single blanks.

    >>> fold("Ｃafé  圖書館")
    'cafe 图书馆'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    folded = text.lower().translate(_TABLE)
    return _BLANKS.sub(" ", folded).strip()


@lru_cache(maxsize=100_000)
def stem(word):
    """The token of one Latin word (or number, or word of another script), folded before.

    >>> stem("libraries"), stem("library's"), stem("z39")
    ('librari', 'librari', 'z39')
    """
    word = word.replace("’", "'")
    if word.replace("'", "").isascii() and word.replace("'", "").isalpha() and len(word) > 2:
        word = _STEMMER.stemWord(word)
    return letters(word)


def letters(word):
    """The letters and digits of a word, folded: its token before stemming."""
    return _NO_WORD.sub("", fold(word))[:_LONGEST_TOKEN]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is a word to its reader: a run of Han characters, or a word, number or code.

    `parts` are (token, start, end) in reading order, `joined` the token of the parts written together, "" when there is
    one part only.
    """

    is_han: bool
    parts: tuple
    joined: str = ""

    @property
    def tokens(self):
        return tuple(token for token, _start, _end in self.parts)


def pieces(text):
    """The pieces of `text` with their places in it (start and end index, end not included)."""
    for match in _PIECE.finditer(text):
        piece = _han_piece(match) if match["han"] else _word_piece(match)
        if piece.parts:
            yield piece


def _han_piece(match):
    chars = [(char, match.start() + at, match.start() + end) for char, at, end in _characters(match[0])]
    bigrams = [(first + second, at, end) for (first, at, _end), (second, _at, end) in pairwise(chars)]
    return Piece(is_han=True, parts=(*bigrams, *chars[-1:]))


def _characters(run):
    """(character as it is compared, start, end) of a Han run; half-width letters are one with their marks of voice."""
    if not _KANA_MARK.search(run):
        return [(char, at, at + 1) for at, char in enumerate(rough_fold(run)) if is_han(char)]
    marked = [(fold(written[0])[:1], *written.span()) for written in _MARKED_CHARACTER.finditer(run)]
    return [(char, at, end) for char, at, end in marked if char and is_han(char)]


def _word_piece(match):
    parts, joined = _word(match[0])
    at = match.start()
    return Piece(False, tuple((token, start + at, end + at) for token, start, end in parts), joined)


def _word(text):
    """The parts of a word, number or code with their places in it, and its joined token; the common ones are kept."""
    return _kept_word(text) if len(text) <= _LONGEST_TOKEN else _cut(text)


def _cut(text):
    parts, letters = [], []
    for word in _WORD_OF_COMPOUND.finditer(text):
        start, end, folded = *word.span(), fold(word[0])
        letters.append(folded)
        code = _LETTERS_OR_DIGITS.findall(folded)
        if 1 < len(code) <= _MOST_CODE_PARTS and "'" not in folded.replace("’", "'"):
            parts += [(stem(part), start, end) for part in code]
        else:
            parts.append((stem(folded), start, end))
    parts = tuple(part for part in parts if part[0])
    return parts, stem("".join(letters)) if len(parts) > 1 else ""


_kept_word = lru_cache(maxsize=100_000)(_cut)


def tokens(text):
    """What is indexed of `text`: tokens in reading order, then, after a gap, the joined forms of compounds.

    >>> tokens("Inter-library loan 館際互借")
    ['inter', 'librari', 'loan', '馆际', '际互', '互借', '借', '¦', 'interlibrari']
    """
    stream, joined = [], []
    for match in _PIECE.finditer(text):
        if match["han"]:
            stream += _han_piece(match).tokens
            continue
        parts, together = _word(match[0])
        stream += [token for token, _start, _end in parts]
        if together:
            joined.append(together)
    return [*stream, _GAP, *joined] if joined else stream


def words(text):
    """The Latin words of `text`, folded but not stemmed: what spelling is compared on."""
    return [word for word in _LATIN_WORD.findall(fold(text)) if len(word) > 3]


def rough_fold(text):
    """`text` folded with every character in its place, for finding where to look; one that would grow stays."""
    folded = text.translate(_ALIGNED)
    return folded if len(folded) == len(text) else text.lower()


class _AlignedTable(dict):
    def __missing__(self, code):
        folded = fold(chr(code)) if code < sys.maxunicode else chr(code)
        self[code] = folded = folded if len(folded) == 1 else chr(code)
        return folded


_ALIGNED = _AlignedTable()


def sort_key(title):
    """What sorts `title` by letters, then by pinyin: GB 18030 orders common characters by their sound."""
    # A rare character takes four bytes of GB 18030.
    return fold(title)[:60].encode("gb18030", "ignore").hex()[:_LONGEST_SORT_KEY]
