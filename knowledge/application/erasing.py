"""Erasing a person: the name, the address and the sign-in go, what they wrote stays under “Former member”."""

from django.db import transaction
from django.utils import timezone

from knowledge.audit import forget_names, record
from knowledge.models import Capture, Entry, EntryContributor, Person
from knowledge.outbox import tell
from knowledge.policies import check_erase

FORGETTERS = []


def forgets(function):
    """Let `function(person, account)` take out what a room above keeps about somebody, while their name is still known.

    It runs in the transaction that erases; `account` is None for who never signed in.
    """
    if function not in FORGETTERS:
        FORGETTERS.append(function)
    return function


@transaction.atomic
def erase(person, *, by):
    """Take everything that says who `person` is out of the record; return the person.

    The account itself is deleted by who keeps accounts (kmsite); here its link is cut. A second time changes nothing.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if by is not None:
        check_erase(by, person)
    if person.erased_at:
        return person
    account = person.user
    if account is not None:
        forget_names(account, actor=account)
    forget_names(person)
    _take_out_of_versions(person)
    EntryContributor.objects.filter(person=person).update(kept_name="")
    Capture.objects.filter(teller=person).update(teller_name="", teller_email="")
    person.knows.all().delete()
    for forget in FORGETTERS:
        forget(person, account)
    person.become_former_member(timezone.now())
    record("person-erased", person, by=None if by == account else by, label="–")
    tell("person_erased", person)
    return person


def _take_out_of_versions(person):
    """Old versions of an entry keep the names of who had a part in it: take this one out."""
    for entry in Entry.objects.filter(contributors__person=person).distinct():
        for version in entry.revisions.all():
            for part in version.content.get("contributors", ()):
                if part.get("person") == person.pk and part.get("kept_name"):
                    part["kept_name"] = ""
                    version.save(update_fields=["content"])
