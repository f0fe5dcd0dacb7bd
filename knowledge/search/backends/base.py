"""What every engine does: the contract between `api` and the backends."""

from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.search.query import Query

NAMED = 1.5  # how much more a document counts that has all that was typed in its title or further names


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked of an engine.

    `access` are the reader's tokens; `kinds` the kinds of documents looked through, empty for all; `filters` maps a
    facet to the chosen values (any of them will do; all facets must hold); `facets` the facets to count;
    `most_values` how many of each, beside the chosen. `first` are keys of what the query is the name of. With
    `gathered` each family is shown by its best document only. `telling` is how many telling tokens are wanted, at most.
    """

    query: Query
    access: frozenset
    kinds: tuple = ()
    filters: dict = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    facets: tuple = ()
    most_values: int = 40
    gathered: bool = False
    first: tuple = ()
    telling: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine answers.

    `total` documents satisfy query and filters, `before_filters` the query alone. Of gathered ones `total` counts each
    family once, and `further` says how many more of a family there are beside one of the `keys`. `keys` are those of the page asked
    for, best first; what stands level goes by its key, so that a list goes on alike when another engine takes over. `counts`
    maps a facet to its (value, count) pairs, most first; each facet is counted as if nothing were chosen in it. `telling`
    maps tokens that are frequent in the best documents, and rare in all that the reader may see, to how telling they are;
    empty where an engine cannot say. `is_makeshift` when another engine should have answered and could not.
    """

    total: int
    before_filters: int
    keys: tuple
    counts: dict
    further: dict = field(default_factory=dict)
    telling: dict = field(default_factory=dict)
    is_makeshift: bool = False


class Engine:
    """What answers readers."""

    def search(self, request):
        """The `Found` for a `SearchRequest`."""
        raise NotImplementedError

    def suggest(self, query, access, kinds=(), limit=8):
        """Keys of documents whose title or further names hold what is typed; those that begin with it first, then the
        most used and shortest."""
        raise NotImplementedError

    def alike(self, key, query, access, kinds=(), limit=5):
        """Keys of other documents that are like the one under `key`, of which `query` holds the title; best first."""
        found = self.search(SearchRequest(query=query, access=frozenset(access), kinds=tuple(kinds), limit=limit + 1))
        return tuple(other for other in found.keys if other != key)[:limit]


class Backend(Engine):
    """An engine of the database. It keeps tokens beside the `SearchEntry` rows, which `indexing` writes."""

    def write(self, rows):
        """Take in documents: a list of (number of the `SearchEntry`, `SearchDoc`); what stood under these numbers
        goes."""
        raise NotImplementedError

    def remove(self, numbers):
        """Drop the documents of these `SearchEntry` numbers."""
        raise NotImplementedError

    def without_tokens(self):
        """The numbers of `SearchEntry` rows of which the engine knows nothing; none in a sound index."""
        raise NotImplementedError
