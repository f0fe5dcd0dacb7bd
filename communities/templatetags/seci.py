"""How a thread stands in the spiral, for templates: `{% load seci %}`, then `{% ribbon thread %}` or `{% spine thread %}`."""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from communities.seci import STEPS, Mode

register = template.Library()

DONE, SKIPPED, HERE, TODO = "done", "skipped", "here", "todo"


class Segment(NamedTuple):
    """One mode on a ribbon: how it stands, in a word and in a sentence."""

    mode: Mode
    state: str
    letter: str
    said: str


@register.inclusion_tag("components/ribbon.html")
def ribbon(thread):
    """Four joined segments and the turn, 24 px high, for lists; screen readers hear it as one sentence."""
    return ribbon_of(tuple(thread.ribbon), thread.turn, get_language())


@lru_cache(maxsize=2048)
def ribbon_of(states, turn, _language):
    """What the ribbon shows; the same for every thread that stands like this."""
    segments = [Segment(mode, state, str(STEPS[mode].letter), said(mode, state)) for mode, state in states]
    steps = pgettext("between the steps of a ribbon", ", ").join(segment.said for segment in segments)
    label = _("%(steps)s; turn %(turn)d") % {"steps": steps, "turn": turn}
    return {"segments": segments, "turn": turn, "label": label}


@register.inclusion_tag("components/spine.html", takes_context=True)
def spine(context, thread, step=None, people=0):
    """The ribbon with words, upright, for the page of `thread`.

    `step` is the one next step (communities.components.NextStep) that stands as a button where the thread is now;
    `people` how many took part.
    """
    rungs = [
        {
            "mode": mode,
            "state": state,
            "step": STEPS[mode],
            "said": happened(thread, mode, state, people),
            "moment": thread.done_at(mode),
        }
        for mode, state in thread.ribbon
    ]
    return {"rungs": rungs, "next": step, "request": context.get("request")}


def said(mode, state):
    """How `mode` stands, in one phrase."""
    phrases = {
        DONE: _("%(mode)s done"),
        SKIPPED: _("%(mode)s skipped"),
        HERE: _("%(mode)s is next"),
        TODO: _("%(mode)s not yet"),
    }
    return phrases[state] % {"mode": mode.label}


def happened(thread, mode, state, people):
    """What has happened, or is missing, at `mode` in the words of a reader."""
    if state == DONE:
        return talked(thread, people) if mode == Mode.SOCIALIZATION and people else _("Done")
    if state == SKIPPED:
        return _("Skipped by a steward")
    if state == HERE:
        return {
            Mode.SOCIALIZATION: _("Here now: it waits for a second voice."),
            Mode.EXTERNALIZATION: _("Here now: nothing is written up yet."),
            Mode.COMBINATION: _("Here now: it is written up, and no entry has been made from it yet."),
            Mode.INTERNALIZATION: _("Here now: it is published, and nobody has told yet how it went."),
        }[mode]
    return _("Not yet")


def talked(thread, people):
    posts = ngettext("%(count)d post", "%(count)d posts", thread.post_count) % {"count": thread.post_count}
    return ngettext("Done: %(posts)s by %(count)d person", "Done: %(posts)s by %(count)d people", people) % {
        "posts": posts,
        "count": people,
    }
