"""Letters about talk, from the outbox: one row a letter, so that a failure sends none of the others twice.

They never repeat what was written, go to nobody who may not read the thread by then, and the subject of a letter about a closed
community says nothing of it.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from communities.models import Invitation, Membership, Post, Thread, Watch
from communities.policies import holds
from communities.rules import MemberRole, TalkState
from knowledge.outbox import hears, tell


def _key(row):
    return row.key.rpartition(":")[2]


def _send(letter, to, language, address, *, off=None, **context):
    """Send `letter`, a template's name, to one address, in its reader's language. `off` is the token that ends such letters."""
    headers = {}
    with translation.override(language):
        context["address"] = f"{settings.BASE_URL}{address() if callable(address) else address}"
        if off:
            context["off"] = f"{settings.BASE_URL}{reverse('watch_off', args=[off])}"
            headers["List-Unsubscribe"] = f"<{context['off']}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        subject, _blank, body = render_to_string(f"communities/mail/{letter}.txt", context).partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", None, [to], headers=headers).send()


def _reader(pk):
    """The account that a letter goes to; None when it is closed or has no address."""
    found = get_user_model().objects.filter(pk=pk, is_active=True).exclude(email="")
    return found.select_related("person").first()


# ---------------------------------------------------------------- a thread goes on
@hears("post_written")
def tell_watchers(row):
    """A letter for each who watches the thread by mail, but for whoever wrote, and for those whom the post speaks to."""
    post = Post.objects.filter(pk=_key(row), state=TalkState.VISIBLE).select_related("author").first()
    if post is None or post.number == 1:
        return
    watches = Watch.objects.filter(thread=post.thread_id, by_mail=True)
    if post.author is not None:
        watches = watches.exclude(user=post.author.user_id)
    spoken_to = post.mentions.exclude(person__user=None).values("person__user")
    for user in watches.exclude(user__in=spoken_to).order_by("pk").values_list("user", flat=True):
        tell("letter_due", post, to=user, letter="answered")


@hears("mentioned")
def tell_who_is_spoken_to(row):
    """Whoever is spoken to hears of the thread from then on."""
    post = Post.objects.filter(pk=_key(row)).select_related("thread").first()
    spoken_to = post and post.mentions.filter(person=row.payload["person"]).select_related("person__user").first()
    user = spoken_to and spoken_to.person.user
    if user is None or not _readable(post.pk, user):
        return
    Watch.objects.get_or_create(thread=post.thread, user=user)
    tell("letter_due", post, to=user.pk, letter="mentioned")


@hears("letter_due")
def write_letter(row):
    """One letter about a post to one reader, when they still watch the thread and may still read it."""
    reader = _reader(row.payload["to"])
    post = reader and _readable(_key(row), reader)
    watch = post and Watch.objects.filter(thread=post.thread, user=reader, by_mail=True).first()
    if not watch:
        return
    _send(
        row.payload["letter"],
        reader.email,
        reader.language,
        post.get_absolute_url,
        off=watch.token,
        thread=post.thread,
        closed=post.thread.community.is_closed,
        asked=post.thread.author is not None and post.thread.author.user_id == reader.pk,
        name=str(post.author) if post.author else "",
    )


def _readable(pk, reader):
    """The post as `reader` may read it now; None otherwise."""
    posts = Post.objects.visible_to(reader).filter(pk=pk, state=TalkState.VISIBLE)
    return posts.select_related("thread__community", "thread__author", "author", "reply_to").first()


# ---------------------------------------------------------------- what stewards do, and have to do
@hears("post_held")
def tell_stewards(row):
    """A letter for each steward: something waits."""
    post = Post.objects.filter(pk=_key(row), state=TalkState.HELD).select_related("thread").first()
    if post is None:
        return
    stewards = Membership.objects.filter(community=post.thread.community_id, role=MemberRole.STEWARD)
    for user in stewards.exclude(person__user=None).order_by("pk").values_list("person__user", flat=True):
        tell("steward_letter_due", post, to=user)


@hears("steward_letter_due")
def write_to_steward(row):
    """One letter about a held post to one steward, while it waits and they look after it."""
    reader = _reader(row.payload["to"])
    waits = reader and Post.objects.visible_to(reader).filter(pk=_key(row), state=TalkState.HELD).exists()
    if waits:
        _send("held", reader.email, reader.language, lambda: reverse("queue"))


@hears("held_settled")
def tell_author(row):
    """Whoever wrote what was held learns what was decided."""
    post = Post.objects.filter(pk=_key(row)).select_related("thread__community", "author", "reply_to").first()
    reader = post and post.author and _reader(post.author.user_id)
    reader = reader and Post.objects.visible_to(reader).filter(pk=post.pk).exists() and reader
    if reader:
        name = "let_in" if row.payload["approved"] else "rejected"
        said = {"reason": post.state_reason, "closed": post.thread.community.is_closed}
        _send(name, reader.email, reader.language, post.get_absolute_url, **said)


@hears("thread_changed")
def tell_moved(row):
    """Whoever began a thread learns that it was moved, and why."""
    if not row.payload.get("moved"):
        return
    thread = Thread.objects.filter(pk=_key(row)).select_related("community", "author").first()
    reader = thread and thread.author and _reader(thread.author.user_id)
    if reader and reader.pk != row.payload["by"] and Thread.objects.visible_to(reader).filter(pk=thread.pk).exists():
        _send("moved", reader.email, reader.language, thread.get_absolute_url, reason=row.payload["reason"])


@hears("invited")
def write_invitation(row):
    """The letter that lets somebody join, while whoever asked for it may still invite."""
    found = Invitation.objects.filter(pk=_key(row), accepted_at=None)
    invitation = found.select_related("community", "invited_by__user").first()
    if invitation is None or not holds(invitation):
        return
    _send(
        "invited",
        invitation.email,
        invitation.language,
        lambda: reverse("invitation", args=[invitation.token]),
        community=invitation.community,
        name=str(invitation.invited_by),
    )
