"""What readers do with posts and threads: accept, say that it helped, watch, read on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.socialization.writing import answer_again, locked
from communities.models import Helpful, Post, ReadMark, Thread, Watch
from communities.policies import check_accept, check_mark_helpful
from communities.rules import TalkState
from knowledge.outbox import tell


# ---------------------------------------------------------------- answers
@transaction.atomic
def accept(post, *, by, at=None):
    """Say that a post answers the question; there can be several."""
    return _mark_accepted(post, at or timezone.now(), by)


@transaction.atomic
def unaccept(post, *, by):
    """Say that it does not, after all."""
    return _mark_accepted(post, None, by)


def _mark_accepted(post, moment, by):
    thread = locked(post.thread, by)
    check_accept(by, thread)
    post = _read(post, by)
    if not post.number or post.number == 1:
        raise ValidationError(_("Only a reply can be the answer."))
    if bool(moment) != post.is_accepted:
        post.accepted_at, post.thread = moment, thread
        post.save(update_fields=["accepted_at"])
        answer_again(thread)
        tell("post_changed", post, thread=thread.pk)
        tell("thread_changed", thread)
    return post


def _read(post, by):
    """The post as `by` reads it. Raises `ValidationError` when it is gone."""
    found = Post.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=post.pk, state=TalkState.VISIBLE)
    found = found.first()
    if found is None:
        raise ValidationError(_("This post was hidden or deleted meanwhile."))
    return found


# ---------------------------------------------------------------- what helped
@transaction.atomic
def mark_helpful(post, *, by):
    """Say that a post helped; once a person."""
    post = _read(post, by)
    check_mark_helpful(by, post)
    _mark, is_new = Helpful.objects.get_or_create(post=post, person=by.person)
    if is_new:
        _count_helpful(post, 1)
    return post


@transaction.atomic
def unmark_helpful(post, *, by):
    """Take that back."""
    post = _read(post, by)
    if Helpful.objects.filter(post=post, person=by.person).delete()[0]:
        _count_helpful(post, -1)
    return post


def _count_helpful(post, change):
    Post.objects.filter(pk=post.pk).update(helpful_count=F("helpful_count") + change)
    post.refresh_from_db(fields=["helpful_count"])
    tell("post_changed", post, thread=post.thread_id)


# ---------------------------------------------------------------- watching and reading
@transaction.atomic
def watch(thread, *, by, by_mail=True):
    """Be told when a thread goes on; return the watch."""
    if not Thread.objects.visible_to(by).filter(pk=thread.pk).exists():
        raise ValidationError(_("This thread is not to be read any more."))
    return Watch.objects.update_or_create(thread=thread, user=by, defaults={"by_mail": by_mail})[0]


@transaction.atomic
def unwatch(watch):
    """Be told no more."""
    watch.delete()


def stop_letters(token):
    """End the letters about one thread to one person: who has the token of a letter may. Whoever speaks to them starts none anew."""
    Watch.objects.filter(token=token).update(by_mail=False)


@transaction.atomic
def read_up_to(thread, number, *, by):
    """Keep how far `by` has read a thread that they write in or watch; of others nothing is kept."""
    number = min(number, thread.last_number)
    marks = ReadMark.objects.filter(thread=thread, user=by)
    if marks.exists():
        marks.filter(number__lt=number).update(number=number)
    elif Watch.objects.filter(thread=thread, user=by, by_mail=True).exists():
        ReadMark.objects.get_or_create(thread=thread, user=by, defaults={"number": number})
