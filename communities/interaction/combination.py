"""Combination: librarians bring distillations together in an entry. It has happened once the entry is published with them."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.interaction.crediting import credits_on, named_and_unnamed
from communities.interaction.events import record_conversion
from communities.interaction.evidence import acts_on, remaining, settle
from communities.models import Combination, Distillation, Thread
from communities.policies import check_combine
from communities.rules import Access
from communities.seci import Mode
from knowledge.blocks import address_headings, written_body
from knowledge.models import Concept, Entry, EntryContributor, EntrySource
from knowledge.models.entry import ContributorRole
from knowledge.organization.editing import create_entry, locked, save_draft
from knowledge.outbox import hears, key_of, tell
from knowledge.rules import EntryForm, Kind, Visibility

_MARKUP = re.compile(r"([\\`*_\[\]<>#$~])")


# ---------------------------------------------------------------- bringing together
@transaction.atomic
def combine(distillations, *, by, entry=None, builds_on=(), says_it_already=False, at=None, **fields):
    """Bring `distillations` together in a draft: of `entry`, or of a new one with `fields` of `create_entry`.

    Their text is put behind that of `entry`, unless it `says_it_already`; sources and people are named in any case.

    Returns the `Combination`. The draft goes through review like every other; publishing it records the conversion.
    Raises `PermissionDenied` for who may not, `ValidationError` when there is nothing to bring together.
    """
    check_combine(by)
    moment = at or timezone.now()  # before the draft: only what is published from now on carries it
    chosen = _released(distillations, by)
    _check_not_there(chosen, entry)
    page = _new_entry(chosen, by, fields) if entry is None else _into(entry, chosen, by, says_it_already)
    combination = Combination.objects.create(entry=page, made_by=by.person, made_at=moment)
    combination.distillations.set(chosen)
    combination.builds_on.set(Entry.objects.visible_to(by).filter(pk__in=[one.pk for one in builds_on]))
    tell("combined", combination, entry=page.pk)
    return combination


def _released(distillations, by):
    """The distillations, locked, that `by` reads and that were let out of where they were written."""
    keys = [one.pk for one in distillations]
    list(Distillation.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    found = Distillation.objects.visible_to(by).filter(pk__in=keys, released_at__isnull=False)
    found = list(found.select_related("thread__community", "made_by").order_by("made_at", "pk"))
    if not found:
        raise ValidationError(_("Choose at least one distillation that a steward let out of its community."))
    return found


def _check_not_there(chosen, entry):
    """One button pressed twice, or two librarians at one desk: what stands in a draft is not put into another one."""
    known = Combination.objects.filter(distillations__in=chosen)
    known = (
        known.filter(published_at=None, entry__first_published_at=None) if entry is None else known.filter(entry=entry)
    )
    known = known.select_related("entry").first()
    if known:
        message = _("“%(title)s” carries this already. Go on there, or delete that draft first.")
        raise ValidationError(message % {"title": known.entry.title})


def _new_entry(chosen, by, fields):
    first = chosen[0]
    given = {name: value for name, value in fields.items() if value}
    carried = {
        "title": first.title,
        "language": first.language,
        "kind": Kind.COCREATED,
        "form": EntryForm.BEST_PRACTICE,
        "visibility": _visibility(chosen),  # once approved; who approves sees it
        "concepts": list(Concept.objects.filter(threads__in=[one.thread_id for one in chosen]).distinct()),
    }
    carried |= given
    if "body" not in carried and "markdown" not in carried:
        carried["markdown"] = joined(chosen)
    carried["sources"] = [*given.get("sources", ()), *sources_of(chosen, carried["language"])]
    carried["contributors"] = [*given.get("contributors", ()), *contributors_of(chosen)]
    return create_entry(by=by, **carried)


def _into(entry, chosen, by, says_it_already):
    """Put them behind the newest version of an entry that is there; its readers see it once it is approved."""
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise ValidationError(_("This entry was taken away meanwhile. Choose another one, or make a new one."))
    page = locked(entry)
    draft = page.get_latest_revision_as_object()
    if not says_it_already:
        for child in written_body(joined(chosen, always_titled=True)):
            draft.body.append((child.block_type, child.value))
        address_headings(draft.body)
    for source in sources_of(chosen, page.locale.language_code):
        draft.sources.add(source)
    known = {one.person_id for one in draft.contributors.all()}
    for contributor in contributors_of(chosen):
        if contributor.person_id not in known:
            draft.contributors.add(contributor)
    save_draft(draft, by=by)
    return page


# ---------------------------------------------------------------- what is carried over
def joined(chosen, *, always_titled=False):
    """The Markdown of several distillations, each under its title; one alone needs none."""
    if len(chosen) == 1 and not always_titled:
        return chosen[0].source
    return "\n\n".join(f"## {_as_words(one.title)}\n\n{one.source.strip()}" for one in chosen)


def _as_words(title):
    """A title as Markdown that says just that."""
    return _MARKUP.sub(r"\\\1", " ".join(title.split()))


def _visibility(chosen):
    """As wide as what it is made of: a closed community's was let out by a steward."""
    accesses = {one.thread.community.access for one in chosen}
    return Visibility.SIGNED_IN if Access.SIGNED_IN in accesses else Visibility.PUBLIC


