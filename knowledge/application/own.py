"""One's own page is a list of sections; each room registers what it has to show.

A section is what a function of the user returns (a dict for its template), or None when there is nothing to show.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from knowledge.application.inventory import STATES, with_state
from knowledge.models import Entry


@dataclass(frozen=True)
class Section:
    order: int
    make: Callable
    template: str


SECTIONS: list[Section] = []


def register_section(order, make, template):
    """Show `make(user)` on the own page with `template`; sections stand by `order`. Twice the same function is once."""
    if not any(section.make == make for section in SECTIONS):
        SECTIONS.append(Section(order, make, template))
        SECTIONS.sort(key=lambda section: section.order)


def sections_for(user):
    """The sections that have something to show to `user`: a list of (template, context)."""
    made = ((section.template, section.make(user)) for section in SECTIONS)
    return [(template, context) for template, context in made if context is not None]


KEPT: dict[str, Callable] = {}


def keeps(name):
    """Register `function(user) -> list or dict` as what a room keeps about a person, for their download."""

    def register(function):
        KEPT[name] = function
        return function

    return register


def everything_kept(user):
    """All that the site keeps about `user`, as JSON-able data: name of the part -> rows."""
    return {name: rows(user) for name, rows in KEPT.items()}


# ---------------------------------------------------------------- what I wrote
SHOWN = 20


def own_entries(user):
    """Entries that `user` wrote or had a part in, with where they stand."""
    mine = Q(owner=user) | Q(contributors__person__user=user)
    return with_state(Entry.objects.visible_to(user).filter(mine).distinct())


def written_by(user):
    """The newest entries of `user`; None when there are none."""
    found = list(own_entries(user).select_related("locale").order_by("-latest_revision_created_at")[: SHOWN + 1])
    if not found:
        return None
    for entry in found:
        entry.stands = STATES[entry.state_name]
    return {"entries": found[:SHOWN], "more": len(found) > SHOWN}


register_section(20, written_by, "knowledge/own/written.html")
