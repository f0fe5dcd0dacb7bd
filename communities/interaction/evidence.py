"""Whether what a conversion rests on is still there. Events are never changed: what no longer stands is withdrawn by a further
one, and done again when its evidence is back."""

from dataclasses import dataclass, field

from communities.interaction.events import record_conversion
from communities.models import Conversion, ConversionPart, Distillation, PartRole, Post, PracticeReport, Thread
from communities.rules import TalkState
from communities.seci import Mode, Outcome
from knowledge.models import Entry
from knowledge.organization.pieces import in_pieces
from knowledge.outbox import hears


# ---------------------------------------------------------------- what is there
def _to_be_read(model):
    return lambda keys: model.objects.filter(pk__in=keys, state=TalkState.VISIBLE)


THERE = {
    "communities.thread": _to_be_read(Thread),
    "communities.post": _to_be_read(Post),
    "communities.distillation": _to_be_read(Distillation),
    "communities.practicereport": _to_be_read(PracticeReport),
    "knowledge.entry": lambda keys: Entry.objects.filter(pk__in=keys),
}


def remaining(keys):
    """Those of `keys` (`app_label.model:pk`) whose thing was not removed, as a set; a query a kind."""
    by_kind = {}
    for key in keys:
        kind, _colon, pk = key.rpartition(":")
        by_kind.setdefault(kind, []).append(pk)
    found = set()
    for kind, pks in by_kind.items():
        if kind in THERE:
            found |= {f"{kind}:{pk}" for pk in THERE[kind](pks).values_list("pk", flat=True)}
    return found


# ---------------------------------------------------------------- acts
@dataclass
class Act:
    """What the events of one mode with one output say about the same threads, oldest first."""

    mode: Mode
    output: str
    threads: list
    events: list = field(default_factory=list)

    @property
    def is_done(self):
        return self.events[-1].outcome == Outcome.DONE

    @property
    def done(self):
        return [event for event in self.events if event.outcome == Outcome.DONE]

    @property
    def inputs(self):
        """The keys of all that went in, in order."""
        parts = [part for event in self.done for part in event.parts.all() if part.role == PartRole.INPUT]
        return list(dict.fromkeys(part.key for part in parts))


def acts_on(outputs):
    """The acts that led to `outputs`, keys. A fixed number of queries."""
    led = Conversion.objects.filter(parts__role=PartRole.OUTPUT, parts__key__in=list(outputs)).distinct()
    led = led.order_by("made_at", "pk").prefetch_related("parts", "threads", "credits__person")
    acts = {}
    for event in led:
        output = next(part.key for part in event.parts.all() if part.role == PartRole.OUTPUT)
        threads = list(event.threads.all())
        name = (event.mode, output, frozenset(thread.pk for thread in threads))
        acts.setdefault(name, Act(Mode(event.mode), output, threads)).events.append(event)
    return list(acts.values())


def stands(act):
    """Whether the evidence of `act` is there: its output, and one of its inputs at least."""
    if act.mode == Mode.SOCIALIZATION:
        return _still_talk(act)
    if not remaining([act.output]) or not remaining(act.inputs):
        return False
    return act.mode != Mode.COMBINATION or _is_published(act.output)


def _still_talk(act):
    voices = Post.objects.filter(thread__in=act.threads, state=TalkState.VISIBLE, author__isnull=False)
    return bool(remaining(act.inputs)) or voices.values("author").distinct().count() > 1


def _is_published(key):
    return Entry.objects.live().filter(pk=key.rpartition(":")[2]).exists()


def settle(act, *, by=None, reason=""):
    """Withdraw `act`, or let it count again, when its evidence says otherwise than its last event."""
    if stands(act) == act.is_done:
        return
    if act.is_done:
        record_conversion(
            act.mode, threads=act.threads, by=by, output=act.output, outcome=Outcome.WITHDRAWN, reason=reason
        )
        return
    credits = {credit.person: credit.named for event in act.done for credit in event.credits.all()}
    record_conversion(
        act.mode,
        threads=act.threads,
        by=act.done[-1].made_by,
        inputs=act.inputs,
        output=act.output,
        credited=[person for person, named in credits.items() if named],
        unnamed=[person for person, named in credits.items() if not named],
    )


def settle_output(key, *, by=None, reason=""):
    """Settle all that led to the thing of this key."""
    for act in acts_on([key]):
        settle(act, by=by, reason=reason)


# ---------------------------------------------------------------- what is removed or comes back
@hears(
    "post_changed",
    "post_hidden",
    "post_deleted",
    "distillation_changed",
    "report_changed",
    "thread_deleted",
    "entry_deleted",
)
def weigh(row):
    """Settle what the thing of this row went into, and what led to it. Told twice, it changes nothing more."""
    went = ConversionPart.objects.filter(role=PartRole.INPUT, key=row.key).values("conversion")
    into = ConversionPart.objects.filter(role=PartRole.OUTPUT, conversion__in=went).values_list("key", flat=True)
    for piece in in_pieces({row.key, *into}):
        for act in acts_on(piece):
            settle(act)
