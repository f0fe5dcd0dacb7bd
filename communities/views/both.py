"""Two people, or two windows, wrote on at one text: both are shown, and neither is lost."""

from django.shortcuts import render

from communities.interaction.versions import StaleVersion

NOT_KEPT = ("csrfmiddlewaretoken", "version")


class BothTexts:
    """For a form that carries the `version` it was started from: who started from an older one is shown both.

    `stands(current)` says who saved the version that stands, when, and where the form is; of what has no title, also what it is in.
    """

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except StaleVersion as stale:
            return render(self.request, "knowledge/conflict.html", self.both(form, stale), status=409)

    def both(self, form, stale):
        """What conflict.html shows: the texts that differ, and the form as it was sent, on the version that stands."""
        now = stale.current
        sent = [(name, value) for name, values in self.request.POST.lists() for value in values if name not in NOT_KEPT]
        shown = {"thing": now, "rows": list(differing(form, stale)), "again": [*sent, ("version", now.version)]}
        shown |= self.stands(now)
        return shown | {"again_url": shown["edit_url"]}

    def stands(self, current):
        raise NotImplementedError


def differing(form, stale):
    """The name, the label, what stands and what was sent, of each field in which the two differ."""
    for name, yours in stale.yours.items():
        theirs = getattr(stale.current, SOURCES.get(name, name))
        if theirs != yours:
            field = form.fields[name]
            said = {"theirs": shown(field, theirs), "yours": shown(field, yours)}
            yield {"name": name, "label": field.label, **said}


SOURCES = {"text": "source"}  # a form says “text” to what a distillation keeps as its source


def shown(field, value):
    """A choice by its words, everything else as it was written."""
    return dict(getattr(field, "choices", ())).get(value, value)
