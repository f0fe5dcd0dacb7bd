"""A thread: asking, renaming, moving, deleting."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.externalization import keep_in
from communities.interaction.logbook import place_of, record
from communities.interaction.once import once
from communities.interaction.rendering import render_post
from communities.interaction.socialization.finding import suggest_community
from communities.interaction.socialization.newcomers import check_newcomer, first_state
from communities.interaction.socialization.posts import empty
from communities.interaction.socialization.writing import check_words, count_thread, write
from communities.models import Community, Draft, Thread, Watch
from communities.policies import check_delete_thread, check_edit_thread, check_move_thread, check_post
from communities.rules import TalkState
from knowledge.audit import ACTIONS
from knowledge.outbox import key_of, tell
from knowledge.text import clean

ACTIONS.update(
    {
        "thread-changed": _("Thread renamed by a steward"),
        "thread-moved": _("Thread moved"),
        "thread-deleted": _("Thread deleted by a steward"),
    }
)
LONGEST_TITLE = 200


@once(Thread)
def ask(community, *, title, text, language, by, concepts=(), form_key=None, grew_from=None, images=(), at=None):
    """Begin a thread with its first post (Markdown); return it. Without a `community` the site finds one.

    The same `form_key` again returns the same thread. `grew_from` is what raised the question, or its key. `at` is for imports
    and the demo. Raises `PermissionDenied` for who may not, `ValidationError` or `TextRefused` for the text.
    """
    community = community or suggest_community(title, text, by)
    if community is None:
        raise ValidationError(_("There is no community yet in which you could ask. Tell a librarian."))
    fields = {"language": language, "form_key": form_key, "grew_from": _key(grew_from)}
    return _ask(community, title=title, text=text, by=by, concepts=concepts, images=images, at=at, **fields)


@transaction.atomic
def _ask(community, *, title, text, by, concepts, images, at, **fields):
    community = Community.objects.select_for_update().get(pk=community.pk)
    check_post(by, community)
    check_words(text)
    title, moment = check_title(title), at or timezone.now()
    rendering = render_post(text, author=by.person, community=community)
    state = TalkState.VISIBLE
    if at is None:
        check_newcomer(by, rendering.html, opens_thread=True)
        state = first_state(by, rendering.html)
    moments = {"created_at": moment, "last_post_at": moment, "stage_since": moment}
    thread = Thread.objects.create(community=community, title=title, author=by.person, state=state, **fields, **moments)
    thread.concepts.set(concepts)
    Watch.objects.get_or_create(thread=thread, user=by)
    if state == TalkState.VISIBLE:
        count_thread(thread, 1)
    write(thread, rendering, by=by, text=clean(text), state=state, images=images, at=at)
    return thread


def _key(source):
    return source if isinstance(source, str) else key_of(source) if source is not None else ""


def check_title(title):
    """`title` as it is kept. Raises `ValidationError` without one, or for one that is too long."""
    title = " ".join(clean(title).split())
    if not title:
        raise ValidationError(_("Give it a title, so that others know whether they can help."))
    if len(title) > LONGEST_TITLE:
        raise ValidationError(
            _("A title has at most %(limit)d characters. Put the rest into the text."), params={"limit": LONGEST_TITLE}
        )
    return title


# ---------------------------------------------------------------- changing it
def _locked(thread):
    return Thread.objects.select_for_update(of=("self",)).select_related("community", "author").get(pk=thread.pk)


@transaction.atomic
def edit_thread(thread, *, title, concepts, by):
    """Rename a thread and say what it is about."""
    thread = _locked(thread)
    check_edit_thread(by, thread)
    before, title = thread.title, check_title(title)
    thread.title = title
    thread.save(update_fields=["title"])
    thread.concepts.set(concepts)
    if thread.author is None or thread.author.user_id != by.pk:
        record("thread-changed", thread, by=by, before={"title": before}, after={"title": title})
    tell("thread_changed", thread)
    return thread


@transaction.atomic
def move_thread(thread, community, *, by, reason=""):
    """Let a thread stand in another community from now on; its author is told the reason."""
    thread = _locked(thread)
    check_move_thread(by, thread, community)
    if community.pk == thread.community_id:
        return thread
    before, reason = place_of(thread.community), reason.strip()[:500]
    is_counted = thread.state == TalkState.VISIBLE
    if is_counted:
        count_thread(thread, -1)
    thread.community = community
    thread.save(update_fields=["community"])
    if is_counted:
        count_thread(thread, 1)
    if community.is_closed:
        keep_in(Thread.objects.filter(pk=thread.pk))
    record("thread-moved", thread, by=by, before={"in": before}, after={"in": place_of(community), "reason": reason})
    tell("thread_changed", thread, moved=True, reason=reason, by=by.pk)
    return thread


@transaction.atomic
def delete_thread(thread, *, by):
    """Delete a thread: nobody reads it any more, and nothing that its author wrote in it stays."""
    thread = _locked(thread)
    check_delete_thread(by, thread)
    if thread.state == TalkState.DELETED:
        return thread
    own = thread.author is not None and thread.author.user_id == by.pk
    if not own:
        record("thread-deleted", thread, by=by)
    if thread.state == TalkState.VISIBLE:
        count_thread(thread, -1)
    thread.state = TalkState.DELETED
    thread.save(update_fields=["state"])
    for post in thread.posts.select_for_update().filter(author=thread.author, author__isnull=False):
        empty(post)
    Draft.objects.filter(place=f"reply:{thread.pk}").delete()
    tell("thread_deleted", thread)
    return thread
