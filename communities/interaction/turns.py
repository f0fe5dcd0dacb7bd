"""The next turn of the spiral: a report or an entry raises a question, and talk begins anew, held more widely."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.interaction.combination import threads_behind
from communities.interaction.socialization import ask
from communities.models import PracticeReport, Thread
from communities.policies import check_post
from communities.seci import LEVELS, Level, widen
from knowledge.models import Concept, Entry
from knowledge.outbox import key_of
from knowledge.policies import allows


@transaction.atomic
def next_turn(
    thing, *, title, text, by, community=None, language=None, level=None, concepts=(), form_key=None, at=None
):
    """Open the thread that grew from `thing`, a practice report or an entry, one turn on; return it.

    Without a `community` it goes where the talk was that `thing` came from, when `by` may post there. `level` is never
    narrower than before; without it the turn is held a step wider.
    Raises `PermissionDenied` for who may not post there, `ValidationError` when `thing` is not to be read.
    """
    _check_readable(thing, by)
    entry = thing.entry if isinstance(thing, PracticeReport) else thing
    behind = list(threads_behind(entry).select_related("community").order_by("-turn", "-pk"))
    thread = ask(
        community or _where_it_was(behind, by),
        title=title,
        text=text,
        language=language or getattr(thing, "language", None) or entry.locale.language_code,
        by=by,
        concepts=concepts or list(Concept.objects.subjects().filter(entry_concepts__entry=entry)),
        form_key=form_key,
        grew_from=key_of(thing),
        at=at,
    )
    thread.turn = max((one.turn for one in behind), default=1) + 1
    thread.level = widen(max((one.level for one in behind), default=Level.PERSON, key=LEVELS.index), level)
    thread.save(update_fields=["turn", "level"])
    return thread


def _check_readable(thing, by):
    found = type(thing).objects.visible_to(by)
    if isinstance(thing, Entry):
        found = found.live()
    if not found.filter(pk=thing.pk).exists():
        raise ValidationError(_("What this grew from is not to be read any more. Ask your question as a new thread."))


def _where_it_was(behind, by):
    """The community of the latest turn in which `by` may post; None lets the site suggest one."""
    return next((one.community for one in behind if allows(check_post, by, one.community)), None)


def grown_from(thing, user):
    """The threads that `user` reads and that grew from `thing`."""
    return Thread.objects.visible_to(user).filter(grew_from=key_of(thing)).select_related("community")
