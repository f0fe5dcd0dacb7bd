"""What stands on the librarians' desk beside each distillation."""

from collections import Counter, defaultdict

from communities.models import ThreadConcept
from knowledge.models import Entry, EntryConcept

ALIKE = 2  # entries beside a distillation
MOST = 400  # pairs of entry and topic that are looked at


def give_alike(distillations, user):
    """Give each of `distillations` as `alike` the entries that share most topics with its thread; three queries."""
    topics = defaultdict(set)
    threads = [made.thread_id for made in distillations]
    for thread, concept in ThreadConcept.objects.filter(thread__in=threads).values_list("thread", "concept"):
        topics[thread].add(concept)
    entries_on = _entries_on(set().union(*topics.values()), user)
    counts = {
        made.pk: Counter(entry for topic in topics[made.thread_id] for entry in entries_on[topic])
        for made in distillations
    }
    wanted = {entry for counted in counts.values() for entry, _shared in counted.most_common(ALIKE)}
    found = Entry.objects.select_related("locale").defer("body").in_bulk(wanted)
    for made in distillations:
        made.alike = [found[entry] for entry, _shared in counts[made.pk].most_common(ALIKE)]


def _entries_on(concepts, user):
    """Concept -> published entries on it that `user` reads, the newest first."""
    entries = Entry.objects.live().visible_to(user).values("pk")
    pairs = EntryConcept.objects.filter(concept__in=concepts, entry__in=entries).order_by("-entry", "concept")
    found = defaultdict(list)
    for concept, entry in pairs.values_list("concept", "entry")[:MOST]:
        found[concept].append(entry)
    return found
