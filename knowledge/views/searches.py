"""What is searched for: numbers by week, language and topic, the lists behind them, and both as CSV. For staff; others
find no such page."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import ListView, TemplateView

from knowledge.application.exports import csv_response
from knowledge.models import Concept
from knowledge.policies import allows, check_work
from knowledge.search import reports
from knowledge.search.reports import LANGUAGES, PERIODS, WHICH, Narrowed, narrowed

COLUMNS = [("searches", "all"), ("vain", "vain"), ("unopened", "unopened")]


@method_decorator(never_cache, name="dispatch")
class ForStaffMixin:
    """Answers those who may not read of searches as if there were no page."""

    def dispatch(self, request, *args, **kwargs):
        if not allows(check_work, request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def crumbs(*more):
    return [(reverse("inventory"), _("How are we doing")), *more]


def of_searches():
    return reverse("searches"), _("What is searched for")


def list_of(**query):
    """The address of the list that a number counts."""
    asked = Narrowed(**query).query
    return reverse("searches_list") + (f"?{urlencode(asked)}" if asked else "")


def periods(days, path):
    """(days, address, whether it is the current one) of each period."""
    return [(one, f"{path}?days={one}", one == days) for one in PERIODS]


class SearchesView(ForStaffMixin, TemplateView):
    """The overview; each number opens its list."""

    template_name = "knowledge/searches.html"

    def get(self, request, *args, **kwargs):
        self.asked = Narrowed(days=narrowed(request.GET).days)
        tables = [table for table in self.tables() if table["rows"]]
        if request.GET.get("as") == "csv":
            rows = [
                (table["title"], row["name"], *(number for number, _url in row["cells"]))
                for table in tables
                for row in table["rows"]
            ]
            return csv_response("searches.csv", [_("Table"), _("What"), *self.header()], rows)
        return self.render_to_response(
            self.get_context_data(
                tables=tables,
                header=self.header(),
                periods=periods(self.asked.days, request.path),
                words_lacking=list_of(days=self.asked.days, which="unnamed"),
                crumbs=crumbs(),
            )
        )

    def header(self):
        return [WHICH[which][0] for _name, which in COLUMNS]

    def tables(self):
        events = self.asked.events(self.request.user)
        weeks = [(str(row["week"]), "", row, {"week": row["week"]}) for row in reports.by_week(events)]
        languages = [
            (LANGUAGES.get(row["language"], row["language"]), "", row, {"language": row["language"]})
            for row in reports.by_language(events)
        ]
        yield self.table(_("Together"), [(_("All searches"), "", reports.totals(events), {})])
        yield self.table(_("By week, from Monday"), weeks)
        yield self.table(_("By language of the page"), languages)
        yield self.table(_("By topic that was named"), self.topics(events, "concepts", "topic"))
        yield self.table(_("By topic nearest to words that name none"), self.topics(events, "nearest", "near"))

    def topics(self, events, field, name):
        return [
            (row["topic"].name, getattr(row["topic"].label, "language", ""), row, {name: row["topic"].pk})
            for row in reports.by_topic(events, field)
        ]

    def table(self, title, rows):
        """A title, and rows of a name with its language and cells (number, address of its list)."""
        days = self.asked.days
        return {
            "title": title,
            "rows": [
                {
                    "name": name,
                    "lang": lang,
                    "cells": [(row[column], list_of(days=days, which=which, **query)) for column, which in COLUMNS],
                }
                for name, lang, row, query in rows
            ],
        }


class SearchedWordsList(ForStaffMixin, ListView):
    """The words behind a number, each opening its own page; words that may not be shown are one line."""

    template_name = "knowledge/searches_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.asked = narrowed(self.request.GET)
        self.events = self.asked.events(self.request.user)
        return reports.words(self.events)

    def get(self, request, *args, **kwargs):
        if request.GET.get("as") != "csv":
            return super().get(request, *args, **kwargs)
        rows = [self.cells(row) for row in self.get_queryset()]
        return csv_response("searched-words.csv", self.header(), rows + self.rest())

    def header(self):
        return [_("Words"), *(WHICH[which][0] for _name, which in COLUMNS), _("Last asked")]

    def cells(self, row):
        return [row["text"], row["searches"], row["vain"], row["unopened"], timezone.localtime(row["last"]).date()]

    def rest(self):
        """The line of the words that are not shown; none when there are none."""
        rest = reports.unshown(self.events)
        if not rest["searches"]:
            return []
        return [
            [_("Words that are asked too seldom to be shown"), rest["searches"], rest["vain"], rest["unopened"], ""]
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [
            (f"{reverse('searched_words')}?{urlencode({'q': row['text']})}", self.cells(row))
            for row in context["object_list"]
        ]
        tabs = [(label, self.having(which), which == self.asked.which) for which, (label, _filter) in WHICH.items()]
        return {
            **context,
            "title": WHICH[self.asked.which][0],
            "total": reports.totals(self.events)["searches"],
            "narrowings": self.narrowings(),
            "header": self.header(),
            "rows": rows,
            "rest": self.rest(),
            "tabs": tabs,
            "crumbs": crumbs(of_searches()),
        }

    def having(self, which):
        return list_of(**{**self.asked.query, "which": which})

    def narrowings(self):
        """What the list is narrowed by, in words."""
        asked = self.asked
        said = [_("Last %(number)d days") % {"number": asked.days}]
        said += [LANGUAGES[asked.language]] if asked.language else []
        said += [_("Week from %(day)s") % {"day": asked.week}] if asked.week else []
        names = Concept.objects.with_labels().in_bulk({key for key in (asked.topic, asked.near) if key})
        said += [_("Topic: %(topic)s") % {"topic": names[asked.topic]}] if asked.topic in names else []
        return said + ([_("Nearest topic: %(topic)s") % {"topic": names[asked.near]}] if asked.near in names else [])


class EarlierMonths(ForStaffMixin, ListView):
    """What is left of searches whose words are gone: numbers by month, language and topic."""

    template_name = "knowledge/searches_months.html"
    paginate_by = 100

    def get_queryset(self):
        return reports.months()

    def get(self, request, *args, **kwargs):
        if request.GET.get("as") != "csv":
            return super().get(request, *args, **kwargs)
        return csv_response("searches-by-month.csv", self.header(), map(self.cells, self.get_queryset()))

    def header(self):
        return [_("Month"), _("Language"), _("Topic"), *(WHICH[which][0] for _name, which in COLUMNS)]

    def cells(self, row):
        topic = row.concept.name if row.concept else _("All searches")
        language = LANGUAGES.get(row.language, row.language)
        return [f"{row.month:%Y-%m}", language, topic, row.searches, row.in_vain, row.unopened]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [self.cells(row) for row in context["object_list"]]
        return {**context, "header": self.header(), "rows": rows, "crumbs": crumbs(of_searches())}
