"""What librarians read of searches: how many, how many in vain, by week, language and topic, and for which words.

The words of a search are shown when they are common (`events.is_common`) or were asked on three different days; of all
others only the number is told, for rare words may be somebody's name.
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncDate, TruncWeek
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.application.inventory import Figure, Table, tabulates
from knowledge.models import Concept, SearchEvent, SearchMonth
from knowledge.rules import is_staff_member

DAYS_ASKED = 3  # different days on which words are asked before they are shown
PERIODS = (7, 28, 90)
PERIOD = 28
MOST_TOPICS = 50
IN_VAIN, UNOPENED = Q(count=0), Q(count__gt=0, opened_kind="")
WHICH = {
    "all": (_("All searches"), Q()),
    "vain": (_("Nothing found"), IN_VAIN),
    "unopened": (_("Found, nothing opened"), UNOPENED),
    "unnamed": (_("Words that name no topic"), Q(concepts=None)),
}
COUNTS = {
    "searches": Count("pk"),
    "vain": Count("pk", filter=IN_VAIN),
    "unopened": Count("pk", filter=UNOPENED),
}
LANGUAGES = dict(settings.LANGUAGES)


# ---------------------------------------------------------------- narrowing
@dataclass(frozen=True)
class Narrowed:
    """Which searches: of the last `days`, one of WHICH, in one language, week, of one topic or nearest to one."""

    days: int = PERIOD
    which: str = "all"
    language: str = ""
    week: datetime.date | None = None
    topic: int | None = None
    near: int | None = None

    def events(self, user):
        """The searches that `user` may read of: a queryset of SearchEvent."""
        since = timezone.now() - datetime.timedelta(days=self.days)
        events = SearchEvent.objects.visible_to(user).whole().filter(WHICH[self.which][1], at__gte=since)
        if self.language:
            events = events.filter(language=self.language)
        if self.week:
            events = events.annotate(week=TruncDate(TruncWeek("at"))).filter(week=self.week)
        if self.topic:
            events = events.filter(concepts=self.topic)
        return events.filter(nearest=self.near) if self.near else events

    @property
    def query(self):
        """The same as parts of an address; what is usual is left out."""
        usual = Narrowed()
        return {name: value for name, value in vars(self).items() if value != getattr(usual, name)}


def narrowed(query):
    """What an address asks for; what makes no sense is as if it were not there."""
    days, which, language = query.get("days", ""), query.get("which", ""), query.get("language", "")
    return Narrowed(
        days=int(days) if days in map(str, PERIODS) else PERIOD,
        which=which if which in WHICH else "all",
        language=language if language in LANGUAGES else "",
        week=_day(query.get("week", "")),
        topic=_key(query.get("topic", "")),
        near=_key(query.get("near", "")),
    )


def _day(text):
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _key(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# ---------------------------------------------------------------- words
def shown_words():
    """The folded words that may be shown: a queryset of one column."""
    day = TruncDate("at", tzinfo=datetime.UTC)
    asked = SearchEvent.objects.whole().order_by().values("folded")
    asked = asked.annotate(days=Count(day, distinct=True), common=Count("pk", filter=Q(is_common=True)))
    return asked.filter(Q(days__gte=DAYS_ASKED) | Q(common__gt=0)).values("folded")


def words(events):
    """What was typed, most often first: dicts of `folded`, `text`, `last` (a moment) and COUNTS; only what may be shown."""
    rows = events.filter(folded__in=shown_words()).order_by().values("folded")
    return rows.annotate(**COUNTS, text=Min("query"), last=Max("at")).order_by("-searches", "folded")


def unshown(events):
    """COUNTS of the searches whose words are not shown."""
    return events.exclude(folded__in=shown_words()).aggregate(**COUNTS)


def story(folded, user):
    """COUNTS of one search, `languages` and `opened` [(kind, place, number)]; None where its words may not be shown."""
    events = SearchEvent.objects.visible_to(user).whole().filter(folded=folded, folded__in=shown_words())
    numbers = events.aggregate(**COUNTS, first=Min("at"))
    if not numbers["searches"]:
        return None
    opened = events.exclude(opened_kind="").order_by().values_list("opened_kind", "opened_place")
    languages = dict(events.order_by().values_list("language").annotate(number=Count("pk")))
    return {**numbers, "languages": languages, "opened": opened.annotate(number=Count("pk")).order_by("-number")[:10]}


# ---------------------------------------------------------------- numbers
def totals(events):
    return events.aggregate(**COUNTS)


def by_week(events):
    """Newest first: dicts of `week` (its Monday) and COUNTS."""
    weeks = events.annotate(week=TruncDate(TruncWeek("at"))).order_by().values("week")
    return list(weeks.annotate(**COUNTS).order_by("-week"))


def by_language(events):
    return list(events.order_by().values("language").annotate(**COUNTS).order_by("-searches"))


def by_topic(events, field="concepts"):
    """Topics by what was missing most: dicts of `topic` (a Concept) and COUNTS. `field`: `concepts` for those that were
    named, `nearest` for the one that comes nearest to words that name none."""
    rows = events.filter(**{f"{field}__isnull": False}).order_by().values(field).annotate(**COUNTS)
    rows = list(rows.annotate(missing=Count("pk", filter=IN_VAIN | UNOPENED)).order_by("-missing", field)[:MOST_TOPICS])
    topics = Concept.objects.with_labels().in_bulk([row[field] for row in rows])
    return [{**row, "topic": topics[row[field]]} for row in rows]


def months():
    """Months whose words are gone, the newest first; rows without a concept count all searches of a language."""
    rows = SearchMonth.objects.select_related("concept").prefetch_related("concept__labels")
    return rows.order_by("-month", "language", "-searches", "pk")


# ---------------------------------------------------------------- for others
def searched_in_vain(user, most):
    """(key of a concept, number) of current topics that searches of the last 90 days named and found nothing under.

    On three different days at least, the most first; nothing for who may not read of searches. One query.
    """
    if not is_staff_member(user):
        return []
    events = Narrowed(days=PERIODS[-1], which="vain").events(user)
    asked = events.filter(concepts__in=Concept.objects.offered()).order_by().values_list("concepts")
    day = TruncDate("at", tzinfo=datetime.UTC)
    asked = asked.annotate(number=Count("pk"), days=Count(day, distinct=True)).filter(days__gte=DAYS_ASKED)
    return [(concept, number) for concept, number, _days in asked.order_by("-number", "concepts")[:most]]


def unnamed_words(user, most):
    """Words of the last 90 days that name no topic, most often asked first: rows of `words`."""
    return list(words(Narrowed(days=PERIODS[-1], which="unnamed").events(user))[:most])


@tabulates
def searches_table(user):
    """What the manager's page says of searches."""
    numbers = totals(Narrowed().events(user))
    labels = [("searches", "all"), ("vain", "vain"), ("unopened", "unopened")]
    figures = [Figure(WHICH[which][0], numbers[name], "searches_list", {"which": which}) for name, which in labels]
    return Table(_("What is searched for, in four weeks"), figures)
