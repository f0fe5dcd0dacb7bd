"""That somebody searched, kept without the somebody: what for, narrowed how, and how much there was."""

import logging

from django.db import DatabaseError

from knowledge.models import SearchEvent
from knowledge.search.analysis import fold
from knowledge.search.query import clean

log = logging.getLogger(__name__)


def record(text, *, language, filters, count):
    """Keep one search. It is no reason to fail: a page that was answered stays answered."""
    text = clean(text)[:300]
    try:
        SearchEvent.objects.create(query=text, folded=fold(text)[:300], language=language, filters=filters, count=count)
    except DatabaseError:
        log.exception("a search could not be recorded")
