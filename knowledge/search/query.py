"""What a reader types, understood: words, "phrases", -exclusions and starts of words*. Nothing makes it fall over."""

import re
from dataclasses import dataclass, field, replace

from knowledge.search import analysis

LONGEST = 1_000  # characters of a query that are read
MOST_CLAUSES = 32
SPOKEN = 4  # words, or twice as many Chinese characters: what is as long is a question
MINUSES = "-－−–"
_QUOTES = '"“”„«»「」『』＂'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)[{MINUSES}]+)?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)
_BREAK = re.compile(rf"[{_QUOTES}]|(?<!\S)[{MINUSES}]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# Nearly every text has them; they count inside phrases and where nothing else is asked.
_STOP_WORDS = (
    "a about an and any are as at be been being but by can could did do does for from get had has have how i if in is it "
    "its many me much my of on or our shall should so some than that the their them then there these they this those to us "
    "was we were what when where which who why will with would you your"
)
STOP_WORDS = frozenset(map(analysis.stem, _STOP_WORDS.split()))
# What makes a Chinese sentence a question and says nothing of what is asked; the longest first.
_ASKING = "请问 什么时候 可不可以 要多少钱 为什么 是什么 什么是 怎么样 能不能 有没有 多少钱 什么 怎么 怎样 如何 哪里 哪儿 多少 吗 呢"
_ASKED = re.compile("|".join(_ASKING.split()))


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens that a document must have: side by side when `adjacent`, the last one only begun when `prefix`.

    `weight` is 1 for what was typed and less for what was added to it.
    """

    tokens: tuple
    adjacent: bool = False
    prefix: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Clause:
    """Any one of `matches` will do; the first is what was typed.

    `place` is where it stands in the text of the query (start and end index), empty where it has to stay as typed.
    """

    matches: tuple
    place: tuple = field(default=(), compare=False)

    def widened(self, others):
        """The same, content with any of the `others` as well."""
        return replace(self, matches=tuple(dict.fromkeys((*self.matches, *others))))

    @property
    def typed(self):
        """The same without what was added."""
        return replace(self, matches=tuple(match for match in self.matches if match.weight == 1))


@dataclass(frozen=True, slots=True)
class Query:
    """All of `wanted` and none of `unwanted`. `loose`: some of what is wanted is enough."""

    text: str = ""
    wanted: tuple = ()
    unwanted: tuple = ()
    loose: bool = False

    def __bool__(self):
        return bool(self.wanted or self.unwanted)

    @property
    def alternatives(self):
        """The ways to satisfy the query: a list of tuples of clauses, one of which must hold whole."""
        if not self.loose:
            return [self.wanted] if self.wanted else []
        return [
            (Clause((match,)),) for match in dict.fromkeys(match for clause in self.wanted for match in _parts(clause))
        ]

    def loosened(self):
        """The same query, content with some of the words; None when it asks for one thing only."""
        typed = dict.fromkeys(match.tokens for clause in self.wanted for match in _parts(clause.typed))
        return replace(self, loose=True) if not self.loose and len(typed) > 1 else None

    @property
    def is_spoken(self):
        """Whether it is as long as a question, of which no text has every word; quotation marks and exclusions mean what they
        say."""
        is_strict = self.loose or self.unwanted or not all(clause.place for clause in self.wanted)
        return not is_strict and sum(_length(clause) for clause in self.wanted) >= SPOKEN

    @property
    def typed(self):
        """The query without what was added to it; None when nothing was."""
        wanted = tuple(clause.typed for clause in self.wanted)
        return replace(self, wanted=wanted) if wanted != self.wanted else None

    @property
    def name(self):
        """What a thing that is named so has in its title: everything that was typed, even where some is enough."""
        return replace(self.typed or self, loose=False)

    @property
    def lightest(self):
        """The weight of what was added: a document that lacks what was typed counts so much less."""
        return min((match.weight for clause in self.wanted for match in clause.matches), default=1.0)

    @property
    def marks(self):
        """What to mark in what is shown."""
        matches = [match for way in self.alternatives for clause in way for match in clause.matches]
        begun = {match.tokens[-1] for match in matches if match.prefix}
        phrases = {match.tokens for match in matches if match.adjacent}
        whole = {token for match in matches if not match.adjacent for token in match.tokens} - begun
        return Marks(frozenset(whole), tuple(begun), frozenset(phrases))


@dataclass(frozen=True, slots=True)
class Marks:
    """Tokens, beginnings of tokens, and phrases (tuples of tokens), which count only as a whole."""

    whole: frozenset = field(default_factory=frozenset)
    begun: tuple = ()
    phrases: frozenset = field(default_factory=frozenset)

    def __bool__(self):
        return bool(self.whole or self.begun or self.phrases)

    def __contains__(self, token):
        return token in self.whole or (bool(self.begun) and token.startswith(self.begun))

    @property
    def tokens(self):
        """Every token that something to mark begins with."""
        return {*self.whole, *self.begun, *(phrase[0] for phrase in self.phrases)}


def clean(text):
    """What was typed, without what cannot be seen or stored, and not without end."""
    return _UNSEEN.sub(" ", text or "")[:LONGEST].strip()


def parse(text):
    """The `Query` that `text` means.

    >>> parse('loan -"inter library"').unwanted[0].matches[0].tokens
    ('inter', 'librari')
    """
    text = clean(text)
    wanted, unwanted = [], []
    for part in _PART.finditer(text):
        if part["phrase"] is not None:
            clauses = phrase(part["phrase"])
        else:
            clauses = word(part["word"], part.start("word"), is_wanted=not part["minus"])
        (unwanted if part["minus"] else wanted).extend(clauses)
    spoken = [clause for clause in wanted if not _is_stop_word(clause)]
    return Query(text, tuple((spoken or wanted)[:MOST_CLAUSES]), tuple(unwanted[:MOST_CLAUSES]))


def phrase(text):
    """The clauses of a phrase: one, or none when there is no word in it. Compounds count written together or apart."""
    apart, together = [], []
    pieces = list(analysis.pieces(text))
    for place, piece in enumerate(pieces):
        is_last = place == len(pieces) - 1
        tokens = _inner_tokens(piece) if is_last else piece.tokens  # a text may go on after the last character
        apart += tokens
        together += [piece.joined] if piece.joined else tokens
    if not apart:
        return []
    is_character = len(pieces) == 1 and pieces[0].is_han and len(apart) == 1 and len(apart[0]) == 1
    ways = dict.fromkeys((tuple(apart), tuple(together)))
    return [Clause(tuple(Match(way, adjacent=len(way) > 1, prefix=is_character) for way in ways))]


def word(text, at=0, *, is_wanted=True):
    """The clauses of a word as it stands between blanks, at index `at` of the query; scripts that meet in it are wanted
    each, and of a Chinese question what it is about."""
    found = list(analysis.pieces(text))
    clauses = [clause for piece in found for clause in (_asked(text, piece, at) if is_wanted else [_clause(piece, at)])]
    if text.endswith("*") and found and not found[-1].is_han:
        clauses[-1] = Clause(clauses[-1].matches + _beginnings(text.rstrip("*")))
    return clauses


def _asked(text, piece, at):
    """A Chinese run without the words that only make it a question, unless there is nothing else."""
    start, end = piece.parts[0][1], piece.parts[-1][2]
    asking = list(_ASKED.finditer(analysis.rough_fold(text[start:end]))) if piece.is_han else []
    stops = [start, *(start + border for match in asking for border in match.span()), end]
    stretches = zip(stops[::2], stops[1::2], strict=True)
    kept = [(first, inner) for first, last in stretches for inner in analysis.pieces(text[first:last])]
    return [_clause(inner, at + first) for first, inner in kept] if asking and kept else [_clause(piece, at)]


def _clause(piece, at):
    place = (at + piece.parts[0][1], at + piece.parts[-1][2])
    if piece.is_han:
        tokens = _inner_tokens(piece)
        return Clause((Match(tokens, prefix=len(tokens[0]) == 1),), place)
    matches = (Match(piece.tokens, adjacent=len(piece.parts) > 1),)
    return Clause((*matches, Match((piece.joined,))) if piece.joined else matches, place)


def _parts(clause):
    """What of a clause is enough when some of the words are: each token that was typed, and each other name whole."""
    first, *others = clause.matches
    for token in first.tokens:
        yield Match((token,), prefix=first.prefix and len(token) == 1)
    yield from (match for match in others if match.weight < 1)


def _length(clause):
    """How many words a clause is, two Chinese characters to a word."""
    tokens = clause.matches[0].tokens
    return (len(tokens) + 1) // 2 if analysis.is_han(tokens[0][0]) else 1


def is_broken(text, start, end):
    """Whether a quotation mark or an exclusion stands in `text` between two indexes, so that no name runs over it."""
    return bool(_BREAK.search(text, start, end))


def _inner_tokens(piece):
    """Without the last single character of a run, which the text may continue."""
    return piece.tokens[:-1] if piece.is_han and len(piece.parts) > 1 else piece.tokens


def _beginnings(text):
    """Matches of words that begin so; what was typed may be longer than the stem that stands in the index."""
    tokens = [piece.tokens for piece in analysis.pieces(text)]
    if len(tokens) != 1 or len(tokens[0]) != 1:
        return ()
    forms = dict.fromkeys((tokens[0][0], analysis.letters(text)))
    return tuple(Match((form,), prefix=True) for form in forms if form)


def beginning(text):
    """The query of somebody who is still typing: the last word may be unfinished."""
    text = clean(text)
    query = parse(text)
    if not text or not query.wanted or text[-1].isspace():
        return query
    last = query.wanted[-1]
    if last.matches[0].adjacent or analysis.is_han(text[-1]):
        return query
    return replace(query, wanted=(*query.wanted[:-1], last.widened(_beginnings(text.split()[-1]))))


_ASKING_TOKENS = frozenset(_inner_tokens(piece) for asking in _ASKING.split() for piece in analysis.pieces(asking))


def _is_stop_word(clause):
    match = clause.matches[0]
    if match.tokens in _ASKING_TOKENS:
        return True
    return len(match.tokens) == 1 and not match.prefix and match.tokens[0] in STOP_WORDS
