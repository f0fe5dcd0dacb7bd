"""Small worlds for maps: people who agreed, entries, talk, topics."""

from django.utils import timezone

from communities.models import Community, Post, Thread, ThreadConcept
from knowledge.models import EntryContributor
from maps.writing import keep
from tests.factories import make_concept, make_entry, make_user


def expert(name, *, findable=True, **fields):
    """A person who agreed to be on maps."""
    person = make_user(name=name, **fields).person
    person.on_maps, person.in_search = "yes", findable
    person.save()
    return person


def written(title, by, *concepts, role="author", **fields):
    """A published entry of `by` about `concepts`."""
    fields.setdefault("first_published_at", timezone.now())
    entry = make_entry(title, concepts=concepts, **fields)
    EntryContributor.objects.create(entry=entry, person=by, role=role)
    return entry


def community(name="Reading rooms", access="open"):
    return Community.objects.create(
        slug=name.lower().replace(" ", "-"), name_en=name, access=access, opened_at=timezone.now()
    )


def answered(place, title, asker, answerer, *concepts, text="Under the stairs."):
    """A thread with an accepted answer."""
    thread = Thread.objects.create(community=place, title=title, author=asker, is_answered=True)
    Post.objects.create(thread=thread, number=1, author=asker, source="Where?", html="<p>Where?</p>")
    answer = {"author": answerer, "source": text, "html": f"<p>{text}</p>", "accepted_at": timezone.now()}
    Post.objects.create(thread=thread, number=2, **answer)
    for concept in concepts:
        ThreadConcept.objects.create(thread=thread, concept=concept)
    return thread


def key(thing):
    """The key of a thing on maps."""
    return f"{thing._meta.model_name}:{thing.pk}"


def mapped(*things):
    """Put things onto the map, as the outbox would."""
    keep([key(thing) for thing in things])


def silence():
    return make_concept("silence", "安静")
