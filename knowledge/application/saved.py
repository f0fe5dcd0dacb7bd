"""Searches that a reader keeps: named, found on their own page, followed with a feed reader, handed out and erased with
them."""

from django.contrib.auth import get_user_model
from django.db import transaction

from knowledge.application.erasing import forgets
from knowledge.application.own import keeps, register_section
from knowledge.forms.saved import LONGEST_NAME
from knowledge.models import SavedSearch
from knowledge.models.saved import LONGEST_QUERY, new_token
from knowledge.policies import check_change_search, check_keep_search


@transaction.atomic
def save_search(name, query, *, by, filters=None, exact=False, left_out=()):
    """Keep a search for `by`; return it. `filters` maps facets to chosen values, `left_out` are keys of concepts."""
    by = get_user_model().objects.select_for_update().get(pk=by.pk)  # so that none slips past the most
    check_keep_search(by)
    return SavedSearch.objects.create(
        user=by,
        name=name[:LONGEST_NAME],
        query=query[:LONGEST_QUERY],
        filters=filters or {},
        exact=exact,
        left_out=list(left_out),
    )


@transaction.atomic
def rename_search(saved, name, *, by):
    """Call a kept search otherwise."""
    saved = _locked(saved, by)
    saved.name = name[:LONGEST_NAME]
    saved.save(update_fields=["name"])


@transaction.atomic
def renew_feed(saved, *, by):
    """Give the feed of a kept search a new address; the old one answers nobody from now on."""
    saved = _locked(saved, by)
    saved.token = new_token()
    saved.save(update_fields=["token"])


@transaction.atomic
def delete_search(saved, *, by):
    """Keep a search no longer; its feed goes with it."""
    _locked(saved, by).delete()


def _locked(saved, by):
    saved = SavedSearch.objects.select_for_update().get(pk=saved.pk)
    check_change_search(by, saved)
    return saved


def saved_by(user):
    """The searches that `user` keeps, for their own page; None when there are none."""
    found = list(SavedSearch.objects.visible_to(user))
    return {"searches": found} if found else None


register_section(40, saved_by, "knowledge/own/searches.html")


@keeps("saved_searches")
def kept_searches(user):
    """What of each kept search belongs to the person; the address of its feed is a key and stays here."""
    return [
        {"name": row.name, "asked": row.asked, "made": row.made_at.isoformat()}
        for row in SavedSearch.objects.visible_to(user).order_by("pk")
    ]


@forgets
def forget_searches(person, account):
    """With a person go the searches that they kept, and their feeds."""
    if account is not None:
        SavedSearch.objects.filter(user=account).delete()
