"""One's own page, and the download of what is kept: what of talk belongs to one person."""

from django.db.models import Q

from communities.models import (
    Distillation,
    DistillationVersion,
    Draft,
    Flag,
    Helpful,
    Invitation,
    Membership,
    Post,
    PostImage,
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
    marks = ReadMark.objects.behind().filter(user=user, thread__in=readable.values("pk"), new__gt=0)
    marks = marks.select_related("thread__community").order_by("-thread__last_post_at", "-thread")[:SHOWN]
    for mark in marks:
        mark.thread.new, mark.thread.first_new = mark.new, mark.number + 1
    return [mark.thread for mark in marks]


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
        "flags": _flags(user),
        "credited_in": _credits(person),
        "invitations": list(
            Invitation.objects.filter(email__iexact=user.email).order_by("pk").values("community__slug", "email")
        ),
        "invited_others_into": _sent(person),
        "pictures_without_post": _pictures(person),
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
    """Each version that the person wrote: of what is written together, the others' versions are theirs."""
    if person is None:
        return []
    unchanged = Q(made_by=person, edited_at=None)
    rows = Distillation.objects.filter(unchanged | Q(edited_by=person)).order_by("pk").prefetch_related("chosen")
    now = [(row.pk, row.version, row.title, row.source, row.edited_at or row.made_at, _notes(row)) for row in rows]
    rows = DistillationVersion.objects.filter(written_by=person).order_by("distillation", "version")
    before = [(row.distillation_id, row.version, row.title, row.source, row.replaced_at, []) for row in rows]
    names = ("distillation", "version", "title", "text", "moment", "notes")
    return [dict(zip(names, (*one[:4], one[4].isoformat(), one[5]), strict=True)) for one in [*now, *before]]


def _notes(made):
    """What one wrote beside the chosen posts; somebody else who wrote on may have changed it."""
    return [] if made.edited_at else [one.note for one in made.chosen.all() if one.note]


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


def _flags(user):
    rows = Flag.objects.filter(by=user).order_by("pk")
    return [
        {
            "post": row.post_id,
            "report": row.report_id,
            "reason": row.reason,
            "note": row.note,
            "raised": row.flagged_at.isoformat(),
            "outcome": row.outcome,
        }
        for row in rows
    ]


def _credits(person):
    """In which steps of the spiral one is credited, and whether by name."""
    if person is None:
        return []
    rows = person.credits.order_by("pk").values_list("conversion__mode", "conversion__made_at", "named")
    return [{"step": mode, "at": moment.isoformat(), "named": named} for mode, moment, named in rows]


def _sent(person):
    """Into which communities one invited, and when; whom is theirs."""
    rows = Invitation.objects.filter(invited_by=person, invited_by__isnull=False).order_by("pk")
    return [{"in": slug, "at": at.isoformat()} for slug, at in rows.values_list("community__slug", "invited_at")]


def _pictures(person):
    rows = PostImage.objects.filter(uploaded_by=person, uploaded_by__isnull=False, post=None).order_by("pk")
    return list(rows.values_list("title", flat=True))
