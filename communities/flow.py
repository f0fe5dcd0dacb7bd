"""How fast and how fully talk becomes published knowledge and practice, and where it stalls. Every figure opens its list:
its query narrows threads by `narrowed_threads`, the same function that the lists use."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from communities.models import Community, Thread
from communities.rules import TalkState
from communities.seci import ORDER, STEPS, Mode, Stage
from knowledge.application.inventory import Figure, Table, tabulates

# After how many days a thread that waits for this has stalled: an answer is expected sooner than a trial.
STALLED = {Stage.SOCIALIZATION: 14, Stage.EXTERNALIZATION: 30, Stage.COMBINATION: 30, Stage.INTERNALIZATION: 60}
BEFORE = dict(zip(ORDER, ("created_at", *Thread.MOMENTS.values()), strict=False))  # where the way to each mode begins
LONGEST_NUMBER = 5


@dataclass(frozen=True)
class Measure:
    """A number of threads with its words; `query` opens the list of these threads. `days` is a median, None of no threads."""

    label: str
    number: int
    query: dict = field(default_factory=dict)
    days: float | None = None
    mode: Mode | None = None


@dataclass(frozen=True)
class Flow:
    """The figures of some communities, of the threads that began since `since`."""

    started: Measure
    funnel: list[Measure]  # how many came at least through each mode
    stages: list[Measure]  # where they stand now
    medians: list[Measure]  # days from one mode to the next
    stalled: list[Measure]  # by what they wait for
    turns: list[Measure]  # how many are in which turn of the spiral
    deepest: int
    since: date | None = None

    def groups(self):
        """(title, measures) in the order of the page and of its CSV."""
        return [
            (_("How far threads came"), [self.started, *self.funnel]),
            (_("Where threads stand"), self.stages),
            (_("Median days from step to step"), self.medians),
            (_("Threads that have stalled"), self.stalled),
            (_("Turns of the spiral"), self.turns),
        ]

    def rows(self):
        """The lines of the CSV: (table, label, threads, median days or "")."""
        return [
            (title, measure.label, measure.number, "" if measure.days is None else measure.days)
            for title, measures in self.groups()
            for measure in measures
        ]

    @staticmethod
    def header():
        return [_("Table"), _("What"), _("Threads"), _("Median days")]


def flow(communities, *, since=None):
    """The `Flow` of `communities` (what the reader may see), of threads begun on the day `since` or later.

    Returns numbers of threads that others read (not held, hidden or deleted); medians in days to one decimal. A fixed number of
    queries: two, and one for each median where the database has none (SQLite).
    """
    query = {"since": since.isoformat()} if since else {}
    threads = narrowed_threads(Thread.objects.filter(community__in=communities), query)
    numbers = threads.aggregate(**_counted())
    turns = dict(threads.order_by().values_list("turn").annotate(number=Count("pk")).order_by("turn"))
    return Flow(
        started=Measure(_("Begun"), numbers["all"], query | {"begun": "yes"}),
        funnel=[
            Measure(str(STEPS[mode].done), numbers[f"passed_{mode}"], query | {"passed": mode.value}, mode=mode)
            for mode in ORDER
        ],
        stages=[Measure(stage.label, numbers[f"stage_{stage}"], query | {"stage": stage.value}) for stage in Stage],
        medians=[_median(threads, mode, numbers, query) for mode in ORDER],
        stalled=[
            Measure(_waits(stage), numbers[f"stalled_{stage}"], query | {"stalled": stage.value}) for stage in STALLED
        ],
        turns=[Measure(_("Turn %(number)d") % {"number": n}, turns[n], query | {"turn": n}) for n in turns],
        deepest=max(turns, default=0),
        since=since,
    )


def _counted():
    """The counts of one query: all threads, by stage, by what was passed, by what has stalled, and with both ends of a way."""
    counts = {"all": Count("pk")}
    counts |= {f"stage_{stage}": Count("pk", filter=Q(stage=stage)) for stage in Stage}
    counts |= {f"passed_{mode}": Count("pk", filter=_passed(mode)) for mode in ORDER}
    counts |= {f"stalled_{stage}": Count("pk", filter=_stalled(stage)) for stage in STALLED}
    return counts | {f"way_{mode}": Count("pk", filter=_way(mode)) for mode in ORDER}


def _waits(stage):
    return _("%(stage)s, for more than %(days)d days") % {"stage": stage.label, "days": STALLED[stage]}


# ---------------------------------------------------------------- what a figure counts
def _passed(mode):
    return Q(**{f"{Thread.MOMENTS[mode]}__isnull": False})


def _stalled(stage):
    return Q(stage=stage, stage_since__lt=timezone.now() - timedelta(days=STALLED[stage]))


def _way(mode):
    """Threads that went from the step before `mode` to it; what was skipped or came out of order has no such way."""
    begin, end = BEFORE[mode], Thread.MOMENTS[mode]
    return Q(**{f"{begin}__isnull": False, f"{end}__gte": F(begin)})


def narrowed_threads(threads, query):
    """Those of `threads` that one figure counts: `query` has any of stage, passed, way, stalled, turn, since, and turned (1:
    in any turn after the first).

    What nobody reads but authors and stewards (held, hidden) is left out; unknown values narrow to nothing.
    """
    threads = threads.filter(state=TalkState.VISIBLE)
    for name, narrow in NARROWS.items():
        if value := query.get(name):
            condition = narrow(str(value))
            threads = threads.none() if condition is None else threads.filter(condition)
    return threads


def _by(kinds, condition):
    return lambda value: condition(kinds(value)) if value in {str(kind) for kind in kinds} else None


def _by_turn(value):
    return Q(turn=int(value)) if value.isdecimal() and len(value) < LONGEST_NUMBER else None


def _since(value):
    try:
        day = parse_date(value)
    except ValueError:
        return None
    return day and Q(created_at__gte=timezone.make_aware(datetime.combine(day, time.min)))


NARROWS = {
    "begun": lambda value: Q() if value == "yes" else None,  # all of them
    "stage": _by(Stage, lambda stage: Q(stage=stage)),
    "passed": _by(Mode, _passed),
    "way": _by(Mode, _way),
    "stalled": lambda value: _stalled(Stage(value)) if value in {str(stage) for stage in STALLED} else None,
    "turn": _by_turn,
    "turned": lambda value: Q(turn__gt=1) if value == "1" else None,
    "since": _since,
}


# ---------------------------------------------------------------- medians
class _PercentileCont(Aggregate):
    """The median of PostgreSQL: of an even number of values the mean of the two in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _median(threads, mode, numbers, query):
    label = _("From “%(begin)s” to “%(end)s”") % {"begin": _begin(mode), "end": STEPS[mode].done}
    number = numbers[f"way_{mode}"]
    days = _median_days(threads.filter(_way(mode)), mode, number)
    return Measure(label, number, query | {"way": mode.value}, days, mode)


def _begin(mode):
    at = ORDER.index(mode)
    return STEPS[ORDER[at - 1]].done if at else _("Begun")


def _median_days(threads, mode, number):
    """The median in days to one decimal; None of no threads. Where the database has no median, the middle of the ordered rows."""
    if not number:
        return None
    taken = ExpressionWrapper(F(Thread.MOMENTS[mode]) - F(BEFORE[mode]), output_field=DurationField())
    if connection.vendor == "postgresql":
        median = threads.aggregate(median=_PercentileCont(taken))["median"]
    else:
        ways = threads.order_by().annotate(taken=taken).order_by("taken").values_list("taken", flat=True)
        middle = list(ways[(number - 1) // 2 : number // 2 + 1])
        median = sum(middle, timedelta()) / len(middle)
    return round(median / timedelta(days=1), 1)


# ---------------------------------------------------------------- on the manager's page
@tabulates
def flow_table(user):
    """The flow of all communities that `user` reads, in a few lines; each opens its list of threads."""
    found = flow(Community.objects.visible_to(user).values("pk"))
    lines = [found.started, *found.funnel, *found.stalled]
    figures = [Figure(line.label, line.number, "threads", line.query) for line in lines]
    return Table(_("Talk that becomes knowledge"), figures)
