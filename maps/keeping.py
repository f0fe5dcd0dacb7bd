"""The tables of the map follow what is written: outbox rows in, rows out.

`keep` makes everything about some keys anew, whatever happened to them, and writes only what differs; so it can be run again
at any time. What hangs on the changed thing, such as the documents of a person who agreed, is told on in portions.
"""

from communities.models import (
    Combination,
    ConversionPart,
    Distillation,
    Post,
    PracticeReport,
    Thread,
    ThreadConcept,
)
from knowledge.models import EntryConcept, EntryContributor, PersonConcept
from knowledge.outbox import hears, may_wait, tell
from maps.models import MapEdge
from maps.rules import SORTS, EdgeKind, Sort
from maps.writing import PORTION, keep

may_wait("map_stale")


# ---------------------------------------------------------------- what has happened
@hears(
    "entry_changed",
    "entry_deleted",
    "published",
    "unpublished",
    "visibility_changed",
    "entries_imported",
    "import_undone",
    "thread_opened",
    "thread_changed",
    "thread_deleted",
    "talk_imported",
    "map_stale",
)
def keep_documents(row):
    """Bring the documents up to date that a row is about."""
    keep_in_portions(row, _documents([row.key, *row.payload.get("keys", ())]))


@hears("post_written", "post_changed", "post_hidden", "post_deleted", "distilled", "distillation_changed")
def keep_thread(row):
    """A post or a distillation joins people to its thread."""
    thread = row.payload.get("thread")
    keep_in_portions(row, [f"thread:{thread}"] if thread else _documents([row.key]))


@hears("report_written", "report_changed", "combined")
def keep_entry(row):
    """A report or a combination joins people to its entry."""
    entry = row.payload.get("entry")
    keep_in_portions(row, [f"entry:{entry}"] if entry else _documents([row.key]))


@hears("converted")
def keep_converted(row):
    """A conversion puts its threads elsewhere, and what came out of it."""
    pk = row.key.partition(":")[2]
    threads = Thread.objects.filter(conversions=pk).order_by("pk").values_list("pk", flat=True)
    parts = ConversionPart.objects.filter(conversion=pk).order_by("pk").values_list("key", flat=True)
    keep_in_portions(row, [*(f"thread:{pk}" for pk in threads), *_documents(list(parts))])


@hears("community_changed")
def keep_community(row):
    """Who reads a community reads its threads."""
    threads = Thread.objects.filter(community=row.key.partition(":")[2]).order_by("pk").values_list("pk", flat=True)
    keep_in_portions(row, [f"thread:{pk}" for pk in threads])


@hears("person_changed", "person_erased")
def keep_person(row):
    """Who agreed comes onto the map with what they did; who no longer agrees leaves it at once."""
    pk = row.key.partition(":")[2]
    keep([f"person:{pk}"])
    keep_in_portions(row, documents_of(pk))


@hears("concept_changed", "concept_deleted", "concepts_imported")
def keep_concepts(row):
    """A concept stands beside others, and documents about it may have come to another one."""
    keys = [key for key in _nodes([row.key, *row.payload.get("keys", ())]) if key.startswith("concept:")]
    keep_in_portions(row, [*keys, *_about(keys)])


def keep_in_portions(row, keys):
    """Keep the first now and tell on the rest, so that no transaction is long."""
    keys = list(dict.fromkeys(keys))
    keep(keys[:PORTION])
    for start in range(PORTION, len(keys), PORTION):
        tell("map_stale", row, keys=keys[start : start + PORTION])


# ---------------------------------------------------------------- what it is about
EVIDENCE_OF = {
    "communities.post": (Post, "thread", "thread"),
    "communities.distillation": (Distillation, "thread", "thread"),
    "communities.practicereport": (PracticeReport, "entry", "entry"),
    "communities.combination": (Combination, "entry", "entry"),
}


def _nodes(keys):
    """The keys of the map among keys of the outbox and of the map."""
    for key in keys:
        model, _colon, pk = key.partition(":")
        sort = SORTS.get(model, model)
        if sort in set(Sort) and pk.isdecimal():
            yield f"{sort}:{pk}"


def _documents(keys):
    """The keys of nodes that these keys are about; posts, reports and their like are about the document they belong to."""
    found = list(_nodes(keys))
    for model, (table, field, sort) in EVIDENCE_OF.items():
        pks = [key.partition(":")[2] for key in keys if key.startswith(f"{model}:")]
        if pks:
            owners = table.objects.filter(pk__in=pks).order_by(field).values_list(field, flat=True)
            found += [f"{sort}:{pk}" for pk in owners]
    return list(dict.fromkeys(found))


def documents_of(person):
    """The keys of all documents that a person has, or had, a part in."""
    entries = {
        *EntryContributor.objects.filter(person=person).values_list("entry", flat=True),
        *Combination.objects.filter(made_by=person).values_list("entry", flat=True),
        *PracticeReport.objects.filter(author=person).values_list("entry", flat=True),
    }
    threads = {
        *Post.objects.filter(author=person).values_list("thread", flat=True),
        *Distillation.objects.filter(made_by=person).values_list("thread", flat=True),
    }
    return [*(f"entry:{pk}" for pk in sorted(entries)), *(f"thread:{pk}" for pk in sorted(threads))]


def _about(concepts):
    """The keys of documents and people that have one of these concepts, or had it when the map last looked."""
    pks = [key.partition(":")[2] for key in concepts]
    entries = EntryConcept.objects.filter(concept__in=pks).values_list("entry", flat=True)
    threads = ThreadConcept.objects.filter(concept__in=pks).values_list("thread", flat=True)
    people = PersonConcept.objects.filter(concept__in=pks).values_list("person", flat=True)
    before = MapEdge.objects.filter(target__key__in=concepts, kind__in=(EdgeKind.ABOUT, EdgeKind.DECLARED))
    return [
        *(f"entry:{pk}" for pk in sorted(set(entries))),
        *(f"thread:{pk}" for pk in sorted(set(threads))),
        *(f"person:{pk}" for pk in sorted(set(people))),
        *sorted(set(before.values_list("source__key", flat=True))),
    ]
