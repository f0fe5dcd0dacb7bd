"""Socialization of talk that took place elsewhere, many threads at a time: what `record_conversion` does for one."""

from dataclasses import dataclass

from communities.models import Conversion, ConversionCredit, ConversionPart, PartRole, Post, Thread
from communities.seci import Mode, Outcome, stage_of, standing
from knowledge.outbox import key_of


@dataclass
class Meeting:
    """The first post of a thread, and the first one by somebody else."""

    thread: Thread
    first: Post
    second: Post


def meeting(thread, first, posts):
    """The `Meeting` of `thread` when one of `posts`, in their order, is by another person than `first`; else None.

    A person whose account is gone is nobody in particular: two of them are not known to be two.
    """
    second = next((post for post in posts if post.author_id != first.author_id), None)
    return Meeting(thread, first, second) if second else None


def stand_met(meetings):
    """Put the threads of `meetings` where they stand now, in memory: before anything else has happened to them."""
    for one in meetings:
        at = one.second.created_at
        passed = standing([(Mode.SOCIALIZATION, Outcome.DONE, "", at)])
        one.thread.stand(passed, stage_of(passed), at)


def record_meetings(meetings):
    """Append a Socialization for each of `meetings`, of saved threads and posts; in the transaction that saved them."""
    events = Conversion.objects.bulk_create(
        Conversion(mode=Mode.SOCIALIZATION, made_by_id=one.second.author_id, made_at=one.second.created_at)
        for one in meetings
    )
    pairs = list(zip(events, meetings, strict=True))
    links = Conversion.threads.through
    links.objects.bulk_create(links(conversion=event, thread=one.thread) for event, one in pairs)
    ConversionPart.objects.bulk_create(
        ConversionPart(conversion=event, role=role, key=key_of(thing))
        for event, one in pairs
        for role, thing in (
            (PartRole.INPUT, one.first),
            (PartRole.INPUT, one.second),
            (PartRole.OUTPUT, one.thread),
        )
    )
    ConversionCredit.objects.bulk_create(
        ConversionCredit(conversion=event, person_id=person)
        for event, one in pairs
        for person in (one.first.author_id, one.second.author_id)
        if person
    )