def sources_of(chosen, language):
    """Where the entry has it from, in its language; of a closed community nothing is told but that it was one."""
    with translation.override(language):
        return [_source(one) for one in chosen]


def _source(distillation):
    community = distillation.thread.community
    if community.is_closed:
        return EntrySource(title=_("Written up in a closed community"))
    title = _("%(title)s (written up in the community “%(community)s”)")
    title = title % {"title": distillation.title, "community": community.name}
    return EntrySource(title=title, url=f"{settings.BASE_URL}{distillation.get_absolute_url()}")


def contributors_of(chosen):
    """Whose posts went in, and who wrote them up: those who may be named to every reader, once each."""
    people = [
        credit.person for credit in credits_on([key_of(one) for one in chosen], Mode.EXTERNALIZATION) if credit.named
    ]
    for one in chosen:
        writers, _unnamed = named_and_unnamed([one.made_by], one.thread.community)
        people += writers
    people = dict.fromkeys(person for person in people if person.erased_at is None)
    return [EntryContributor(person=person, role=ContributorRole.CONTRIBUTOR) for person in people]


# ---------------------------------------------------------------- it has happened, or is taken back
@hears("published", "unpublished")
def follow(row):
    """Record what an entry that was published was made from; withdraw it when the entry is off the site.

    It looks at what is so now, whatever the row says: told twice or in another order, it changes nothing more.
    """
    entry = Entry.objects.filter(pk=row.key.rpartition(":")[2]).select_related("live_revision").first()
    if entry is not None:
        _follow(entry)


def follow_now(entry):
    """The same for `entry` in every language, before the worker comes to it: who tries it out may be faster."""
    for one in Entry.objects.filter(translation_key=entry.translation_key).select_related("live_revision"):
        _follow(one)


def _follow(entry):
    combinations = Combination.objects.select_for_update().filter(entry=entry).order_by("pk")
    for combination in combinations.filter(published_at__isnull=entry.live):
        if entry.live:
            _record(combination, entry)
        else:
            _take_back(combination)


def _record(combination, entry):
    """The published version counts when it was saved after they were brought together, and one of them is still there."""
    version = entry.live_revision
    distillations = list(combination.distillations.select_related("thread"))
    if version is None or version.created_at < combination.made_at or not remaining(map(key_of, distillations)):
        return
    credits = list(credits_on([key_of(one) for one in distillations], Mode.EXTERNALIZATION))
    named = {credit.person for credit in credits if credit.named}
    record_conversion(
        Mode.COMBINATION,
        threads=list({one.thread_id: one.thread for one in distillations}.values()),
        by=combination.made_by,
        inputs=[*distillations, *combination.builds_on.all()],
        output=entry,
        credited=named,
        unnamed={credit.person for credit in credits} - named,
        at=entry.last_published_at,
    )
    combination.published_at = entry.last_published_at
    combination.save(update_fields=["published_at"])


def _take_back(combination):
    combination.published_at = None
    combination.save(update_fields=["published_at"])
    threads = set(combination.distillations.values_list("thread", flat=True))
    for act in acts_on([f"knowledge.entry:{combination.entry_id}"]):
        if {thread.pk for thread in act.threads} == threads:
            settle(act)


def threads_behind(entry):
    """The threads that were brought together in `entry`, in whatever language, as it is published: what is tried with it
    moves them all."""
    published = Combination.objects.filter(entry__translation_key=entry.translation_key, published_at__isnull=False)
    chosen = Distillation.objects.filter(combinations__in=published.values("pk"))
    return Thread.objects.filter(pk__in=chosen.values("thread"))
