"""The knowledge spiral as data: the modes of conversion, which follows which, and what evidence each needs. No queries.

Source: Nonaka & Takeuchi, The Knowledge-Creating Company (Oxford, 1995), chapter 3.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mode(models.TextChoices):
    """The four conversions of knowledge."""

    SOCIALIZATION = "socialization", _("Socialization")
    EXTERNALIZATION = "externalization", _("Externalization")
    COMBINATION = "combination", _("Combination")
    INTERNALIZATION = "internalization", _("Internalization")


class Outcome(models.TextChoices):
    DONE = "done", pgettext_lazy("a conversion", "Done")
    SKIPPED = "skipped", pgettext_lazy("a conversion", "Skipped")
    WITHDRAWN = "withdrawn", pgettext_lazy("a conversion", "Withdrawn")


class Level(models.TextChoices):
    """How widely knowledge is held; each turn of the spiral keeps it or widens it."""

    PERSON = "person", _("One person")
    GROUP = "group", _("A group")
    LIBRARY = "library", _("The library")
    BETWEEN = "between", _("Between libraries")


class Stage(models.TextChoices):
    """The conversion that a thread waits for, or that it has been through all of them."""

    SOCIALIZATION = "socialization", _("Being talked about")
    EXTERNALIZATION = "externalization", _("To be written up")
    COMBINATION = "combination", _("To be published")
    INTERNALIZATION = "internalization", _("To be tried out")
    PRACTISED = "practised", _("Tried out")


@dataclass(frozen=True)
class Step:
    """One mode in words: its letter, what it is in plain words, and the evidence without which it did not happen."""

    mode: Mode
    letter: str
    gloss: str
    done: str
    evidence: str


STEPS = {
    Mode.SOCIALIZATION: Step(
        Mode.SOCIALIZATION,
        pgettext_lazy("letter of Socialization", "S"),
        _("talking about it"),
        _("Talked about"),
        _("At least two people took part."),
    ),
    Mode.EXTERNALIZATION: Step(
        Mode.EXTERNALIZATION,
        pgettext_lazy("letter of Externalization", "E"),
        _("putting it into words"),
        _("Written up"),
        _("Somebody chose posts and put what they say into words."),
    ),
    Mode.COMBINATION: Step(
        Mode.COMBINATION,
        pgettext_lazy("letter of Combination", "C"),
        _("bringing it together"),
        pgettext_lazy("a conversion", "Published"),
        _("A librarian published an entry that was made from it."),
    ),
    Mode.INTERNALIZATION: Step(
        Mode.INTERNALIZATION,
        pgettext_lazy("letter of Internalization", "I"),
        _("trying it out"),
        _("Tried out"),
        _("Somebody tried what the entry says and told what happened."),
    ),
}
ORDER = tuple(STEPS)
LEVELS = tuple(Level)


def standing(events):
    """What has happened to a thread: {mode: (outcome, moment)} of each mode that is done or skipped now.

    `events` are (mode, outcome, output key or "", moment), oldest first. A mode with several outputs is done while one of
    them stands, since the first that stands; a withdrawn output may be published again. Done weighs more than skipped.
    A further event of an output that stands (more posts went into it) does not make it younger.
    """
    outputs = {}
    for mode, outcome, output, moment in events:
        known = outputs.setdefault(Mode(mode), {})
        if output not in known or known[output][0] != outcome:
            known[output] = (Outcome(outcome), moment)
    found = {}
    for mode, each in outputs.items():
        for wanted in (Outcome.DONE, Outcome.SKIPPED):
            moments = [moment for outcome, moment in each.values() if outcome == wanted]
            if moments:
                found[mode] = (wanted, min(moments))
                break
    return found


def stage_of(passed):
    """The stage of a thread of which the modes `passed` are done or skipped.

    >>> stage_of({Mode.SOCIALIZATION}).value
    'externalization'
    """
    return next((Stage(mode.value) for mode in ORDER if mode not in passed), Stage.PRACTISED)


def widen(level, wanted=None):
    """The level of the next turn: `wanted`, but never narrower than `level`; a step wider when nothing is wanted.

    >>> widen(Level.GROUP).value, widen(Level.LIBRARY, Level.PERSON).value
    ('library', 'library')
    """
    at = LEVELS.index(Level(level))
    if wanted is None:
        return LEVELS[min(at + 1, len(LEVELS) - 1)]
    return LEVELS[max(at, LEVELS.index(Level(wanted)))]
