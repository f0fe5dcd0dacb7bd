"""The pieces of an entry's page: what is said of it beside its text, for one reader."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from knowledge import blocks, house
from knowledge.forms.entry import state_of
from knowledge.models import Capture, Concept, Entry, Person
from knowledge.models.entry import Licence
from knowledge.organization.review import may_check
from knowledge.rules import Facet, Visibility, is_staff_member

RELATED, VERSIONS = 5, 50
PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")
LICENCE_ADDRESSES = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/",
}


@dataclass(frozen=True)
class Maker:
    """Who had a part in an entry: the name, what part, and the page where this reader may open it."""

    name: str
    part: str
    url: str = ""


class EntryFace:
    """Everything around the text of `entry` as `reader` may see it, asked of the database when a template asks."""

    def __init__(self, entry, reader):
        self.entry, self.reader = entry, reader

    # ------------------------------------------------------------ one line of facts
    @cached_property
    def state(self):
        return state_of(self.entry)

    @cached_property
    def is_checked(self):
        return bool(self.state and self.state.checked_at)

    @cached_property
    def check_is_due(self):
        due = self.is_checked and self.state.check_due
        return bool(due) and due < timezone.localdate()

    @cached_property
    def closed_to(self):
        """Who alone reads it, as a badge names it; empty for a public entry."""
        if self.state is None:
            return Visibility.STAFF.value
        return "" if self.state.visibility == Visibility.PUBLIC else self.state.visibility

    @cached_property
    def contents(self):
        return [heading for heading in blocks.contents(self.entry.body) if heading.level == 2]

    @cached_property
    def may_edit(self):
        return may_check(self.reader)

    # ------------------------------------------------------------ where it belongs
    @cached_property
    def topics(self):
        """The topics by facet, in the order of the facets; those of none come last: a list of (name, concepts)."""
        keys = [chosen.concept_id for chosen in self.entry.entry_concepts.all()]
        found = Concept.objects.with_labels().prefetch_related("schemes").in_bulk(keys)
        concepts = [found[key] for key in dict.fromkeys(keys) if key in found]
        facets = {facet.value: [] for facet in Facet} | {"": []}
        for concept in concepts:
            facets[next((scheme.facet for scheme in concept.schemes.all() if scheme.facet), "")].append(concept)
        names = {facet.value: facet.label for facet in Facet} | {"": _("Other topics")}
        return [(names[facet], chosen) for facet, chosen in facets.items() if chosen]

    @cached_property
    def subjects(self):
        return [concept for _name, concepts in self.topics for concept in concepts]

    # ------------------------------------------------------------ who, and from where
    @cached_property
    def makers(self):
        """Contributors by name or pseudonym; a link only to people whose page the reader may open."""
        rows = list(self.entry.contributors.all())
        keys = [row.person_id for row in rows if row.person_id]
        people = Person.objects.in_bulk(keys)
        open_to = set(Person.objects.visible_to(self.reader).filter(pk__in=keys).values_list("pk", flat=True))
        made = [self._maker(row, people.get(row.person_id), row.person_id in open_to) for row in rows]
        return list(dict.fromkeys(made))

    def _maker(self, row, person, is_open):
        name = str(person) if person else row.kept_name or _("Former member")
        return Maker(name, row.get_role_display(), person.get_absolute_url() if is_open else "")

    @cached_property
    def sources(self):
        return list(self.entry.sources.all())

    @cached_property
    def told(self):
        """How many captures went into it."""
        if not self.entry.pk:
            return 0
        keys = {source.capture_id for source in self.sources if source.capture_id}
        return len(keys | set(Capture.objects.filter(entry=self.entry).values_list("pk", flat=True)))

    @cached_property
    def captures(self):
        """The captures themselves, for staff."""
        if not self.told or not is_staff_member(self.reader):
            return []
        keys = [source.capture_id for source in self.sources if source.capture_id]
        found = Capture.objects.visible_to(self.reader)
        return list((found.filter(entry=self.entry) | found.filter(pk__in=keys)).distinct()[:VERSIONS])

    # ------------------------------------------------------------ what else
    @cached_property
    def related(self):
        """Entries in the same language that share most topics with it, of those that the reader may see."""
        keys = [concept.pk for concept in self.subjects]
        if not keys:
            return []
        others = (
            Entry.objects.live().visible_to(self.reader).filter(locale=self.entry.locale_id).exclude(pk=self.entry.pk)
        )
        sharing = others.filter(entry_concepts__concept__in=keys).annotate(shared=Count("entry_concepts"))
        return list(sharing.select_related("locale").defer("body").order_by("-shared", "-last_published_at")[:RELATED])

    @cached_property
    def versions(self):
        """What was published when, the newest first: a list of (number, day)."""
        published = PageLogEntry.objects.filter(page=self.entry.pk, action__in=PUBLISHED)
        days = list(published.order_by("timestamp").values_list("timestamp", flat=True))
        return list(enumerate(days, start=1))[::-1][:VERSIONS]

    @cached_property
    def address(self):
        """Where the page stands, whole."""
        return f"{settings.BASE_URL}{self.entry.url or ''}"

    @cached_property
    def permanent(self):
        """The path that holds when the title changes."""
        if not self.entry.pk:
            return ""
        with translation.override(self.entry.locale.language_code):
            return reverse("entry", args=[self.entry.pk])

    @cached_property
    def licence_address(self):
        return LICENCE_ADDRESSES.get(self.entry.licence, "")

    # ------------------------------------------------------------ cited
    @cached_property
    def publishers(self):
        return house.names()

    @property
    def publisher(self):
        """The library, in the language of the entry."""
        return self.publishers.get(self.entry.locale.language_code, "")

    @cached_property
    def authors(self):
        return list(dict.fromkeys(maker.name for maker in self.makers)) or [self.publisher]

    @property
    def year(self):
        day = self.entry.last_published_at or self.entry.latest_revision_created_at or timezone.now()
        return timezone.localtime(day).year

    @cached_property
    def citations(self):
        """How to cite it, in both languages: a list of (language, text)."""
        return [(code, self._citation(code)) for code in ("en", "zh-hans")]

    def _citation(self, code):
        with translation.override(code):
            names = (", " if code == "en" else "，").join(self.authors)
            values = {
                "names": names,
                "title": self.entry.title,
                "library": self.publishers.get(code, ""),
                "year": self.year,
                "address": f"{settings.BASE_URL}{self.permanent}",
                "day": formats.date_format(timezone.localdate(), "DATE_FORMAT"),
            }
            return _("%(names)s: %(title)s. %(library)s, %(year)s. %(address)s (seen on %(day)s)") % values
