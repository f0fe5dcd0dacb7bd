"""Who spoke, as a page names them."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from knowledge.models import Person


@dataclass(frozen=True)
class Speaker:
    """A name, the page behind it where this reader may open it, and what stands in the circle before it."""

    name: str
    url: str = ""

    @property
    def initials(self):
        """“IV” for Ines Varga, “林” for 林舒窈."""
        words = self.name.split()
        if not words:
            return "?"
        first = words[0][0]
        if unicodedata.east_asian_width(first) == "W" or len(words) == 1:
            return first.upper()
        return (first + words[-1][0]).upper()


class Speakers:
    """The people among `persons` (Person or None) as `reader` may see them; one query however many there are."""

    def __init__(self, persons, reader):
        keys = {person.pk for person in persons if person is not None}
        visible = Person.objects.visible_to(reader).filter(pk__in=keys) if keys else Person.objects.none()
        self._open = set(visible.values_list("pk", flat=True))

    def of(self, person):
        """The `Speaker` of a person; without one it is a former member."""
        if person is None:
            return Speaker(_("Former member"))
        return Speaker(str(person), person.get_absolute_url() if person.pk in self._open else "")
