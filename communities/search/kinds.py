"""The four kinds that communities bring to search, and the events after which their documents are made anew."""

from django.utils.translation import gettext_lazy as _

from communities.models import Community, Distillation, Post, PracticeReport, Thread
from communities.search import builders
from knowledge.models import SearchEntry
from knowledge.outbox import hears, may_wait, tell
from knowledge.search.indexing import BATCH, follow, index
from knowledge.search.kinds import concepts_of, narrower
from knowledge.search.registry import register

# Events whose key, and `keys` in their payload, name what has changed and nothing else.
CHANGES = ("thread_opened", "distilled", "distillation_changed", "report_written", "report_changed", "talk_imported")
may_wait("talk_imported")
ENTRY_CHANGES = ("published", "unpublished", "visibility_changed", "entry_changed", "entry_deleted")

register(
    "thread",
    Thread,
    label=_("Threads"),
    build=builders.thread_docs,
    rows=builders.thread_rows,
    template="communities/search_row_thread.html",
)
register(
    "post",
    Post,
    label=_("Posts"),
    build=builders.post_docs,
    rows=builders.post_rows,
    template="communities/search_row_post.html",
    suggested=False,
)
register(
    "distillation",
    Distillation,
    label=_("Write-ups"),
    build=builders.distillation_docs,
    rows=builders.distillation_rows,
    template="communities/search_row_distillation.html",
)
register(
    "report",
    PracticeReport,
    label=_("Practice reports"),
    build=builders.report_docs,
    rows=builders.report_rows,
    template="communities/search_row_report.html",
    suggested=False,
)


@hears(*CHANGES)
def reindex(row):
    """Make anew the documents of what has changed."""
    follow(row, CHANGES)


@hears("post_written", "post_changed", "post_hidden", "post_deleted")
def reindex_post(row):
    """A post stands in its own document; its thread counts it; a comment stands in the document of its post."""
    found = Post.objects.filter(pk=row.key.partition(":")[2]).values_list("thread", "reply_to").first()
    thread, post = found or (None, None)
    keys = [row.key, f"communities.post:{post}", f"communities.thread:{thread}"]
    index([key for key in keys if not key.endswith(":None")])


@hears("thread_changed", "thread_deleted")
def reindex_thread(row):
    """With a thread that was moved, hidden or renamed goes everything that stands in it."""
    pk = row.key.partition(":")[2]
    _in_portions(row, [row.key, *_keys(Post, thread=pk, number__gt=1), *_keys(Distillation, thread=pk)])


@hears("community_changed")
def reindex_community(row):
    """Who reads a community reads what stands in it."""
    pk = row.key.partition(":")[2]
    if Community.objects.filter(pk=pk).exists():
        posts = _keys(Post, thread__community=pk, number__gt=1)
        _in_portions(row, [*_keys(Thread, community=pk), *posts, *_keys(Distillation, thread__community=pk)])


@hears(*ENTRY_CHANGES)
def reindex_reports(row):
    """Who reads an entry reads the reports on it; with a deleted entry they have gone."""
    keys = _keys(PracticeReport, entry=row.key.partition(":")[2])
    _in_portions(row, keys + _lost_reports() if row.kind == "entry_deleted" else keys)


def _lost_reports():
    """The keys of documents whose report is no more."""
    known = set(_keys(PracticeReport))
    return [key for key in SearchEntry.objects.filter(kind="report").values_list("key", flat=True) if key not in known]


@hears("person_changed", "person_erased")
def reindex_author(row):
    """The name of an author finds what they wrote."""
    pk = row.key.partition(":")[2]
    keys = [*_keys(Thread, author=pk), *_keys(Post, author=pk, number__gt=1)]
    _in_portions(row, [*keys, *_keys(Distillation, made_by=pk), *_keys(PracticeReport, author=pk)])


@hears("concept_changed", "concept_deleted", "concepts_imported")
def reindex_classified(row):
    """A concept's labels and place also stand in the documents of what is said about it or something below it."""
    concepts = concepts_of(row)
    below = concepts | narrower(concepts)
    keys = [*_keys(Thread, concepts__in=below), *_keys(Post, thread__concepts__in=below, number__gt=1)]
    keys += _keys(Distillation, thread__concepts__in=below)
    _in_portions(row, keys + _keys(PracticeReport, entry__entry_concepts__concept__in=below))


def _keys(model, **which):
    pks = model.objects.filter(**which).order_by("pk").values_list("pk", flat=True)
    return [f"{model._meta.label_lower}:{pk}" for pk in dict.fromkeys(pks)]


def _in_portions(row, keys):
    """Index the first now and tell on the rest, so that no transaction is long."""
    index(keys[:BATCH])
    for start in range(BATCH, len(keys), BATCH):
        tell("search_stale", row, keys=keys[start : start + BATCH])
