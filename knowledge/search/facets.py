"""The facets by which results are narrowed: their names in addresses and rows, and how their values are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from knowledge.rules import EntryForm, Facet, Kind


class CheckState(models.TextChoices):
    """Whether a librarian vouches for an entry."""

    CHECKED = "checked", _("Checked")
    DUE = "due", _("Check due")
    UNCHECKED = "unchecked", _("Not checked")


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    CHINESE = "zh-hans", _("Chinese")


# The name of a concept facet in addresses; `form` is taken by the form of an entry.
OF_CONCEPTS = {
    Facet.SUBJECT: "subject",
    Facet.ORGANIZATION: "organization",
    Facet.BUSINESS: "business",
    Facet.FORM: "resource",
    Facet.USE: "use",
}

CHOICES = {"kind": Kind, "form": EntryForm, "state": CheckState, "language": Language}

# In the order in which a page shows them.
LABELS = {
    "subject": Facet.SUBJECT.label,
    "kind": pgettext_lazy("facet", "Kind"),
    "form": _("Form of text"),
    "state": pgettext_lazy("facet", "State"),
    "language": _("Language"),
    "organization": Facet.ORGANIZATION.label,
    "business": Facet.BUSINESS.label,
    "resource": Facet.FORM.label,
    "use": Facet.USE.label,
}

NAMES = tuple(LABELS)
HIERARCHIES = frozenset(OF_CONCEPTS.values())
