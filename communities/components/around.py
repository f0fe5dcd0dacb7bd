"""What talk has to show beside things of knowledge: on a topic, an entry, a person and the first page. Constant queries each."""

from django.db.models import Exists, OuterRef, Q

from communities.models import Combination, Distillation, Post, PracticeReport, Thread
from communities.rules import PostKind, TalkState
from communities.search.builders import give_topics
from communities.seci import Stage
from knowledge.models import Concept, Person
from knowledge.outbox import key_of

SHOWN, REPORTS, BEST = 6, 5, 3


def threads_of(user):
    """The threads that `user` reads and others may talk in, with what a row shows."""
    return Thread.objects.visible_to(user).filter(state=TalkState.VISIBLE).select_related("community", "author")


def about_topic(concept, user):
    """Threads, distillations and practice reports on `concept` that `user` may read, the newest of each."""
    threads = list(threads_of(user).filter(concepts=concept).order_by("-last_post_at", "-pk")[: SHOWN + 1])
    made = Distillation.objects.visible_to(user).filter(thread__concepts=concept)
    reports = PracticeReport.objects.visible_to(user).filter(
        state=TalkState.VISIBLE, entry__entry_concepts__concept=concept
    )
    return {
        "threads": threads[:SHOWN],
        "more": len(threads) > SHOWN,
        "distillations": list(made.select_related("made_by").order_by("-made_at")[:BEST]),
        "reports": list(reports.select_related("entry__locale", "author").order_by("-created_at")[:BEST]),
    }


def about_entry(entry, user):
    """Threads that went into `entry`, grew from it, or share a topic with it, those nearest first."""
    mine = threads_of(user)
    combined = Combination.objects.filter(entry=entry, distillations__thread=OuterRef("pk"))
    kin = Q(Exists(combined)) | Q(grew_from=key_of(entry))
    near = list(mine.filter(kin).order_by("-last_post_at")[:SHOWN])
    room = SHOWN - len(near)
    chosen = [link.concept_id for link in entry.entry_concepts.all()]
    topics = Concept.objects.subjects().filter(pk__in=chosen).values_list("pk", flat=True)
    if room and topics:
        others = mine.filter(concepts__in=list(topics)).exclude(pk__in=[thread.pk for thread in near]).distinct()
        near += others.order_by("-last_post_at", "-pk")[:room]
    return near


def reports_on(entry, user):
    """The newest practice reports on `entry` that `user` reads, and whether there are more."""
    reports = PracticeReport.objects.visible_to(user).filter(entry=entry, state=TalkState.VISIBLE)
    found = list(reports.select_related("author").order_by("-created_at", "-pk")[: REPORTS + 1])
    authors = [report.author_id for report in found if report.author_id]
    open_to = set(Person.objects.visible_to(user).filter(pk__in=authors).values_list("pk", flat=True))
    for report in found:
        report.author_is_open = report.author_id in open_to
    return found[:REPORTS], len(found) > REPORTS


def of_person(person, user):
    """What `person` asked, answered, wrote up and tried, as far as `user` reads it: the newest of each."""
    answers = Post.objects.visible_to(user).filter(
        author=person, kind=PostKind.POST, number__gt=1, state=TalkState.VISIBLE
    )
    reports = PracticeReport.objects.visible_to(user).filter(author=person, state=TalkState.VISIBLE)
    return {
        "threads": list(threads_of(user).filter(author=person).order_by("-created_at")[:SHOWN]),
        "answers": list(
            answers.select_related("thread__community").order_by("-accepted_at", "-helpful_count", "-pk")[:SHOWN]
        ),
        "distillations": list(
            Distillation.objects.visible_to(user).filter(made_by=person).order_by("-made_at")[:SHOWN]
        ),
        "reports": list(reports.select_related("entry__locale").order_by("-created_at")[:SHOWN]),
    }


def live_threads(user, *, most=SHOWN):
    """Threads in progress for the first page: the newest of each stage, then the newest of all, by their last post."""
    threads = threads_of(user)
    keys = [
        threads.filter(stage=stage).order_by("-last_post_at", "-pk").values_list("pk", flat=True).first()
        for stage in Stage
    ]
    newest = threads.order_by("-last_post_at", "-pk").values_list("pk", flat=True)[:most]
    chosen = list(dict.fromkeys([key for key in keys if key] + list(newest)))[:most]
    found = list(threads.filter(pk__in=chosen).order_by("-last_post_at", "-pk"))
    give_topics(found)
    return found
