"""A post or a comment: writing it, changing it, deleting it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.once import once
from communities.interaction.rendering import render_post
from communities.interaction.socialization.newcomers import check_links, check_newcomer, first_state
from communities.interaction.socialization.pictures import drop_pictures
from communities.interaction.socialization.writing import (
    answer_again,
    attach,
    check_words,
    count,
    count_thread,
    locked,
    speak_to,
    write,
)
from communities.interaction.versions import check_version
from communities.models import Draft, Post, PostVersion, Thread
from communities.policies import check_comment, check_delete_post, check_edit_post, check_post
from communities.rules import FlagOutcome, PostKind, TalkState
from knowledge.outbox import tell
from knowledge.text import clean


@once(Post)
@transaction.atomic
def reply(thread, *, text, by, language=None, form_key=None, images=(), at=None):
    """Write a post at the end of a thread (Markdown); return it. The same `form_key` again returns the same post.

    `images`: own pictures that it has besides those in the text. `at` is for imports and the demo.
    Raises `PermissionDenied` for who may not, `ValidationError` or `TextRefused` for the text.
    """
    thread = locked(thread, by)
    check_post(by, thread.community)
    check_words(text)
    rendering = render_post(text, author=by.person, thread=thread)
    state = _state(by, rendering, at, is_reply=True)
    return write(
        thread,
        rendering,
        by=by,
        text=clean(text),
        state=state,
        images=images,
        at=at,
        language=language,
        form_key=form_key,
    )


@once(Post)
@transaction.atomic
def comment(post, *, text, by, form_key=None, at=None):
    """Write a comment under a post, or under the post of a comment; return it."""
    thread = locked(post.thread, by)
    post = _commented(post, by)
    check_comment(by, thread.community)
    check_words(text)
    rendering = render_post(text, author=by.person, thread=thread)
    state = _state(by, rendering, at)
    about = {"kind": PostKind.COMMENT, "reply_to": post, "form_key": form_key}
    return write(thread, rendering, by=by, text=clean(text), state=state, at=at, **about)


def _commented(post, by):
    """The post that a comment stands under. Raises `PermissionDenied` when it is gone."""
    found = Post.objects.visible_to(by).filter(pk=post.reply_to_id or post.pk, state=TalkState.VISIBLE).first()
    if found is None:
        raise PermissionDenied(_("This post was hidden or deleted meanwhile. Keep your text."))
    return found


def _state(by, rendering, at, *, is_reply=False):
    """Imports and the demo say when it was written: what newcomers may do is not asked of them."""
    if at is not None:
        return TalkState.VISIBLE
    check_newcomer(by, rendering.html, is_reply=is_reply)
    return first_state(by, rendering.html)


# ---------------------------------------------------------------- changing it
def _with_its_thread(post):
    """The post and its thread, both for this transaction alone, in the order in which everybody takes them."""
    thread = Thread.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.thread_id)
    post = Post.objects.select_for_update(of=("self",)).select_related("author", "reply_to").get(pk=post.pk)
    post.thread = thread
    return post


@transaction.atomic
def edit_post(post, *, text, version, by):
    """Change what one wrote, in the format in which it stands; the text before it is kept. Returns the post.

    Raises `StaleVersion` with both texts when another version than `version` stands by now.
    """
    post = _with_its_thread(post)
    check_edit_post(by, post)
    check_version(post, version, text=text)
    check_words(text)
    text = clean(text)
    if text == post.source:
        return post
    rendering = render_post(text, author=post.author, thread=post.thread, post=post, form=post.format)
    check_links(by, rendering.html)
    _keep_version(post, by)
    was_read = post.state == TalkState.VISIBLE
    if was_read:
        post.state = first_state(by, rendering.html, besides=post)
    post.source, post.html, post.renderer_version = text, rendering.html, rendering.version
    post.version, post.edited_at = post.version + 1, timezone.now()
    post.save()
    attach(post, rendering.pictures)
    speak_to(post, rendering.people)
    if was_read and post.state == TalkState.HELD:
        withdraw(post)
    tell("post_changed", post, thread=post.thread_id)
    return post


def _keep_version(post, by):
    PostVersion.objects.create(
        post=post,
        version=post.version,
        source=post.source,
        format=post.format,
        html=post.html,
        replaced_by=by.person,
    )


def withdraw(post):
    """A post that was read is not any more, and with a first post its thread; `post.state` says why."""
    count(post, -1)
    if post.number == 1 and post.state == TalkState.HELD:
        hold_thread(post.thread)
    tell("post_held", post)


def hold_thread(thread):
    """A thread waits with its first post."""
    if thread.state == TalkState.VISIBLE:
        thread.state = TalkState.HELD
        thread.save(update_fields=["state"])
        count_thread(thread, -1)
        tell("thread_changed", thread)


# ---------------------------------------------------------------- deleting it
@transaction.atomic
def delete_post(post, *, by):
    """Delete what one wrote: its place stays, its text, versions and pictures go. A second time changes nothing."""
    post = _with_its_thread(post)
    if post.state == TalkState.DELETED:
        return post
    check_delete_post(by, post)
    was_read = post.state == TalkState.VISIBLE
    empty(post)
    if was_read:
        count(post, -1)
    answer_again(post.thread)
    tell("post_deleted", post, thread=post.thread_id)
    return post


def empty(post):
    """Leave nothing of what stood in a post but its place."""
    post.state, post.accepted_at = TalkState.DELETED, None
    post.source = post.html = post.state_reason = ""
    post.save()
    post.versions.all().delete()
    post.mentions.all().delete()
    drop_pictures(post.images.all())
    post.flags.filter(outcome=FlagOutcome.OPEN).update(outcome=FlagOutcome.HIDDEN, settled_at=timezone.now())
    Draft.objects.filter(place=f"edit:{post.pk}").delete()
