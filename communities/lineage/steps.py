"""What one reader may see of the things of a lineage: a step each, asked for with a query a kind."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from communities.models import ConversionCredit, Distillation, PracticeReport, Thread
from communities.rules import Access, TalkState
from communities.seci import STEPS, Mode
from knowledge.models import Entry, Person
from knowledge.models.person import FORMER_MEMBER

KINDS = {
    "communities.thread": "thread",
    "communities.distillation": "distillation",
    "communities.practicereport": "report",
    "knowledge.entry": "entry",
}
MODES = {
    "distillation": Mode.EXTERNALIZATION,
    "entry": Mode.COMBINATION,
    "report": Mode.INTERNALIZATION,
    "thread": Mode.SOCIALIZATION,
}
CLOSED = {
    Access.CLOSED: gettext_noop("A closed community"),
    Access.SIGNED_IN: gettext_noop("A community for signed-in people"),
}


@dataclass(frozen=True)
class Party:
    """Who had a part in a step; an address only where this reader may open the page."""

    name: str
    url: str | None = None


@dataclass
class Step:
    """One thing of a lineage. `steps` are those before it in a tree of sources, those after it in a tree of results.

    `kind`: thread, distillation, entry, report; `label` says what a reader may know of it. `url` is None where nothing may be
    opened: it is removed (`is_removed`), or stands in a community that this reader does not read (`is_closed`).
    """

    key: str
    kind: str
    label: str = ""
    language: str = ""
    url: str | None = None
    at: datetime | None = None
    people: list[Party] = field(default_factory=list)
    turn: int | None = None
    note: str = ""  # of a report: whether it helped
    is_removed: bool = False
    is_closed: bool = False
    is_here: bool = False
    steps: list = field(default_factory=list)
    more: int = 0  # further steps that are not shown

    @property
    def mode(self):
        """The conversion by which it came about."""
        return MODES[self.kind]

    @property
    def letter(self):
        return STEPS[self.mode].letter


class Things:
    """The things of `keys` as `user` may see them; `events` are the conversions that led to each."""

    def __init__(self, keys, events, user):
        self.keys, self.events, self.user = keys, events, user

    def pks(self, label):
        return [int(key.rpartition(":")[2]) for key in self.keys if key.startswith(f"{label}:")]

    def _seen(self, queryset, *related, label):
        pks = self.pks(label)
        return queryset.visible_to(self.user).select_related(*related).in_bulk(pks) if pks else {}

    # ------------------------------------------------------------ what is to be read
    @cached_property
    def threads(self):
        return self._seen(Thread.objects, "community", "author", label="communities.thread")

    @cached_property
    def distillations(self):
        return self._seen(Distillation.objects, "made_by", label="communities.distillation")

    @cached_property
    def entries(self):
        return self._seen(Entry.objects.defer("body"), "locale", label="knowledge.entry")

    @cached_property
    def reports(self):
        return self._seen(PracticeReport.objects, "author", label="communities.practicereport")

    @cached_property
    def closed(self):
        """Key -> access of the things that are there, in a community that this reader does not read."""
        found = {}
        unseen = [pk for pk in self.pks("communities.distillation") if pk not in self.distillations]
        rows = Distillation.objects.filter(pk__in=unseen, state=TalkState.VISIBLE, released_at__isnull=False)
        for pk, access in rows.values_list("pk", "thread__community__access") if unseen else ():
            found[f"communities.distillation:{pk}"] = access
        unseen = [pk for pk in self.pks("communities.thread") if pk not in self.threads]
        rows = Thread.objects.filter(pk__in=unseen, state=TalkState.VISIBLE)
        for pk, access in rows.values_list("pk", "community__access") if unseen else ():
            found[f"communities.thread:{pk}"] = access
        return {key: access for key, access in found.items() if access in CLOSED}

    # ------------------------------------------------------------ who
    @cached_property
    def credits(self):
        """Key of a distillation -> the credits of its events."""
        written = {key: each for key, each in self.events.items() if key.startswith("communities.distillation:")}
        events = {event.pk: key for key, each in written.items() for event in each}
        found = {key: [] for key in written}
        if events:
            rows = ConversionCredit.objects.filter(conversion__in=events).select_related("person").order_by("pk")
            for credit in rows:
                found[events[credit.conversion_id]].append(credit)
        return found

    @cached_property
    def open_people(self):
        """The keys of the people whose page this reader may open."""
        people = {credit.person_id for each in self.credits.values() for credit in each}
        people |= {thread.author_id for thread in self.threads.values()}
        people |= {report.author_id for report in self.reports.values()}
        people |= {event.made_by_id for each in self.events.values() for event in each}
        found = (
            Person.objects.visible_to(self.user).filter(pk__in=people - {None})
            if people - {None}
            else Person.objects.none()
        )
        return set(found.values_list("pk", flat=True))

    def party(self, person):
        if person is None or person.erased_at:
            return Party(_(FORMER_MEMBER))
        return Party(person.name, person.get_absolute_url() if person.pk in self.open_people else None)

    def parties(self, people):
        return list(dict.fromkeys(self.party(person) for person in people))

    # ------------------------------------------------------------ one step
    def step(self, key):
        """The step of the thing of this key; removed where nothing of it is to be seen."""
        label, _colon, pk = key.rpartition(":")
        kind = KINDS[label]
        step = Step(key, kind, at=self._moment(key))
        if key in self.closed:
            step.is_closed, step.label = True, _(CLOSED[self.closed[key]])
            step.people = self.parties(credit.person for credit in self.credits.get(key, ()) if credit.named)
            return step
        thing = getattr(self, FOUND[kind]).get(int(pk))
        if thing is None:
            step.is_removed, step.label, step.at = True, _("Removed, or not open to you"), None
        else:
            getattr(self, f"_tell_{kind}")(step, thing)
        return step

    def _moment(self, key):
        return self.events[key][0].made_at if self.events.get(key) else None

    def _tell_thread(self, step, thread):
        step.label, step.language, step.url = thread.title, thread.language, thread.get_absolute_url()
        step.at, step.turn, step.people = thread.created_at, thread.turn, self.parties([thread.author])

    def _tell_distillation(self, step, made):
        step.label, step.language, step.url, step.at = made.title, made.language, made.get_absolute_url(), made.made_at
        credits = self.credits.get(step.key, ())
        if made.thread_id in self.threads:
            step.people = self.parties([*(credit.person for credit in credits), made.made_by])
        else:  # a librarian reads what was let out, not the talk behind it
            step.people = self.parties(credit.person for credit in credits if credit.named)

    def _tell_entry(self, step, entry):
        step.label, step.language = entry.title, entry.locale.language_code
        step.url, step.is_removed = (entry.url, False) if entry.live else (None, True)
        step.at = step.at or entry.first_published_at
        step.people = self.parties(event.made_by for event in self.events.get(step.key, ()))

    def _tell_report(self, step, report):
        step.label, step.language, step.url = str(report), report.language, report.get_absolute_url()
        step.at, step.note, step.people = report.created_at, report.get_useful_display(), self.parties([report.author])


FOUND = {"thread": "threads", "distillation": "distillations", "entry": "entries", "report": "reports"}
