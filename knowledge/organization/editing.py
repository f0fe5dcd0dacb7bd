"""Writing entries: made, changed, opened and closed. Every write holds the page's row and moves its version on."""

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from knowledge.audit import ACTIONS, record
from knowledge.blocks import written_body
from knowledge.form_keys import own_key
from knowledge.models import Entry, EntryConcept, EntryContributor, EntryIndex, EntryState
from knowledge.models.entry import ContributorRole
from knowledge.outbox import tell
from knowledge.policies import check_curate
from knowledge.rules import EntryForm, Kind, Visibility, check_kind

ACTIONS.update(
    {
        "visibility-change": _("Readers of an entry changed"),
        "entry-moved": _("Entry moved"),
        "entry-deleted": _("Entry deleted"),
    }
)


# ---------------------------------------------------------------- locks
def lock_tree():
    """Hold the trees of entries until the transaction ends: who adds, moves or deletes comes one after another.

    The root comes first and the parents by key, so that two of them never wait for each other.
    """
    Page.objects.select_for_update().filter(depth=1).order_by("pk").first()
    list(Page.objects.select_for_update().filter(pk__in=EntryIndex.objects.values("pk")).order_by("pk"))


def locked(entry):
    """`entry` as it is now, its row held until the transaction ends."""
    Page.objects.select_for_update().get(pk=entry.pk)
    return Entry.objects.get(pk=entry.pk)


# ---------------------------------------------------------------- making and changing
@transaction.atomic
def create_entry(
    *,
    title,
    language,
    by,
    kind=Kind.FOR,
    form=EntryForm.ANSWER,
    summary="",
    markdown="",
    body=None,
    concepts=(),
    sources=(),
    contributors=(),
    visibility=Visibility.STAFF,
    group=None,
    translation_of=None,
    **fields,
):
    """Make an entry draft and return it.

    `markdown` is the text, divided at its headings where it is long; `body` is what a StreamField takes, instead of it.
    `sources` and `contributors` are unsaved EntrySource and EntryContributor; `by` is added as author where none is named.
    `fields` are further fields of Entry.
    Raises `PermissionDenied` for who may not write, `ValidationError` for fields that do not hold together.
    """
    check_curate(by)
    check_kind(kind, visibility)
    lock_tree()
    index = EntryIndex.objects.select_related("locale").get(locale__language_code=language)
    if body is None:
        body = written_body(markdown)
    entry = Entry(
        title=title,
        locale=index.locale,
        owner=by,
        kind=kind,
        form=form,
        summary=summary,
        body=body,
        live=False,
        **fields,
    )
    entry.has_unpublished_changes = True
    entry.slug = fields.get("slug") or free_slug(index, title)
    if translation_of is not None:
        entry.translation_key = translation_of.translation_key
    entry.entry_concepts = [EntryConcept(concept=concept, sort_order=i) for i, concept in enumerate(concepts)]
    entry.sources = list(sources)
    entry.contributors = list(contributors)
    credit_author(entry, by)
    entry.full_clean(exclude=["path", "depth", "url_path"])
    index.add_child(instance=entry)
    EntryState.objects.filter(entry=entry).update(visibility=visibility, group=group)
    entry.save_revision(user=by, log_action="wagtail.create", clean=False)
    move_on(entry)
    return Entry.objects.get(pk=entry.pk)


def free_slug(index, title):
    """The slug of `title` below `index`, with a number behind it where it is taken."""
    base = slugify(title, allow_unicode=True)[:200].strip("-") or "entry"
    taken = set(Page.objects.child_of(index).filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def credit_author(entry, user):
    """Name the person of `user` as author of an entry that names none. `entry` may be a version in memory."""
    person = getattr(user, "person", None)
    if person and not any(one.role == ContributorRole.AUTHOR for one in entry.contributors.all()):
        entry.contributors.add(EntryContributor(person=person, role=ContributorRole.AUTHOR))


@transaction.atomic
def save_draft(draft, *, by):
    """Keep `draft` (a version in memory, of `get_latest_revision_as_object`) as the newest version; return the revision."""
    check_curate(by)
    page = locked(draft)
    check_kind(draft.kind, page.state.visibility)
    revision = draft.save_revision(user=by, log_action=True)
    move_on(page)
    return revision


def move_on(entry):
    """Count a version of `entry` and tell that it changed; to be called in the transaction that changed it."""
    EntryState.objects.filter(entry_id=entry.pk).update(version=F("version") + 1)
    tell("entry_changed", entry)


# ---------------------------------------------------------------- who may read
@transaction.atomic
def set_visibility(entry, visibility, *, by, group=None):
    """Let those of `visibility` read `entry` from now on, its published version too; return whether that changed anything."""
    check_curate(by)
    entry = locked(entry)
    state, _created = EntryState.objects.select_for_update().get_or_create(entry=entry)
    before = _said(state)
    state.open_to(visibility, group)
    if _said(state) == before:
        return False
    record("visibility-change", entry, by=by, before=before, after=_said(state))
    tell("visibility_changed", entry)
    return True


def _said(state):
    return {"visibility": str(state.visibility), "group": state.group.name if state.group else ""}


# ---------------------------------------------------------------- what Wagtail does
@receiver(post_save, sender=Entry, dispatch_uid="entry state")
def give_state(instance, created, raw, **_signal):
    """Every entry has a state from its first moment. A translation takes over who may read; all else begins with staff."""
    if not created or raw:
        return
    siblings = EntryState.objects.filter(entry__translation_key=instance.translation_key).exclude(entry=instance)
    original = siblings.first()
    taken_over = {"visibility": original.visibility, "group": original.group} if original else {}
    EntryState.objects.get_or_create(entry=instance, defaults=taken_over)


@receiver(post_delete, sender=Entry, dispatch_uid="entry deleted")
def tell_deleted(instance, **_signal):
    tell("entry_deleted", instance)


@transaction.atomic
def finish_creation(entry, *, by, form_key=None):
    """What follows when somebody made an entry in the admin: its author is named, its form will not make another."""
    entry = locked(entry)
    if form_key:
        EntryState.objects.filter(entry=entry).update(form_key=own_key(form_key, by.pk))
    draft = entry.get_latest_revision_as_object()
    known = draft.contributors.count()
    credit_author(draft, by)
    if draft.contributors.count() != known:
        latest = entry.get_latest_revision()
        draft.save_revision(user=by, clean=False, overwrite_revision=latest)
    return entry
