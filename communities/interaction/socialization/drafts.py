"""What somebody is writing, kept on the server: a lost session loses nothing."""

from django.db import transaction

from communities.models import Draft

MOST = 50  # places at which one person keeps a draft


@transaction.atomic
def keep_draft(by, place, fields):
    """Keep the `fields` of a form (a dict of texts) as what `by` is writing at `place`; return the draft."""
    draft, _is_new = Draft.objects.update_or_create(user=by, place=place[:60], defaults={"fields": fields})
    latest = Draft.objects.filter(user=by).order_by("-saved_at", "-pk").values("pk")[:MOST]
    Draft.objects.filter(user=by).exclude(pk__in=list(latest.values_list("pk", flat=True))).delete()
    return draft


def draft_of(by, place):
    """What `by` is writing at `place`, or None."""
    return Draft.objects.filter(user=by, place=place).first() if by.is_authenticated else None


def drop_draft(by, place):
    """It was sent, or given up."""
    Draft.objects.filter(user=by, place=place).delete()
