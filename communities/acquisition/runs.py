"""A run of an import of talk: begun, gone on with, taken back."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.acquisition.rendering import render_all
from communities.acquisition.talk import batches
from communities.acquisition.writing import Here, write_batch
from communities.models import Community, Conversion, Distillation, Post, Thread
from communities.rules import TalkState
from knowledge.models import Person
from knowledge.models.imports import RunState
from knowledge.organization.matching import match_tags
from knowledge.organization.pieces import in_pieces
from knowledge.outbox import tell

PIECE = 100  # threads taken back in a transaction


def import_talk(run, talks, *, community, report):
    """Bring `talks` (an iterable of Talk) into `community`, batch by batch; count into `report`.

    What is there already, by its origin, is left as it is: a run that was cut off goes on where it stopped, a second one adds
    nothing, and one over a later dump adds what came since.
    """
    for batch in batches(talks):
        bring_in(batch, run=run, community=community, report=report)
    run.counts = report.counts
    run.state, run.finished_at = RunState.DONE, timezone.now()
    run.save()
    return report


def bring_in(batch, *, run, community, report):
    """Bring in one batch: render and match tags first, then write in one short transaction."""
    _remember(run, {talk.source for talk in batch})
    here = Here(batch)
    fresh = [talk for talk in batch if here.lacks(talk)]
    _compare(batch, here, report)
    if not fresh:
        return
    for talk in fresh:
        if talk.key not in here.threads and len(talk.title) > Thread._meta.get_field("title").max_length:
            report.say(talk.place, _("The title is too long and was cut."))
    render_all(fresh, here.posts, report)
    made = write_batch(fresh, run=run, community=community, concepts=concepts_for(fresh))
    for name in ("threads", "posts", "comments"):
        report.count(name, len(getattr(made, name)))


def _remember(run, sources):
    """Keep with the run which sources it read: by them its talk is found when it is taken back."""
    known = run.options.setdefault("sources", [])
    if new := sources - set(known):
        run.options["sources"] = sorted({*known, *new})
        run.save(update_fields=["options"])


def concepts_for(talks):
    """The concept of each tag of `talks`, by its spelling."""
    tags = {}
    for talk in talks:
        tags.setdefault(talk.language, set()).update(talk.tags)
    return {tag: concept for language, names in tags.items() for tag, concept in match_tags(names, language).items()}


def _compare(batch, here, report):
    """Count what is here already, and what the file has in other words by now; that is left as it is here."""
    for said in (said for talk in batch for said in talk.everything()):
        post = here.posts.get(said.key)
        if post is not None:
            report.count("known")
            report.count("changed", said.format == post.format and said.text != post.source)


# ---------------------------------------------------------------- taking back
def undo(run, *, progress=iter):
    """Take back the talk of the sources of `run`; return the threads that were left, since people went on with them here.

    Talk is known by its origin, so what an earlier run brought in from the same source goes as well. People of the source go
    when nothing is left that they wrote.
    """
    kept = []
    for source in run.options.get("sources", ()):
        threads = Thread.objects.filter(community__slug=run.options["community"], origin__startswith=f"{source}:")
        pks = threads.order_by("pk").values_list("pk", flat=True)
        for piece in progress(list(in_pieces(pks, PIECE))):
            kept += _take_back(piece, source, run)
        _forget_people(source)
    run.state = RunState.UNDONE
    run.save(update_fields=["state"])
    return kept


@transaction.atomic
def _take_back(pks, source, run):
    threads = list(Thread.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    kept = _gone_on_with(pks, source)
    gone = [thread.pk for thread in threads if thread.pk not in kept]
    posts = Post.objects.filter(thread__in=gone)
    keys = [f"communities.thread:{pk}" for pk in gone]
    keys += [f"communities.post:{pk}" for pk in posts.values_list("pk", flat=True)]
    Conversion.objects.filter(threads__in=gone).delete()
    posts.filter(reply_to__isnull=False).delete()
    Thread.objects.filter(pk__in=gone).delete()
    community = Community.objects.filter(slug=run.options["community"])
    counted = sum(thread.state == TalkState.VISIBLE for thread in threads if thread.pk not in kept)
    community.update(thread_count=Greatest(F("thread_count") - counted, 0))
    if keys:
        tell("talk_imported", run, keys=keys)  # search and maps look at these keys again, and find nothing
    return [thread for thread in threads if thread.pk in kept]


def _gone_on_with(pks, source):
    """Those of these threads in which somebody wrote, changed or marked something here, or from which something was drawn."""
    theirs = Post.objects.filter(thread=OuterRef("pk"))
    here = theirs.filter(
        ~Q(origin__startswith=f"{source}:") | Q(origin=None) | Q(version__gt=1) | Q(helpful_count__gt=0)
    )
    drawn = Distillation.objects.filter(thread=OuterRef("pk"))
    return set(Thread.objects.filter(Exists(here) | Exists(drawn), pk__in=pks).values_list("pk", flat=True))


def _forget_people(source):
    people = Person.objects.filter(origin__startswith=f"{source}:user-", user=None, posts=None, threads=None)
    for piece in in_pieces(people.values_list("pk", flat=True), PIECE):
        Person.objects.filter(pk__in=piece).delete()
