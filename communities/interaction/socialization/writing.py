"""What every new post goes through: it is rendered, numbered, counted, told; with the second voice the thread is talked about."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.interaction.crediting import named_and_unnamed
from communities.interaction.events import record_conversion
from communities.interaction.membership import let_in
from communities.models import Community, Mention, Post, PostImage, ReadMark, Thread
from communities.rules import PostKind, TalkState
from communities.seci import Mode
from knowledge.outbox import tell


def check_words(text):
    if not text.strip():
        raise ValidationError(_("Write a few words first."))


def locked(thread, by):
    """The thread as it stands, for this transaction alone. Raises `PermissionDenied` when it is not to be read any more."""
    found = Thread.objects.select_for_update(of=("self",)).select_related("community").filter(pk=thread.pk).first()
    if found is None or found.state == TalkState.DELETED:
        raise PermissionDenied(_("This thread was deleted meanwhile. Keep your text."))
    if found.state != TalkState.VISIBLE or not Thread.objects.visible_to(by).filter(pk=found.pk).exists():
        raise PermissionDenied(_("This thread cannot be answered now: a steward looks at it, or it was moved."))
    return found


def write(thread, rendering, *, by, text, state, images=(), at=None, **fields):
    """Add a post or comment to the locked `thread`; return it. Whoever writes what others read is a member from then on."""
    moment = at or timezone.now()
    if fields.get("kind") != PostKind.COMMENT:
        thread.last_number += 1
        fields["number"] = thread.last_number
    fields["language"] = fields.get("language") or thread.language
    post = Post.objects.create(
        thread=thread,
        author=by.person,
        source=text,
        html=rendering.html,
        renderer_version=rendering.version,
        state=state,
        created_at=moment,
        **fields,
    )
    attach(post, [*rendering.pictures, *images])
    speak_to(post, rendering.people)
    if post.number:
        thread.save(update_fields=["last_number"])
        ReadMark.objects.update_or_create(thread=thread, user=by, defaults={"number": post.number})
    if state == TalkState.VISIBLE:
        appear(post)
    else:
        tell("post_held", post)
    return post


def attach(post, pictures):
    """Let `post` show these pictures of its author; others' stay where they are."""
    keys = [picture.pk for picture in pictures]
    PostImage.objects.filter(pk__in=keys, post=None, uploaded_by=post.author).update(post=post)


def speak_to(post, people):
    """Keep whom `post` speaks to: dict Person -> name. Names of earlier versions stay, so that erasing finds them."""
    known = set(post.mentions.values_list("person", flat=True))
    fresh = [Mention(post=post, person=person, name=name) for person, name in people.items() if person.pk not in known]
    Mention.objects.bulk_create(fresh)
    if post.state == TalkState.VISIBLE:
        tell_mentioned(post, [mention.person_id for mention in fresh])


def tell_mentioned(post, people):
    for person in people:
        if person != post.author_id:
            tell("mentioned", post, thread=post.thread_id, person=person)


# ---------------------------------------------------------------- coming to be read, and not any more
def appear(post):
    """A post is read by others from now on: its author belongs, it counts, and the second voice in a thread makes it talk."""
    _welcome(post)
    count(post, 1)
    if post.number == 1:
        tell("thread_opened", post.thread)
    tell("post_written", post, thread=post.thread_id)
    if post.kind == PostKind.POST:
        socialize(post)


def _welcome(post):
    """Make the author a member. Into what is closed nobody comes by a post that waited: they may have left meanwhile."""
    user = post.author.user if post.author else None
    if user is not None and user.is_active and not post.thread.community.is_closed:
        let_in(post.thread.community, user)


def count(post, change):
    """Let the thread count `post` (1) or not (-1); an accepted post that goes takes the answer with it."""
    counter = "comment_count" if post.kind == PostKind.COMMENT else "post_count"
    moved = {} if post.kind == PostKind.COMMENT else {"last_post_at": _last_post_at(post, change)}
    Thread.objects.filter(pk=post.thread_id).update(**{counter: F(counter) + change}, **moved)
    post.thread.refresh_from_db(fields=[counter, *moved])
    answer_again(post.thread)


def _last_post_at(post, change):
    """When the last post of the thread that others read was written: what waits or was hidden moves no thread up in a list."""
    thread = post.thread
    if change > 0:
        return max(thread.last_post_at, post.created_at)
    read = Post.objects.posts().filter(thread=thread, state=TalkState.VISIBLE).exclude(pk=post.pk).order_by("-number")
    return read.values_list("created_at", flat=True).first() or thread.created_at


def answer_again(thread):
    """Whether the thread has an accepted post that is read."""
    accepted = Post.objects.filter(thread=thread, accepted_at__isnull=False, state=TalkState.VISIBLE).exists()
    if accepted != thread.is_answered:
        thread.is_answered = accepted
        Thread.objects.filter(pk=thread.pk).update(is_answered=accepted)


def count_thread(thread, change):
    """Let the community count `thread` (1) or not (-1)."""
    Community.objects.filter(pk=thread.community_id).update(thread_count=F("thread_count") + change)


def socialize(post):
    """Record Socialization when a second person has spoken in the thread."""
    thread = post.thread
    if thread.socialized_at is not None or post.author is None:
        return
    others = Post.objects.posts().filter(thread=thread, state=TalkState.VISIBLE, author__erased_at=None)
    first = others.exclude(author=None).exclude(author=post.author).select_related("author").order_by("number").first()
    if first is None:
        return
    met = sorted([first, post], key=lambda one: one.number)
    credited, unnamed = named_and_unnamed([one.author for one in met], thread.community)
    record_conversion(
        Mode.SOCIALIZATION,
        threads=[thread],
        by=post.author,
        inputs=met,
        output=thread,
        credited=credited,
        unnamed=unnamed,
        at=post.created_at,
    )
