"""What carries concepts: entries and people, and what the rooms above add. A concept that something carries is not deleted."""

from knowledge.models import EntryConcept, PersonConcept

CARRIERS = {
    EntryConcept: "entry_id",
    PersonConcept: "person_id",
}  # model of rows with a `concept` -> its field for who carries it


def carries(model, owner):
    """Let the rows of `model` count as uses of their `concept`; `owner` is the field for what carries it. From an app's `ready()`."""
    CARRIERS[model] = owner


def is_carried(concept):
    """Whether anything is about `concept`, or knows it."""
    return any(model.objects.filter(concept=concept).exists() for model in CARRIERS)


def carry_instead(held, target):
    """Let everything that carries `held` carry `target`; what has both already carries it once."""
    for model, owner in CARRIERS.items():
        rows = model.objects.filter(concept=held)
        has = set(model.objects.filter(concept=target).values_list(owner, flat=True))
        rows.filter(**{f"{owner}__in": has}).delete()
        rows.update(concept=target)
