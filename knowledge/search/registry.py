"""What can be searched: every app registers its kinds in `ready()`, and search needs to know no model by name."""

from collections.abc import Callable
from dataclasses import dataclass

KINDS = {}


@dataclass(frozen=True)
class Searchable:
    """A kind of thing that is searched.

    `build(pks)` yields a `SearchDoc` for each of these things that may be found at all; what it leaves out leaves the
    index. `rows(user, pks)` gives {pk: thing} of those that `user` may see (from `visible_to`), with all that a
    result row shows at hand; `template` draws it. Things without a title of their own are not `suggested` while one types.
    """

    kind: str
    model: type
    label: str
    build: Callable
    rows: Callable
    template: str
    suggested: bool = True

    @property
    def prefix(self):
        return f"{self.model._meta.label_lower}:"

    def key(self, pk):
        return f"{self.prefix}{pk}"


def register(kind, model, *, label, build, rows, template, suggested=True):
    """Make a kind of thing searchable, from an app's `ready()`. The order of registering is that of the tabs."""
    KINDS[kind] = Searchable(kind, model, label, build, rows, template, suggested)


def by_model(keys):
    """Sort keys (app_label.model:pk) by the kind they belong to: {Searchable: [pk, …]}; keys of other models are left
    out."""
    found = {}
    prefixes = {searchable.prefix: searchable for searchable in KINDS.values()}
    for key in keys:
        model, _colon, pk = key.partition(":")
        searchable = prefixes.get(f"{model}:")
        if searchable and pk.isdecimal():
            found.setdefault(searchable, []).append(int(pk))
    return found


def documents(keys):
    """The `SearchDoc` of each of these keys whose thing may be found at all."""
    return [doc for searchable, pks in by_model(keys).items() for doc in searchable.build(pks)]


def things(keys, user):
    """{key: (Searchable, thing)} of what `user` may see of these; a number of queries for each kind among them."""
    found = {}
    for searchable, pks in by_model(keys).items():
        found |= {searchable.key(pk): (searchable, thing) for pk, thing in searchable.rows(user, pks).items()}
    return found
