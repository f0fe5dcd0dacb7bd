"""What the first page tells: what was learned lately, the week in numbers, topics; first of all what waits for the reader.

Everything is read through `visible_to`, with a number of queries that does not grow.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.components.around import live_threads
from communities.models import Community, Distillation, PracticeReport, Thread
from communities.rules import TalkState
from kmsite.addresses import address
from knowledge.application.inventory import with_state
from knowledge.models import (
    Capture,
    Concept,
    Entry,
    EntryConcept,
    EntryContributor,
    EntrySource,
)
from knowledge.models.entry import ContributorRole
from knowledge.rules import WAITING, CaptureState, is_curator

LATELY = 6
FIGURES = 5  # of the week
COMMUNITIES = 4
TOPICS = 12
WEEK = timedelta(days=7)
SAID_FOR = timedelta(days=30)  # so long the first page says what became of something told
SAID = 3

QUESTIONS = [
    gettext_lazy("Can I renew a book that came from another library?"),
    gettext_lazy("A study room for six, with a screen"),
    gettext_lazy("Who knows about parish maps?"),
]


@dataclass(frozen=True)
class Figure:
    """A number, the words for what it counts, and where that is."""

    number: int
    text: str
    url: str


def home_context(user, locale):
    """What kmsite/home.html shows to `user` in the language of `locale`."""
    entries = Entry.objects.live().visible_to(user)
    return {
        "questions": QUESTIONS,
        "waiting": waiting_for(user),
        "told": told_lately(user),
        "week": this_week(entries, user),
        "lately": learned_lately(entries, locale),
        "entry_count": entries.count(),
        "topics": busiest_topics(entries),
        "talk": live_threads(user),
        "communities": communities_of(user),
    }


# ---------------------------------------------------------------- signed in
def waiting_for(user):
    """What a librarian has to do next: figures above nought, the most urgent first."""
    if not is_curator(user):
        return []
    captures = Capture.objects.visible_to(user).aggregate(
        mine=Count("pk", filter=Q(state=CaptureState.CLAIMED, claimed_by=user)),
        unclaimed=Count("pk", filter=Q(state=CaptureState.NEW)),
    )
    entries = with_state(Entry.objects.visible_to(user)).aggregate(
        back=Count("pk", filter=Q(state_name="rejected", owner=user)),
        review=Count("pk", filter=Q(state_name="in_review") & ~Q(owner=user)),
        due=Count("pk", filter=Q(live=True, state__check_due__lt=timezone.localdate())),
    )
    inbox = address("inbox:index") or reverse("wagtailadmin_home")
    desk = Distillation.objects.visible_to(user).waiting().count()
    mine, unclaimed, back, review, due = captures["mine"], captures["unclaimed"], *entries.values()
    figures = [
        Figure(back, ngettext("draft of yours came back", "drafts of yours came back", back), address("me")),
        Figure(mine, ngettext("thing told to us that you claimed", "things told to us that you claimed", mine), inbox),
        Figure(
            review,
            ngettext("entry waits for somebody’s approval", "entries wait for somebody’s approval", review),
            _entries(state="in_review"),
        ),
        Figure(
            unclaimed,
            ngettext("thing told to us waits in the inbox", "things told to us wait in the inbox", unclaimed),
            inbox,
        ),
        Figure(
            desk, ngettext("distillation waits on the desk", "distillations wait on the desk", desk), reverse("desk")
        ),
        Figure(due, ngettext("entry is due for a check", "entries are due for a check", due), _entries(lack="check")),
    ]
    return [figure for figure in figures if figure.number]


def _entries(**query):
    return f"{reverse('inventory_entries')}?{urlencode(query)}"


def told_lately(user):
    """What became, in the last weeks, of things that `user` told us."""
    if not user.is_authenticated:
        return []
    told = Capture.objects.visible_to(user).filter(teller__user=user, settled_at__gte=timezone.now() - SAID_FOR)
    return list(told.exclude(state__in=WAITING).order_by("-settled_at")[:SAID])


# ---------------------------------------------------------------- everybody
def this_week(entries, user):
    """What moved in the last seven days, figures above nought. How much was told is no secret; what was told is."""
    since = timezone.now() - WEEK
    moved = entries.filter(last_published_at__gte=since)
    from_captures = EntrySource.objects.filter(entry=OuterRef("pk"), capture__isnull=False)
    new, grown = moved.count(), moved.filter(Exists(from_captures)).count()
    checked = entries.filter(state__checked_at__gte=since).count()
    told = Capture.objects.filter(created_at__gte=since).count()
    browse = address("browse")
    figures = [
        Figure(new, ngettext("entry new or revised", "entries new or revised", new), browse),
        Figure(told, ngettext("thing that somebody told us", "things that people told us", told), address("tell")),
        Figure(
            grown,
            ngettext("entry that grew from what was told", "entries that grew from what was told", grown),
            browse,
        ),
        Figure(checked, ngettext("entry checked again", "entries checked again", checked), browse),
        *talk_this_week(user, since),
    ]
    return [figure for figure in figures if figure.number][:FIGURES]


def talk_this_week(user, since):
    """What moved in talk and practice, of what `user` reads."""
    threads = Thread.objects.visible_to(user).filter(state=TalkState.VISIBLE)
    moved = threads.filter(last_post_at__gte=since).count()
    waiting = threads.filter(last_post_at__gte=since, post_count=1).count()
    reports = PracticeReport.objects.visible_to(user).filter(state=TalkState.VISIBLE, created_at__gte=since).count()
    return [
        Figure(moved, ngettext("thread that moved on", "threads that moved on", moved), reverse("threads")),
        Figure(
            reports,
            ngettext("report of what readers tried", "reports of what readers tried", reports),
            f"{reverse('browse')}?type=report",
        ),
        Figure(
            waiting,
            ngettext("question waiting for somebody who knows", "questions waiting for somebody who knows", waiting),
            f"{reverse('threads')}?stage=socialization",
        ),
    ]


def communities_of(user):
    """The communities that `user` reads, the liveliest first."""
    return list(Community.objects.visible_to(user).order_by("-thread_count", "pk")[:COMMUNITIES])


def learned_lately(entries, locale):
    """The entries published last, those in the language of the page first; each with `steps`, what it grew from."""
    foreign = Case(When(locale=locale, then=0), default=1)
    # The keys first: to sort whole entries would be to sort their texts along.
    newest = list(entries.order_by(foreign, "-last_published_at", "-pk").values_list("pk", flat=True)[:LATELY])
    contributors = EntryContributor.objects.select_related("person").order_by("sort_order")
    found = (
        Entry.objects.select_related("locale", "state__checked_by")
        .prefetch_related(Prefetch("contributors", contributors))
        .annotate(told=Exists(Capture.objects.filter(entry=OuterRef("pk"))))
        .in_bulk(newest)
    )
    lately = [found[pk] for pk in newest]
    for entry in lately:
        entry.steps = steps_of(entry)
    return lately


def steps_of(entry):
    """What an entry grew from: who told it, who wrote it up, who checked it, in words."""
    names = {role: [] for role in ContributorRole.values}
    for contributor in entry.contributors.all():
        names[contributor.role].append(str(contributor.person) if contributor.person else contributor.kept_name)
    steps = []
    if names[ContributorRole.TELLER]:
        steps.append(_("told by %(names)s") % {"names": listed(names[ContributorRole.TELLER])})
    elif entry.told:
        steps.append(_("told to us"))
    if names[ContributorRole.AUTHOR]:
        steps.append(_("written up by %(names)s") % {"names": listed(names[ContributorRole.AUTHOR])})
    if entry.state.checked_by:
        steps.append(_("checked by %(name)s") % {"name": str(entry.state.checked_by)})
    return steps


def listed(names):
    """“A”, “A and B”, “A and 2 others”."""
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return _("%(first)s and %(second)s") % {"first": names[0], "second": names[1]}
    more = len(names) - 1
    return ngettext("%(first)s and %(more)d other", "%(first)s and %(more)d others", more) % {
        "first": names[0],
        "more": more,
    }


def busiest_topics(entries):
    """The concepts on which most of `entries` are, with `number`; bodies, business, form and use are no topics."""
    subjects = Concept.objects.subjects().values("pk")
    counted = (
        EntryConcept.objects.filter(entry__in=entries.values("pk"), concept__in=subjects)
        .order_by()
        .values_list("concept")
        .annotate(number=Count("entry"))
        .order_by("-number", "concept")[:TOPICS]
    )
    numbers = dict(counted)
    concepts = Concept.objects.with_labels().in_bulk(numbers)
    for pk, number in numbers.items():
        concepts[pk].number = number
    return [concepts[pk] for pk in numbers]
