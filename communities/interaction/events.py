"""Writing down conversions, and where threads stand because of them."""

from django.db import transaction

from communities.models import Conversion, ConversionCredit, ConversionPart, PartRole, Thread
from communities.seci import Mode, Outcome, stage_of, standing
from knowledge.outbox import key_of, tell


@transaction.atomic
def record_conversion(
    mode, *, threads, by, inputs=(), output=None, outcome=Outcome.DONE, reason="", credited=(), unnamed=(), at=None
):
    """Append a conversion and put its `threads` where they stand now; return it.

    `inputs` and `output` are saved things (or keys); `by` is a Person or None; `credited` and `unnamed` are Persons whose
    knowledge went in, the latter not to be named to who cannot read where they said it. `at` is for imports and the demo.
    """
    list(
        Thread.objects.select_for_update().filter(pk__in=[thread.pk for thread in threads]).order_by("pk")
    )  # one by one
    moment = {"made_at": at} if at else {}
    conversion = Conversion.objects.create(mode=mode, outcome=outcome, made_by=by, reason=reason, **moment)
    conversion.threads.set(threads)
    parts = [(PartRole.INPUT, one) for one in inputs] + ([(PartRole.OUTPUT, output)] if output is not None else [])
    keys = dict.fromkeys((role, one if isinstance(one, str) else key_of(one)) for role, one in parts)
    ConversionPart.objects.bulk_create(ConversionPart(conversion=conversion, role=role, key=key) for role, key in keys)
    people = dict.fromkeys(credited, True) | dict.fromkeys(unnamed, False)
    ConversionCredit.objects.bulk_create(
        ConversionCredit(conversion=conversion, person=person, named=named) for person, named in people.items()
    )
    for thread in threads:
        restand(thread)
    tell("converted", conversion, mode=str(mode), outcome=str(outcome))
    return conversion


def restand(thread):
    """Derive anew where `thread` stands, from its conversions, and keep it for lists."""
    events = events_of([thread.pk])[thread.pk]
    passed = standing(events)
    stage = stage_of(passed)
    moments = [moment for _outcome, moment in passed.values()]
    thread.stand(passed, stage, max(moments, default=thread.created_at))
    fields = ["stage", "stage_since", "skipped", *Thread.MOMENTS.values()]
    thread.save(update_fields=fields)


def events_of(thread_ids):
    """The conversions of each thread, oldest first: {thread pk: [(mode, outcome, output key or "", moment)]}; two queries.

    Turns are no modes and stand on the threads themselves.
    """
    found = {pk: [] for pk in thread_ids}
    links = Conversion.threads.through.objects.filter(thread__in=thread_ids).select_related("conversion")
    links = list(links.order_by("conversion__made_at", "conversion"))
    outputs = dict(
        ConversionPart.objects.filter(
            conversion__in=[link.conversion_id for link in links], role=PartRole.OUTPUT
        ).values_list("conversion", "key")
    )
    for link in links:
        event = link.conversion
        found[link.thread_id].append((event.mode, event.outcome, outputs.get(event.pk, ""), event.made_at))
    return found


def has_happened(thread, mode):
    """Whether `mode` is done for `thread`, and stands."""
    return thread.done_at(Mode(mode)) is not None
