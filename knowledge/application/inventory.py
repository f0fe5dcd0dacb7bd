"""How are we doing: what the library has, what waits, what is missing. Every number can name the things it counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import WorkflowState

from knowledge.models import Capture, Concept, ConceptScheme, Entry, EntrySource, Person
from knowledge.rules import CaptureState, EntryForm, Kind

STATES = {
    "published": _("Published"),
    "changed": _("Published, with changes that wait"),
    "draft": _("Draft"),
    "in_review": _("Waiting for approval"),
    "rejected": _("Sent back"),
    "withdrawn": _("Withdrawn"),
}
COUNTERS: dict[str, Callable[[], object]] = {}


def counts(name):
    """Register a counter for `inventory()` under `name`; rooms above add theirs."""

    def register(function):
        COUNTERS[name] = function
        return function

    return register


def inventory():
    """Counts of everything by kind, for `manage.py inventory --json`: name -> number or dict of numbers."""
    return {name: count() for name, count in COUNTERS.items()}


# ---------------------------------------------------------------- entries
def _in_workflow(status):
    return Exists(
        WorkflowState.objects.filter(
            base_content_type__app_label="wagtailcore",
            base_content_type__model="page",
            object_id=Cast(OuterRef("pk"), CharField()),
            status=status,
        )
    )


def with_state(entries):
    """`entries` with `state_name`, one of STATES."""
    return entries.annotate(
        state_name=Case(
            When(_in_workflow(WorkflowState.STATUS_IN_PROGRESS), then=Value("in_review")),
            When(_in_workflow(WorkflowState.STATUS_NEEDS_CHANGES), then=Value("rejected")),
            When(live=True, has_unpublished_changes=True, then=Value("changed")),
            When(live=True, then=Value("published")),
            When(first_published_at__isnull=False, then=Value("withdrawn")),
            default=Value("draft"),
            output_field=CharField(),
        )
    )


def without_source(entries):
    """Entries that name no source."""
    return entries.filter(~Exists(EntrySource.objects.filter(entry=OuterRef("pk"))))


def check_overdue(entries):
    """Published entries whose date for the next check has passed."""
    return entries.filter(live=True, state__check_due__lt=timezone.localdate())


def topics_without_entry(user):
    """Current concepts of a facet on which `user` finds no published entry."""
    used = Entry.objects.live().visible_to(user).filter(entry_concepts__concept=OuterRef("pk"))
    return Concept.objects.offered().filter(~Exists(used), schemes__facet__gt="").distinct()


def _grouped(queryset, by):
    return dict(queryset.order_by().values_list(by).annotate(number=Count("pk", distinct=True)))


@counts("entries")
def _entries():
    every = Entry.objects.all()
    return {
        "total": every.count(),
        "by_kind": _grouped(every, "kind"),
        "by_form": _grouped(every, "form"),
        "by_language": _grouped(every, "locale__language_code"),
        "by_state": _grouped(with_state(every), "state_name"),
    }


@counts("concepts")
def _concepts():
    return {"total": Concept.objects.count(), "by_scheme": _by_scheme()}


def _by_scheme():
    return dict(ConceptScheme.objects.annotate(number=Count("memberships")).values_list("uri", "number"))


@counts("people")
def _people():
    living = Person.objects.filter(erased_at=None)
    return {"total": living.count(), "unclaimed": living.filter(user=None).count()}


@counts("captures")
def _captures():
    return _grouped(Capture.objects, "state")


# ---------------------------------------------------------------- the manager's page
@dataclass
class Figure:
    """A number with its words and the query that opens its list; `list` is the name of its address, `query` narrows it."""

    label: str
    number: int
    list: str
    query: dict = field(default_factory=dict)


@dataclass
class Table:
    title: str
    figures: list[Figure]


TABULATORS: list[Callable] = []


def tabulates(function):
    """Register `function(user) -> Table` for the manager's page; rooms above add theirs."""
    if function not in TABULATORS:
        TABULATORS.append(function)
    return function


