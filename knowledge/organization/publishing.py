"""Publishing and withdrawing, at once or when the day has come; one transaction a page."""

import logging

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished

from knowledge.models import Entry
from knowledge.organization.classify import check_classified
from knowledge.organization.editing import locked, move_on
from knowledge.outbox import tell
from knowledge.policies import check_curate

log = logging.getLogger(__name__)


@transaction.atomic
def publish_entry(entry, *, by):
    """Publish the newest version of `entry` without anybody's approval: for imports and the example library.

    Raises `ValidationError` when it is not classified. In daily work `review.approve` publishes.
    """
    check_curate(by)
    entry = locked(entry)
    check_classified(entry.get_latest_revision_as_object())
    entry.get_latest_revision().publish(user=by, skip_permission_checks=True)
    move_on(entry)
    return Entry.objects.get(pk=entry.pk)


@transaction.atomic
def withdraw(entry, *, by):
    """Take `entry` off the site; its text and history stay for librarians."""
    check_curate(by)
    entry = locked(entry)
    if entry.live:
        entry.unpublish(user=by)
        move_on(entry)
    return Entry.objects.get(pk=entry.pk)


# ---------------------------------------------------------------- when the day has come
def publish_due():
    """Publish and withdraw what is due now; return how many pages changed. A page that fails is logged and left for later."""
    now = timezone.now()
    due = Revision.objects.page_revisions().filter(approved_go_live_at__lte=now)
    changed = sum(
        _in_turn(_publish, revision_id)
        for revision_id in due.order_by("approved_go_live_at").values_list("pk", flat=True)
    )
    over = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at").values_list("pk", flat=True)
    return changed + sum(_in_turn(_expire, page_id) for page_id in over)


def _in_turn(change, key):
    try:
        return change(key)
    except Exception:
        log.exception("scheduled %s of %s failed", change.__name__.strip("_"), key)
        return 0


@transaction.atomic
def _publish(revision_id):
    """Look again under the lock: two workers, one page."""
    revision = Revision.objects.filter(pk=revision_id).first()
    page = revision and Page.objects.select_for_update().filter(pk=revision.object_id).first()
    due = Revision.objects.filter(pk=revision_id, approved_go_live_at__lte=timezone.now()).first() if page else None
    if due is None:
        return 0
    due.publish(log_action="wagtail.publish.scheduled")
    _count(page)
    return 1


@transaction.atomic
def _expire(page_id):
    Page.objects.select_for_update().filter(pk=page_id).first()
    page = Page.objects.filter(pk=page_id, live=True, expire_at__lte=timezone.now()).first()
    if page is None:
        return 0
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    _count(page)
    return 1


def _count(page):
    entry = Entry.objects.filter(pk=page.pk).first()
    if entry is not None:
        move_on(entry)


# ---------------------------------------------------------------- what Wagtail does
def tell_published(instance, **_signal):
    if isinstance(instance, Entry):
        tell("published", instance)


def tell_unpublished(instance, **_signal):
    if isinstance(instance, Entry):
        tell("unpublished", instance)


page_published.connect(tell_published, dispatch_uid="entry published")
page_unpublished.connect(tell_unpublished, dispatch_uid="entry unpublished")
