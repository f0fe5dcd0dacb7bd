"""The one next step of a thread: in a few words for lists, as a button on the thread."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Distillation
from communities.policies import check_combine, check_distil, check_post
from communities.seci import Mode, Stage
from knowledge.models import Entry
from knowledge.policies import allows


@dataclass(frozen=True)
class NextStep:
    """A button and what stands under it; a step that somebody else has to take has only the hint."""

    mode: Mode | None
    label: str = ""
    url: str = ""
    form: str = ""  # the id of the form that the button sends
    hint: str = ""
    icon: str = "edit"


def next_step(thread, reader, chosen=0, entries=()):
    """What moves `thread` on, for `reader`; `chosen` posts are picked on the page, `entries` were made of it."""
    return STEPS[Stage(thread.stage)](thread, reader, chosen, entries)


def answer(thread, reader, _chosen, _entries):
    if not reader.is_authenticated:
        return NextStep(Mode.SOCIALIZATION, _("Sign in to answer"), sign_in(thread), icon="sign-in")
    if not allows(check_post, reader, thread.community):
        return NextStep(Mode.SOCIALIZATION, hint=_("Members of the community can answer."))
    return NextStep(Mode.SOCIALIZATION, _("Answer"), "#reply", icon="reply")


def write_up(thread, reader, chosen, _entries):
    mode = Mode.EXTERNALIZATION
    if not reader.is_authenticated:
        return NextStep(mode, _("Sign in to write it up"), sign_in(thread), icon="sign-in")
    if not allows(check_distil, reader, thread):
        return NextStep(mode, hint=_("Those who took part write it up, and the stewards of the community."))
    hint = "" if chosen else _("Choose the posts that are worth keeping, then say what they know.")
    return NextStep(mode, write_up_words(chosen), form="choose", hint=hint)


def write_up_words(chosen):
    """What stands on the button while `chosen` posts are picked."""
    if not chosen:
        return _("Write it up")
    words = ngettext("Write up %(count)s chosen post", "Write up %(count)s chosen posts", chosen)
    return words % {"count": chosen}


def write_up_patterns():
    """The words of that button for none, one and several, `{n}` for the number: a script changes it with the choice."""
    words = "Write up %(count)s chosen post", "Write up %(count)s chosen posts"
    return _("Write it up"), *(ngettext(*words, number) % {"count": "{n}"} for number in (1, 2))


def bring_together(thread, reader, _chosen, _entries):
    mode = Mode.COMBINATION
    if not (reader.is_authenticated and allows(check_combine, reader)):
        return NextStep(mode, hint=_("A librarian will make an entry of it."))
    waiting = Distillation.objects.visible_to(reader).filter(
        thread=thread, combinations=None, released_at__isnull=False
    )
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:10])
    if not keys:
        return NextStep(mode, hint=_("A steward has to release it first, or its entry waits for approval."))
    url = f"{reverse('combine')}?{urlencode([('d', key) for key in keys])}"
    return NextStep(mode, _("Bring it into an entry"), url)


def try_out(_thread, _reader, _chosen, entries):
    if not entries:
        return NextStep(Mode.INTERNALIZATION)
    url = f"{reverse('practise')}?{urlencode({'entry': entries[0].pk})}"
    return NextStep(Mode.INTERNALIZATION, _("Report what you tried"), url, icon="practice")


def ask_anew(thread, _reader, _chosen, entries):
    if not entries:
        return None
    url = f"{reverse('ask')}?{urlencode({'from': f'entry:{entries[0].pk}', 'community': thread.community.slug})}"
    return NextStep(None, _("Ask what is still open"), url, icon="turn", hint=_("It begins the next turn."))


STEPS = {
    Stage.SOCIALIZATION: answer,
    Stage.EXTERNALIZATION: write_up,
    Stage.COMBINATION: bring_together,
    Stage.INTERNALIZATION: try_out,
    Stage.PRACTISED: ask_anew,
}


def entries_of(thread, reader):
    """The published entries that were made from `thread`, as the reader may see them; the first made comes first."""
    made = Entry.objects.live().visible_to(reader).filter(combinations__distillations__thread=thread)
    return made.filter(combinations__published_at__isnull=False).distinct().order_by("pk")


def sign_in(thread):
    """The address of sign-in, which leads back to the reply box."""
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': thread.get_absolute_url() + '#reply'})}"
