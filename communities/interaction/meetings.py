"""Socialization of talk that took place elsewhere, many threads at a time: what `record_conversion` does for one."""

from dataclasses import dataclass

from communities.models import Conversion, ConversionCredit, ConversionPart, PartRole, Post, Thread
from communities.seci import Mode, Outcome, stage_of, standing
from knowledge.outbox import key_of


@dataclass
class Meeting:
    """Where two people met: the first post of the one, and the first of the other."""

    thread: Thread
    first: Post
    second: Post


def meeting(thread, posts):
    """The `Meeting` in `posts` of `thread`, in their order; None when only one person speaks.

    Who has no account any more is nobody in particular, here as elsewhere: they are not known to be a second person.
    """
    voices = [post for post in posts if post.author_id is not None]
    second = next((post for post in voices if post.author_id != voices[0].author_id), None)
    return Meeting(thread, voices[0], second) if second else None


def stand_met(meetings):
    """Put the threads of `meetings` where they stand now, in memory: before anything else has happened to them."""
    for one in meetings:
        at = one.second.created_at
        passed = standing([(Mode.SOCIALIZATION, Outcome.DONE, "", at)])
        one.thread.stand(passed, stage_of(passed), at)


def record_meetings(meetings):
    """Append a Socialization for each of `meetings`, of saved threads and posts; in the transaction that saved them.

    Who came in with the talk agreed to nothing yet: from a closed community they are not named to others.
    """
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
        ConversionCredit(conversion=event, person_id=post.author_id, named=not one.thread.community.is_closed)
        for event, one in pairs
        for post in (one.first, one.second)
    )
