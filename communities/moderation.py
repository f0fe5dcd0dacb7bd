"""Stewards look after what is written: flags, what is hidden and shown again, first posts that wait. All of it is written down."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.evidence import settle_output
from communities.interaction.logbook import record
from communities.interaction.socialization.writing import appear, count, count_thread, tell_mentioned
from communities.models import Flag, Membership, Post, PracticeReport, Thread
from communities.policies import check_flag, check_moderate
from communities.rules import FlagOutcome, FlagReason, MemberRole, TalkState
from knowledge.audit import ACTIONS
from knowledge.outbox import key_of, tell
from knowledge.rules import is_curator

ACTIONS.update(
    {
        "talk-hidden": _("Hidden by a steward"),
        "talk-restored": _("Shown again by a steward"),
        "post-approved": _("First post let in"),
        "post-rejected": _("First post rejected"),
    }
)
LONGEST = 500
SHOWN = 100  # of a queue


# ---------------------------------------------------------------- flags
@transaction.atomic
def flag(thing, *, reason, by, note=""):
    """Tell those who look after it that something is wrong with a post or a practice report; return the flag.

    Whoever flags the same thing again changes what they said.
    """
    check_flag(by, thing)
    if reason not in FlagReason.values:
        raise ValidationError(_("Say what is wrong with it."))
    if not type(thing).objects.visible_to(by).filter(pk=thing.pk, state=TalkState.VISIBLE).exists():
        raise ValidationError(_("This was hidden or deleted meanwhile."))
    about = {"report": thing} if isinstance(thing, PracticeReport) else {"post": thing}
    community = None if "report" in about else thing.thread.community
    said = {"reason": reason, "note": note.strip()[:LONGEST], "community": community}
    made, _is_new = Flag.objects.update_or_create(by=by, outcome=FlagOutcome.OPEN, defaults=said, **about)
    tell("post_flagged", made, community=community.pk if community else None)
    return made


def _settle_flags(thing, outcome, by):
    if not isinstance(thing, Thread):
        thing.flags.filter(outcome=FlagOutcome.OPEN).update(outcome=outcome, settled_by=by, settled_at=timezone.now())


# ---------------------------------------------------------------- hiding and showing again
@transaction.atomic
def hide(thing, *, reason, by):
    """Take a post, thread or practice report away from readers; its author reads the reason."""
    thing, reason = _locked(thing, by), _checked(reason)
    if thing.state == TalkState.HELD:
        raise ValidationError(_("This waits to be let in. Let it in, or reject it."))
    if thing.state == TalkState.VISIBLE:
        _put_away(thing, reason)
        record("talk-hidden", thing, by=by, after={"reason": reason}, label=_label(thing))
        _tell_changed(thing)
    _settle_flags(thing, FlagOutcome.HIDDEN, by)
    return thing


@transaction.atomic
def restore(thing, *, reason, by):
    """Show again what was hidden, or leave as it is what was flagged."""
    thing, reason = _locked(thing, by), _checked(reason)
    if thing.state == TalkState.HELD:
        raise ValidationError(_("This waits to be let in. Let it in, or reject it."))
    if thing.state == TalkState.HIDDEN:
        _bring_back(thing)
        _tell_changed(thing)
    record("talk-restored", thing, by=by, after={"reason": reason}, label=_label(thing))
    _settle_flags(thing, FlagOutcome.KEPT, by)
    return thing


def _locked(thing, by):
    """The thing as it stands, for this transaction alone. Raises `PermissionDenied` for who does not look after it."""
    if isinstance(thing, Post):
        thread = Thread.objects.select_for_update(of=("self",)).select_related("community").get(pk=thing.thread_id)
        found = Post.objects.select_for_update(of=("self",)).select_related("author", "reply_to").get(pk=thing.pk)
        found.thread = thread
        check_moderate(by, thread.community)
    elif isinstance(thing, Thread):
        found = Thread.objects.select_for_update(of=("self",)).select_related("community").get(pk=thing.pk)
        check_moderate(by, found.community)
    else:
        found = PracticeReport.objects.select_for_update(of=("self",)).select_related("author").get(pk=thing.pk)
        check_moderate(by, None)
    if found.state == TalkState.DELETED:
        raise ValidationError(_("Its author deleted this meanwhile."))
    return found


def _checked(reason):
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise ValidationError(_("Say why: its author reads it, and it is kept in the log."))
    return reason


def _label(thing):
    """What the log calls it: never what somebody wrote."""
    return f"{thing._meta.verbose_name} {thing.pk}"


def _set(thing, state, reason=""):
    thing.state = state
    fields = ["state"]
    if not isinstance(thing, Thread):
        thing.state_reason = reason
        fields.append("state_reason")
    thing.save(update_fields=fields)


def _put_away(thing, reason):
    _set(thing, TalkState.HIDDEN, reason)
    if isinstance(thing, Post):
        count(thing, -1)
    elif isinstance(thing, Thread):
        count_thread(thing, -1)


def _bring_back(thing):
    _set(thing, TalkState.VISIBLE)
    if isinstance(thing, Post):
        count(thing, 1)
    elif isinstance(thing, Thread):
        count_thread(thing, 1)


def _tell_changed(thing):
    """Let search, maps and figures follow what is read now."""
    if isinstance(thing, Post):
        tell("post_hidden" if thing.state == TalkState.HIDDEN else "post_changed", thing, thread=thing.thread_id)
    elif isinstance(thing, Thread):
        tell("thread_changed", thing)
    else:
        settle_output(key_of(thing))
        tell("report_changed", thing, entry=thing.entry_id)


# ---------------------------------------------------------------- first posts that wait
@transaction.atomic
def approve_held(post, *, by):
    """Let a post in that waited; with a first post its thread begins."""
    post = _waiting(post, by)
    _set(post, TalkState.VISIBLE)
    thread = post.thread
    if post.number == 1 and thread.state == TalkState.HELD:
        _set(thread, TalkState.VISIBLE)
        count_thread(thread, 1)
    appear(post)
    tell_mentioned(post, post.mentions.values_list("person", flat=True))
    record("post-approved", post, by=by, label=_label(post))
    tell("held_settled", post, approved=True)
    return post


@transaction.atomic
def reject_held(post, *, reason, by):
    """Keep a post that waited away from readers; its author reads the reason."""
    post, reason = _waiting(post, by), _checked(reason)
    _set(post, TalkState.HIDDEN, reason)
    if post.number == 1 and post.thread.state == TalkState.HELD:
        _set(post.thread, TalkState.HIDDEN)
    record("post-rejected", post, by=by, after={"reason": reason}, label=_label(post))
    tell("held_settled", post, approved=False)
    return post


def _waiting(post, by):
    """The post that waits, also where a steward was shown its thread."""
    if isinstance(post, Thread):
        post = post.posts.get(number=1)
    found = _locked(post, by)
    if found.state != TalkState.HELD:
        raise ValidationError(_("Another steward has decided about this meanwhile."))
    return found


# ---------------------------------------------------------------- what waits
@dataclass
class Waiting:
    """A post or a practice report that a steward decides about: it is held, or `flags` were raised."""

    thing: object
    since: datetime
    flags: list = field(default_factory=list)

    @property
    def is_held(self):
        return self.thing.state == TalkState.HELD

    @property
    def is_report(self):
        return isinstance(self.thing, PracticeReport)


def queue_of(user, community=None):
    """What waits for `user` as a steward (and, of all communities, as a librarian): a list of `Waiting`, oldest first.

    A hundred at most of each kind; four queries.
    """
    if not user.is_authenticated:
        return []
    stewarded = Membership.objects.filter(person__user=user, role=MemberRole.STEWARD).values("community")
    found = _held(stewarded, community) + _flagged_posts(stewarded, community)
    if community is None and is_curator(user):
        found += _flagged_reports()
    return sorted(found, key=lambda one: one.since)


def _held(stewarded, community):
    held = Post.objects.filter(
        state=TalkState.HELD
    ).order_by()  # few, by an index; or all posts of the community are gone through
    posts = Post.objects.filter(pk__in=held.values("pk"), thread__community__in=stewarded)
    posts = posts.exclude(thread__state=TalkState.DELETED)
    if community is not None:
        posts = posts.filter(thread__community=community)
    posts = posts.select_related("thread__community", "author", "reply_to").order_by("created_at", "pk")
    return [Waiting(post, post.edited_at or post.created_at) for post in posts[:SHOWN]]


def _flagged_posts(stewarded, community):
    raised = Flag.objects.filter(outcome=FlagOutcome.OPEN, post__isnull=False).order_by()
    flags = Flag.objects.filter(pk__in=raised.values("pk"), post__thread__community__in=stewarded)
    flags = flags.exclude(post__state=TalkState.HELD)
    if community is not None:
        flags = flags.filter(post__thread__community=community)
    return _by_thing(flags.select_related("post__thread__community", "post__author", "post__reply_to"), "post")


def _flagged_reports():
    flags = Flag.objects.filter(outcome=FlagOutcome.OPEN, report__isnull=False)
    return _by_thing(flags.select_related("report__entry", "report__author"), "report")


def _by_thing(flags, name):
    raised = defaultdict(list)
    for one in flags.select_related("by__person").order_by("flagged_at", "pk")[:SHOWN]:
        raised[getattr(one, name)].append(one)
    return [Waiting(thing, ones[0].flagged_at, ones) for thing, ones in raised.items()]
