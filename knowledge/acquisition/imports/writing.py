"""Checked rows into entries, many at a time.

A page that Wagtail inserts and publishes one by one costs about 95 queries. A batch here costs some twenty: the tree paths are counted on
from the last child under the lock of the parent, then pages, entries, states, children, revisions and log lines go in together.
Reference index and search follow from the outbox (`following.py`).
"""

from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page, PageLogEntry, Revision

from knowledge.models import (
    Entry,
    EntryConcept,
    EntryContributor,
    EntryIndex,
    EntrySource,
    EntryState,
    ImportRow,
    Person,
)
from knowledge.outbox import key_of, tell
from knowledge.rules import Facet

CHILDREN = {"entry_concepts": EntryConcept, "sources": EntrySource, "contributors": EntryContributor}


@dataclass
class Prepared:
    """A row with everything that could be made of it before the transaction: the body is rendered already."""

    row: object
    body: object
    concepts: list


class Shelf:
    """The place of one language's entries: its index page, the next path and the slugs that are taken."""

    def __init__(self, language):
        self.locale = Locale.objects.get(language_code=language)
        self.pk = EntryIndex.objects.get(locale=self.locale).pk

    def lock(self, keys):
        """Lock the parent and read where its children end, and which of the translation `keys` are taken; in the transaction."""
        self.index = EntryIndex.objects.select_for_update().get(pk=self.pk)
        children = Page.objects.child_of(self.index)
        last = children.order_by("-path").values_list("path", flat=True).first()
        self.step = Page._str2int(last[-Page.steplen :]) if last else 0
        self.slugs = set(children.values_list("slug", flat=True))
        taken = Page.objects.filter(locale=self.locale, translation_key__in=keys)
        self.keys = set(taken.values_list("translation_key", flat=True))

    def place(self, entry):
        """Give `entry` its path, slug and address below the index."""
        self.step += 1
        entry.path = Page._get_path(self.index.path, self.index.depth + 1, self.step)
        entry.depth = self.index.depth + 1
        entry.slug = self._free_slug(entry.title)
        entry.url_path = f"{self.index.url_path}{entry.slug}/"
        entry.locale = self.locale

    def _free_slug(self, title):
        base = slugify(title, allow_unicode=True)[:200] or "entry"
        slug, number = base, 1
        while slug in self.slugs:
            number += 1
            slug = f"{base}-{number}"
        self.slugs.add(slug)
        return slug


@transaction.atomic
def write_batch(prepared, *, run, by, publish):
    """Write a batch; return the entries. Rows without a subject stay drafts even when `publish` is on."""
    languages = sorted({one.row.language for one in prepared})  # locked in the order of `lock_tree`
    shelves = {language: Shelf(language) for language in languages}
    keys = {one.row.translation_key for one in prepared} - {None}
    for shelf in shelves.values():
        shelf.lock(keys)
    persons = _persons(prepared)
    entries = [_entry(one, shelves[one.row.language], persons, publish, by) for one in prepared]
    _insert_pages(entries)
    EntryState.objects.bulk_create(
        EntryState(entry=entry, visibility=one.row.visibility, origin=one.row.origin, version=1)
        for entry, one in zip(entries, prepared, strict=True)
    )
    _insert_children(entries)
    _insert_revisions(entries, by)
    for shelf in shelves.values():
        added = sum(entry.locale_id == shelf.locale.pk for entry in entries)
        Page.objects.filter(pk=shelf.pk).update(numchild=F("numchild") + added)
    ImportRow.objects.bulk_create(
        ImportRow(run=run, entry=entry, revision_id=entry.latest_revision_id) for entry in entries
    )
    tell("entries_imported", run, keys=[key_of(entry) for entry in entries])
    return entries


