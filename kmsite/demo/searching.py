"""A year of the demo's searches, through the functions of the search page; and what librarians and readers made of them.

It is written once the index is there: how much was found is what the search finds.
"""

import random
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from kmsite.demo import reading
from knowledge.acquisition.wanted import want_entry
from knowledge.application.saved import save_search
from knowledge.models import EntryState, Person, SearchEvent, SearchMonth
from knowledge.outbox import key_of
from knowledge.search import api, events, reports
from knowledge.search.analysis import fold
from knowledge.search.pins import pin

ORIGIN = "demo"
YEAR = 360  # days
OPENED_AMONG = 3  # readers open one of the first


@transaction.atomic
def write_searches():
    """What was searched, put first, asked for and kept; nothing where somebody has searched already."""
    if SearchEvent.objects.exists() or SearchMonth.objects.exists():
        return
    told = reading.searches()
    for one in told["searches"]:
        _search(**one)
    events.forget_events()
    for one in told["first"]:
        pin(_entry(one["entry"]), query=one["words"], by=_user(one["by"]))
    for one in told["wanted"]:
        _want(**one)
    for one in told["kept"]:
        save_search(one["name"], one["words"], by=_user(one["by"]))


def _search(words, *, language, asked, opened):
    """Search `asked` times for `words`, the more often the less long ago, and open something `opened` times."""
    chance = random.Random(words)  # noqa: S311  the same year in every demo
    found = api.search(words, AnonymousUser(), per_page=OPENED_AMONG)
    hits = [] if found.is_loose else found.hits
    happy = set(chance.sample(range(asked), opened if hits else 0))
    for number in range(asked):
        at = timezone.now() - timedelta(days=YEAR * ((number + chance.random()) / asked) ** 2, hours=1)
        handle = events.new_handle()
        count = found.total if hits else 0
        events.record(words, language=language, filters={}, count=count, handle=handle, at=at)
        if number in happy:
            place = chance.randint(1, len(hits))
            events.opened(handle, hits[place - 1].kind, place)


def _want(words, *, language, by, note):
    user = _user(by)
    numbers = reports.story(fold(words), user) or {"searches": 0}
    with override(language):
        want_entry(words, note, searches=numbers["searches"], by=user)


def _entry(name):
    return key_of(EntryState.objects.select_related("entry").get(origin=f"{ORIGIN}:{name}").entry)


def _user(name):
    return Person.objects.select_related("user").get(origin=f"{ORIGIN}:{name}").user
