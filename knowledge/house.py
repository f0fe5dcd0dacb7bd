"""What the library has settled for itself and knowledge has to know. kmsite keeps the settings and answers when it starts."""

from collections.abc import Callable

_ANSWERS: dict[str, Callable] = {}


def answer(question, function):
    """Let `function()` answer `question` from now on."""
    _ANSWERS[question] = function


def one_may_approve():
    """Whether a librarian may approve what they wrote themselves; no, until somebody says so."""
    return _ANSWERS.get("one_may_approve", bool)()


def names():
    """What the library is called: language code -> name. Empty until somebody says."""
    return _ANSWERS.get("names", dict)()