def _entry(one, shelf, persons, publish, by):
    """The page of one row with its children, in memory."""
    row, now = one.row, timezone.now()
    created = row.created or row.updated or now
    entry = Entry(
        title=row.title,
        draft_title=row.title,
        owner=by,
        kind=row.kind,
        form=row.form,
        summary=row.summary,
        body=one.body,
        licence=row.licence,
        rights=row.rights,
        content_type=ContentType.objects.get_for_model(Entry),
        live=publish and has_subject(one.concepts),
        latest_revision_created_at=now,
    )
    entry.has_unpublished_changes = not entry.live
    if entry.live:
        entry.first_published_at, entry.last_published_at = created, row.updated or created
    if row.translation_key and row.translation_key not in shelf.keys:
        shelf.keys.add(row.translation_key)
        entry.translation_key = row.translation_key
    shelf.place(entry)
    entry.entry_concepts = [EntryConcept(concept=concept, sort_order=i) for i, concept in enumerate(one.concepts)]
    entry.sources = (
        [EntrySource(title=row.source_title[:400], url=row.source_url, sort_order=0)] if row.source_title else []
    )
    entry.contributors = [
        EntryContributor(person=persons[(row.source_title, name)], sort_order=i) for i, name in enumerate(row.authors)
    ]
    return entry


def has_subject(concepts):
    """Whether one of `concepts` (with their schemes at hand) belongs to the facet that every published entry needs."""
    return any(scheme.facet == Facet.SUBJECT for concept in concepts for scheme in concept.schemes.all())


def _insert_pages(entries):
    """Insert both halves of each page: Django cannot do that in bulk for a child model, but each table alone."""
    pages = Page.objects.bulk_create(
        Page(
            **{
                field.attname: getattr(entry, field.attname)
                for field in Page._meta.concrete_fields
                if not field.primary_key
            }
        )
        for entry in entries
    )
    for entry, page in zip(entries, pages, strict=True):
        entry.pk = entry.id = entry.page_ptr_id = page.pk
        entry.save_base(raw=True)  # its own table only; the page is there


def _insert_children(entries):
    for name, model in CHILDREN.items():
        children = [child for entry in entries for child in getattr(entry, name).all()]
        for entry in entries:
            for child in getattr(entry, name).all():
                child.entry_id = entry.pk
        model.objects.bulk_create(children)


def _insert_revisions(entries, by):
    entry_type = ContentType.objects.get_for_model(Entry)
    page_type = ContentType.objects.get_for_model(Page)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=entry_type,
            base_content_type=page_type,
            object_id=str(entry.pk),
            object_str=entry.title[:255],
            user=by,
            created_at=entry.latest_revision_created_at,
            content=entry.serializable_data(),
        )
        for entry in entries
    )
    pages = []
    for entry, revision in zip(entries, revisions, strict=True):
        entry.latest_revision_id = revision.pk
        entry.live_revision_id = revision.pk if entry.live else None
        pages.append(Page(pk=entry.pk, latest_revision_id=revision.pk, live_revision_id=entry.live_revision_id))
    Page.objects.bulk_update(pages, ["latest_revision", "live_revision"])
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page=entry,
            content_type=entry_type,
            label=entry.title[:200],
            action=action,
            timestamp=entry.latest_revision_created_at,
            user=by,
            revision_id=entry.latest_revision_id,
            content_changed=True,
            data={},
        )
        for entry in entries
        for action in (["wagtail.create", "wagtail.publish"] if entry.live else ["wagtail.create"])
    )


def _persons(prepared):
    """The authors as people without an account, made where they are new: (source, name) -> person."""
    wanted = {(one.row.source_title, name) for one in prepared for name in one.row.authors}
    origins = {f"{source}:{name}"[:160]: (source, name) for source, name in wanted}
    known = {person.origin: person for person in Person.objects.filter(origin__in=origins)}
    fresh = [Person(name=name[:120], origin=origin) for origin, (_s, name) in origins.items() if origin not in known]
    known |= {person.origin: person for person in Person.objects.bulk_create(fresh)}
    return {origins[origin]: person for origin, person in known.items()}