def tables(user):
    """The manager's page: a list of `Table`. Counted on what `user` may see, by the same querysets as the lists."""
    return [*_own_tables(user), *(tabulate(user) for tabulate in TABULATORS)]


def _own_tables(user):
    entries = Entry.objects.visible_to(user)
    by_kind, by_form = _grouped(entries, "kind"), _grouped(entries, "form")
    by_language, by_state = _grouped(entries, "locale__language_code"), _grouped(with_state(entries), "state_name")
    languages = dict(Capture._meta.get_field("language").choices)
    return [
        Table(
            _("Entries by kind"),
            [Figure(k.label, by_kind.get(k, 0), "inventory_entries", {"kind": k.value}) for k in Kind],
        ),
        Table(
            _("Entries by form"),
            [Figure(f.label, by_form.get(f, 0), "inventory_entries", {"form": f.value}) for f in EntryForm],
        ),
        Table(
            _("Entries by language"),
            [
                Figure(name, by_language.get(code, 0), "inventory_entries", {"language": code})
                for code, name in languages.items()
            ],
        ),
        Table(
            _("Entries by state"),
            [
                Figure(name, by_state.get(code, 0), "inventory_entries", {"state": code})
                for code, name in STATES.items()
            ],
        ),
        _captures_table(user),
        Table(
            _("What is missing"),
            [
                Figure(
                    _("Entries without a source"),
                    without_source(entries).count(),
                    "inventory_entries",
                    {"lack": "source"},
                ),
                Figure(
                    _("Entries whose check is overdue"),
                    check_overdue(entries).count(),
                    "inventory_entries",
                    {"lack": "check"},
                ),
                Figure(_("Topics without an entry"), topics_without_entry(user).count(), "inventory_topics"),
            ],
        ),
    ]


AGES = {
    "week": (_("Waiting for up to a week"), 0, 7),
    "month": (_("Waiting for a week to a month"), 7, 30),
    "longer": (_("Waiting for more than a month"), 30, None),
}


def waiting_for(captures, age):
    """Waiting captures that came in as long ago as AGES says."""
    _label, since, until = AGES[age]
    now = timezone.now()
    waiting = captures.waiting().filter(created_at__lte=now - timedelta(days=since))
    return waiting if until is None else waiting.filter(created_at__gt=now - timedelta(days=until))


def _captures_table(user):
    captures = Capture.objects.visible_to(user)
    by_state = _grouped(captures, "state")
    ages = captures.waiting().aggregate(
        **{age: Count("pk", filter=Q(pk__in=waiting_for(captures, age).values("pk"))) for age in AGES}
    )
    figures = [Figure(AGES[age][0], ages[age], "inventory_captures", {"age": age}) for age in AGES]
    figures += [Figure(s.label, by_state.get(s, 0), "inventory_captures", {"state": s.value}) for s in CaptureState]
    return Table(_("What people told us"), figures)


def narrowed_entries(user, query):
    """The entries that one figure counts. Unknown values narrow to nothing."""
    entries = with_state(Entry.objects.visible_to(user))
    lookups = {"kind": "kind", "form": "form", "language": "locale__language_code", "state": "state_name"}
    for name, lookup in lookups.items():
        if query.get(name):
            entries = entries.filter(**{lookup: query[name]})
    if query.get("lack") == "source":
        entries = without_source(entries)
    elif query.get("lack") == "check":
        entries = check_overdue(entries)
    return entries.select_related("locale", "state").order_by("title", "pk")


def narrowed_captures(user, query):
    """The captures that one figure counts."""
    captures = Capture.objects.visible_to(user)
    if query.get("state"):
        captures = captures.filter(state=query["state"])
    if query.get("age") in AGES:
        captures = waiting_for(captures, query["age"])
    return captures
