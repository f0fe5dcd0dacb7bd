"""One's own page, and the download of what is kept: what of talk belongs to one person."""

from communities.models import (
    Distillation,
    Draft,
    Helpful,
    Invitation,
    Membership,
    Post,
    PracticeReport,
    ReadMark,
    Thread,
    Watch,
)
from communities.moderation import queue_of
from communities.rules import TalkState
from knowledge.application.own import keeps, register_section

SHOWN = 10


# ---------------------------------------------------------------- on one's own page
def talk_of(user):
    """What is new to `user`, what they began, wrote up and tried, and what waits for them as a steward; or None."""
    if getattr(user, "person", None) is None:
        return None
    waiting = len(queue_of(user)) + Distillation.objects.to_let_out(user).count()
    found = {
        "unread": unread_of(user),
        "threads": begun_by(user),
        "written_up": written_up_by(user),
        "reports": told_by(user),
        "queue": waiting,
    }
    return found if any(found.values()) else None


def unread_of(user):
    """Threads that went on since `user` read them, the latest first; each has `new`, how many posts, and `first_new`."""
    readable = Thread.objects.visible_to(user).filter(state=TalkState.VISIBLE)
    marks = ReadMark.objects.behind().filter(user=user, thread__in=readable.values("pk"))
    marks = marks.select_related("thread__community").order_by("-thread__last_post_at", "-thread")[: 2 * SHOWN]
    found = []
    for mark in marks:
        if mark.new:
            mark.thread.new, mark.thread.first_new = mark.new, mark.number + 1
            found.append(mark.thread)
    return found[:SHOWN]


def begun_by(user):
    """The latest threads of `user`."""
    threads = Thread.objects.visible_to(user).filter(author=user.person).select_related("community", "author")
    return list(threads.order_by("-last_post_at", "-pk")[:SHOWN])


def written_up_by(user):
    """The latest distillations of `user`."""
    return list(Distillation.objects.visible_to(user).filter(made_by=user.person).order_by("-made_at", "-pk")[:SHOWN])


def told_by(user):
    """The latest practice reports of `user`."""
    reports = PracticeReport.objects.visible_to(user).filter(author=user.person).select_related("entry__locale")
    return list(reports.order_by("-created_at", "-pk")[:SHOWN])


register_section(25, talk_of, "communities/own_talk.html")


# ---------------------------------------------------------------- what is kept about me
@keeps("talk")
def kept_talk(user):
    """All that communities keep about `user`: what they wrote, where they belong, what they marked and watch."""
    person = getattr(user, "person", None)
    return {
        "memberships": _memberships(person),
        "threads": _threads(person),
        "posts": _posts(person),
        "distillations": _distillations(person),
        "practice_reports": _reports(person),
        "helpful": list(Helpful.objects.filter(person=person).order_by("pk").values_list("post", flat=True))
        if person
        else [],
        "spoken_to_in": list(person.mentions.order_by("pk").values_list("post", flat=True)) if person else [],
        "invitations": list(
            Invitation.objects.filter(email__iexact=user.email).order_by("pk").values("community__slug", "email")
        ),
        "watched": list(Watch.objects.filter(user=user).order_by("pk").values("thread", "by_mail")),
        "read": list(ReadMark.objects.filter(user=user).order_by("pk").values("thread", "number")),
        "drafts": list(Draft.objects.filter(user=user).order_by("pk").values("place", "fields")),
    }


def _memberships(person):
    rows = Membership.objects.filter(person=person).select_related("community").order_by("pk")
    return [
        {"in": row.community.slug, "role": row.role, "may_name": row.may_name, "since": row.joined_at.isoformat()}
        for row in rows
    ]


def _threads(person):
    rows = Thread.objects.filter(author=person, author__isnull=False).order_by("pk")
    return [{"thread": row.pk, "title": row.title, "began": row.created_at.isoformat()} for row in rows]


def _posts(person):
    rows = (
        Post.objects.filter(author=person, author__isnull=False).prefetch_related("versions", "images").order_by("pk")
    )
    return [
        {
            "post": row.pk,
            "thread": row.thread_id,
            "kind": row.kind,
            "text": row.source,
            "state": row.state,
            "reason": row.state_reason,
            "written": row.created_at.isoformat(),
            "before": [version.source for version in row.versions.all()],
            "pictures": [picture.title for picture in row.images.all()],
        }
        for row in rows
    ]


def _distillations(person):
    rows = Distillation.objects.filter(made_by=person, made_by__isnull=False).order_by("pk")
    return [
        {"distillation": row.pk, "title": row.title, "text": row.source, "made": row.made_at.isoformat()}
        for row in rows
    ]


def _reports(person):
    rows = PracticeReport.objects.filter(author=person, author__isnull=False).order_by("pk")
    return [
        {
            "report": row.pk,
            "entry": row.entry_id,
            "tried": row.tried,
            "happened": row.happened,
            "learned": row.learned,
            "useful": row.useful,
            "state": row.state,
            "reason": row.state_reason,
            "written": row.created_at.isoformat(),
        }
        for row in rows
    ]
