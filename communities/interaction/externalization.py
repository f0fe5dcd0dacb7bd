"""Externalization: chosen posts of a thread are put into words, and each of their authors is credited."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.crediting import named_and_unnamed
from communities.interaction.events import record_conversion
from communities.interaction.evidence import settle_output
from communities.interaction.logbook import record
from communities.interaction.once import once
from communities.interaction.versions import check_version
from communities.models import (
    Conversion,
    ConversionPart,
    Distillation,
    DistillationPost,
    DistillationVersion,
    PartRole,
    Post,
    Thread,
)
from communities.policies import check_distil, check_edit_distillation, check_release, check_withdraw
from communities.rules import TalkState
from communities.seci import Mode
from knowledge.audit import ACTIONS
from knowledge.outbox import key_of, tell
from knowledge.text import render_markdown

ACTIONS.update(
    {
        "distillation-released": _("Distillation let out of a closed community"),
        "distillation-withdrawn": _("Distillation withdrawn"),
    }
)
LONGEST_NOTE = 500
ALONE = _("Only one person has spoken here so far. Wait for a second voice, or ask a steward to skip this step.")


# ---------------------------------------------------------------- putting it into words
@once(Distillation, author="made_by")
@transaction.atomic
def distil(thread, *, posts, title, text, by, notes=None, language=None, form_key=None, at=None):
    """Put what `posts` of `thread` know into words (Markdown); return the distillation.

    `notes`: post pk -> what is taken from it. The same `form_key` again returns what it made. `at` is for imports.
    Raises `PermissionDenied` with the reason for who may not, `ValidationError` for what is missing.
    """
    thread = Thread.objects.select_for_update().select_related("community").get(pk=thread.pk)  # two people, one button
    check_distil(by, thread)
    _check_there(thread)
    _check_talked_about(thread)
    posts = _readable(thread, posts, by)
    _check_said(title, text)
    moment = at or timezone.now()
    rendered = render_markdown(text)
    distillation = thread.distillations.create(
        title=title.strip(),
        source=text,
        html=rendered.html,
        renderer_version=rendered.version,
        language=language or thread.language,
        made_by=by.person,
        made_at=moment,
        released_at=None if thread.community.is_closed else moment,
        form_key=form_key,
    )
    _choose(distillation, posts, notes or {})
    _credit(distillation, thread, posts, by=by, at=at)
    tell("distilled", distillation, thread=thread.pk)
    return distillation


def _check_there(thing):
    """Raise `ValidationError` when somebody took the thread or the distillation away meanwhile."""
    if thing.state != TalkState.VISIBLE:
        raise ValidationError(_("This was taken away meanwhile. Copy your text if you want to keep it."))


def _check_talked_about(thread):
    """No step is passed over silently: one person alone has not talked with anybody yet."""
    if not thread.was_talked_about:
        raise ValidationError(ALONE)


def _readable(thread, posts, by):
    """The chosen posts that stand in `thread` and that `by` reads. Raises `ValidationError` when none is left."""
    chosen = Post.objects.visible_to(by).filter(thread=thread, state=TalkState.VISIBLE)
    chosen = list(chosen.filter(pk__in=[post.pk for post in posts]).select_related("author").order_by("number", "pk"))
    if not chosen:
        raise ValidationError(_("Choose at least one post that what you write is drawn from."))
    return chosen


def _check_said(title, text):
    if not title.strip():
        raise ValidationError(_("Give it a title: what would one look for?"))
    if not text.strip():
        raise ValidationError(_("Write down what the chosen posts know."))


def _choose(distillation, posts, notes):
    """Keep which posts were chosen, with the notes beside them."""
    distillation.chosen.exclude(post__in=posts).delete()
    known = {one.post_id: one for one in distillation.chosen.all()}
    for post in posts:
        note = str(notes.get(post.pk, known[post.pk].note if post.pk in known else "")).strip()
        if len(note) > LONGEST_NOTE:
            message = _(
                "What you take from post %(number)s has at most %(limit)d characters. Put the rest into the text."
            )
            raise ValidationError(message, params={"number": post.number, "limit": LONGEST_NOTE})
        DistillationPost.objects.update_or_create(distillation=distillation, post=post, defaults={"note": note})


def _credit(distillation, thread, posts, *, by, at=None):
    credited, unnamed = named_and_unnamed([post.author for post in posts], thread.community)
    record_conversion(
        Mode.EXTERNALIZATION,
        threads=[thread],
        by=by.person,
        inputs=posts,
        output=distillation,
        credited=credited,
        unnamed=unnamed,
        at=at,
    )


# ---------------------------------------------------------------- writing on
@transaction.atomic
def rewrite(distillation, *, title, text, version, by, posts=None, notes=None):
    """Write on at a distillation; the text before is kept. New posts are credited by a further event.

    Raises `StaleVersion` with both texts when somebody saved another version than `version` meanwhile.
    """
    distillation = Distillation.objects.select_for_update().select_related("thread__community").get(pk=distillation.pk)
    check_edit_distillation(by, distillation)
    _check_there(distillation)
    check_version(distillation, version, title=title, text=text)
    _check_said(title, text)
    _write(distillation, title.strip(), text, by.person)
    if posts is not None:
        thread = distillation.thread
        posts = _still_chosen(distillation, _readable(thread, posts, by))
        _choose(distillation, posts, notes or {})
        if new := _not_credited(distillation, posts):
            _credit(distillation, thread, new, by=by)
    tell("distillation_changed", distillation, thread=distillation.thread_id)
    return distillation


def _write(distillation, title, text, person):
    """Take the new text; nothing is kept of a version that says the same."""
    if (title, text) == (distillation.title, distillation.source):
        return
    rendered = render_markdown(text)
    DistillationVersion.objects.create(
        distillation=distillation,
        version=distillation.version,
        title=distillation.title,
        source=distillation.source,
        html=distillation.html,
        written_by_id=distillation.edited_by_id if distillation.edited_at else distillation.made_by_id,
    )
    distillation.title, distillation.source = title, text
    distillation.html, distillation.renderer_version = rendered
    distillation.version += 1
    distillation.edited_by, distillation.edited_at = person, timezone.now()
    distillation.save()


def _still_chosen(distillation, posts):
    """`posts` and those chosen before that were removed meanwhile: nobody can choose them again, and they stay beside the text."""
    gone = [one.post for one in distillation.chosen.select_related("post") if one.post.state != TalkState.VISIBLE]
    return posts + [post for post in gone if post not in posts]


def _not_credited(distillation, posts):
    """Those of `posts` that no event of this distillation names yet."""
    events = Conversion.objects.filter(parts__role=PartRole.OUTPUT, parts__key=key_of(distillation))
    known = ConversionPart.objects.filter(conversion__in=events.values("pk"), role=PartRole.INPUT)
    known = set(known.values_list("key", flat=True))
    return [post for post in posts if key_of(post) not in known]


# ---------------------------------------------------------------- letting it out, taking it back
@transaction.atomic
def release(distillation, *, by, at=None):
    """Let it leave its closed community: librarians read it from now on, and may bring it into an entry."""
    distillation = Distillation.objects.select_for_update().select_related("thread__community").get(pk=distillation.pk)
    check_release(by, distillation)
    _check_there(distillation)
    if distillation.released_at is None:
        distillation.released_at, distillation.released_by = at or timezone.now(), by.person
        distillation.save(update_fields=["released_at", "released_by"])
        record("distillation-released", distillation, by=by)
        tell("distillation_changed", distillation, thread=distillation.thread_id)
    return distillation


def keep_in(threads):
    """What was written up of `threads`, a queryset, stays in their closed community until a steward lets it out.

    What a steward let out before, or an entry carries by now, is out.
    """
    open_ones = Distillation.objects.filter(thread__in=threads.values("pk"), released_by=None, combinations=None)
    open_ones.update(released_at=None)


@transaction.atomic
def withdraw_distillation(distillation, *, by, reason):
    """Take a distillation back; its event is withdrawn. Entries that were made with it stand and name it as removed."""
    distillation = Distillation.objects.select_for_update().select_related("thread__community").get(pk=distillation.pk)
    check_withdraw(by, distillation)
    own = distillation.made_by_id == by.person.pk
    reason = reason.strip()[:500]
    if not reason:
        raise ValidationError(_("Say why: those whose posts it was drawn from read the reason."))
    if distillation.state == TalkState.VISIBLE:
        distillation.state = TalkState.DELETED if own else TalkState.HIDDEN
        distillation.save(update_fields=["state"])
        settle_output(key_of(distillation), by=by.person, reason=reason)
        record("distillation-withdrawn", distillation, by=by, after={"reason": reason})
        tell("distillation_changed", distillation, thread=distillation.thread_id)
    return distillation
