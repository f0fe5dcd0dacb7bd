"""Two people, or two windows, wrote on at one text: both are shown, and neither is lost."""

from django.shortcuts import render

from communities.interaction.versions import StaleVersion


class BothTexts:
    """For a form that carries the `version` it was started from: who started from an older one is shown both.

    `stands(current)` says who saved the version that stands, when, and where the form is.
    """

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except StaleVersion as stale:
            return render(self.request, "communities/both.html", self.both(form, stale), status=409)

    def both(self, form, stale):
        """What both.html shows: the texts that differ, and the form as it was sent, on the version that stands."""
        now = stale.current
        sent = [(name, value) for name, values in self.request.POST.lists() for value in values if name != "version"]
        return {
            "thing": now,
            "rows": list(differing(form, stale)),
            "again": [*sent, ("version", now.version)],
            **self.stands(now),
        }

    def stands(self, current):
        raise NotImplementedError


def differing(form, stale):
    """(name, label, what stands, what was sent) of each field of which the two differ."""
    for name, yours in stale.yours.items():
        theirs = getattr(stale.current, SOURCES.get(name, name))
        if theirs != yours:
            yield name, form.fields[name].label, shown(form.fields[name], theirs), shown(form.fields[name], yours)


SOURCES = {"text": "source"}  # a form says “text” to what a distillation keeps as its source


def shown(field, value):
    """A choice by its words, everything else as it was written."""
    return dict(getattr(field, "choices", ())).get(value, value)
