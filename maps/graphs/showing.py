"""Which things a reader may see now, whatever the tables still say: one query a sort, labels with it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse

from communities.models import Thread
from communities.rules import TalkState
from knowledge.models import ConceptLabel, Entry, Person
from knowledge.models.concept import LabelKind, best_label
from maps.consent import people_on_maps
from maps.rules import Sort


@dataclass(frozen=True)
class Shown:
    """What a reader is told of a thing: its name, in which language, where it is, from when."""

    label: str
    lang: str
    url: str | None
    date: datetime | None


def shown(user, pks):
    """Return {"sort:pk": Shown} of those things that `user` may see on a map.

    `pks` is sort -> set of pks; at most one query for each of its sorts.
    """
    found = {}
    for sort, wanted in pks.items():
        if wanted:
            found |= {f"{sort}:{pk}": one for pk, one in _READERS[sort](user, wanted)}
    return found


def _people(user, pks):
    """Those who agreed to be on maps, by name; linked where their page may be opened."""
    agreed = people_on_maps().filter(pk__in=pks)
    openable = Person.objects.visible_to(user).filter(pk=OuterRef("pk"))
    for pk, name, opens in agreed.annotate(opens=Exists(openable)).values_list("pk", "name", "opens"):
        yield pk, Shown(name, "", reverse("person", args=[pk]) if opens else None, None)


def _entries(user, pks):
    entries = Entry.objects.live().visible_to(user).filter(pk__in=pks).select_related("locale")
    for entry in entries.only("title", "url_path", "locale__language_code", "first_published_at"):
        yield entry.pk, Shown(entry.title, entry.locale.language_code, entry.get_url(), entry.first_published_at)


def _threads(user, pks):
    threads = Thread.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE)
    for pk, title, language, date, slug in threads.values_list(
        "pk", "title", "language", "created_at", "community__slug"
    ):
        yield pk, Shown(title, language, reverse("thread", args=[slug, pk]), date)


def _concepts(user, pks):
    labels = {}
    for label in ConceptLabel.objects.filter(concept__in=pks, kind=LabelKind.PREFERRED).order_by("pk"):
        labels.setdefault(label.concept_id, []).append(label)
    for pk, known in labels.items():
        label = best_label(known)
        yield pk, Shown(label.text, label.language, reverse("topic", args=[pk]), None)


_READERS = {
    Sort.PERSON: _people,
    Sort.ENTRY: _entries,
    Sort.THREAD: _threads,
    Sort.CONCEPT: _concepts,
}
