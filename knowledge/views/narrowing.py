"""What a reader has chosen beside a list, read from the address and written back into it."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

from knowledge.search.backends.base import Sort
from knowledge.search.facets import CHOICES, NAMES
from knowledge.search.registry import KINDS

MOST_VALUES = 20  # of one facet
LAST_PAGE = 500


class Narrowing:
    """Facets, order and page of a list, from `request.GET`. What makes no sense there is left out, never an error."""

    def __init__(self, request, *, sort):
        self.query = request.GET
        self.path = request.path
        self.standard_sort = sort

    @cached_property
    def filters(self):
        """{facet: its chosen values}, for those in which something is chosen."""
        chosen = {name: self._values(name) for name in ("type", *NAMES)}
        return {name: values for name, values in chosen.items() if values}

    def _values(self, name):
        values = dict.fromkeys(self.query.getlist(name)[:MOST_VALUES])
        return [value for value in values if self._is_value(name, value)]

    def _is_value(self, name, value):
        if name == "type":
            return value in KINDS
        if name in CHOICES:
            return value in CHOICES[name].values
        return _is_number(value)

    @property
    def left_out(self):
        """The concepts whose other names are not to be searched."""
        return tuple(int(value) for value in self.query.getlist("without")[:MOST_VALUES] if _is_number(value))

    @property
    def sort(self):
        wanted = self.query.get("sort")
        return Sort(wanted) if wanted in [*Sort] else self.standard_sort

    @property
    def page(self):
        page = self.query.get("page", "")
        return min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 9 else 1

    def without(self, name, value=None):
        """The address of this list without one chosen value, or without all of a facet, on its first page."""
        query = self.query.copy()
        query.setlist(name, [other for other in query.getlist(name) if value is not None and other != value])
        return self._address(query)

    def having(self, name, value):
        """The address of this list with `value` alone chosen in a facet."""
        query = self.query.copy()
        query[name] = value
        return self._address(query)

    def leaving_out(self, concepts):
        """The address of this list without the other names of these concepts, too."""
        query = self.query.copy()
        query.setlist("without", [*query.getlist("without"), *map(str, concepts)])
        return self._address(query)

    def taking(self, *names):
        """The address of this list with nothing said under these names."""
        query = self.query.copy()
        for name in names:
            query.pop(name, None)
        return self._address(query)

    @property
    def asked(self):
        """What the address asks for, whatever the order and the page."""
        return self.taking("sort").partition("?")[2]

    @property
    def cleared(self):
        """The address of this list with nothing chosen."""
        return self.taking(*NAMES)

    def _address(self, query):
        query.pop("page", None)
        query.pop("after", None)  # which search this one was typed on from: it holds for one page
        written = query.urlencode()
        return f"{self.path}?{written}" if written else self.path

    def chips(self, panels):
        """(facet, value, address without it) of everything that is chosen."""
        return [
            (panel, value, self.without(panel.name, value.value))
            for panel in panels
            for value in panel.values
            if value.chosen
        ]


def _is_number(value):
    return value.isascii() and value.isdigit() and len(value) < 19


class Counted(Paginator):
    """A paginator over a list whose rows were fetched and counted by the search."""

    def __init__(self, results):
        super().__init__((), results.per_page)
        self.count = results.reachable
        self.results = results

    def current(self):
        return self._get_page(self.results.hits, self.results.page, self)
