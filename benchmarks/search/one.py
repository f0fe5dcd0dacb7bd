"""Everything about one size on one engine, in the database that DATABASE_URL names; `python -m benchmarks.search` calls it."""

import argparse
import json
import logging
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")

import django

django.setup()

from django.core.management import call_command

from benchmarks.search import filling, originals
from benchmarks.search.asking import Asking
from benchmarks.search.figures import search_figures, suggestion_figures
from benchmarks.search.making import Making, in_place_of_things
from benchmarks.search.quality import Judged, quality_figures
from kmsite.models import User
from knowledge.search.backends.elastic import connection
from knowledge.search.backends.elastic.connection import is_configured

LARGEST_REBUILD = 100_000  # documents; beyond, making them anew says nothing that the rate does not


def bring_in(data, few=0):
    """The real things, once."""
    if not User.objects.filter(email=originals.READER).exists():
        originals.bring_in(data, few)


def filled(making, notes, written=None):
    """The figures of the index of these documents, which is filled where it is not yet."""
    filling.fill(making, notes, written)
    filling.fill_elasticsearch(making, notes)
    return filling.elastic_figures(making, notes) if is_configured() else filling.index_figures(notes)


def measure(size, *, queries, place, written=None):
    """Index, search and suggestions at `size` documents; `queries` of each, as visitor and as signed in."""
    making, notes = Making(size), filling.Notes(place)
    index = filled(making, notes, written)
    if not is_configured() and size <= LARGEST_REBUILD:
        index |= filling.rebuild(making)
    asking = Asking(making.firsts)
    with in_place_of_things(making):
        return {
            "index": index,
            "search": search_figures(asking.queries(queries)),
            "suggestions": suggestion_figures(asking.beginnings(queries)),
        }


def judge(*, place):
    """How good the first ten are."""
    judged = Judged()
    filled(judged, filling.Notes(place))
    with in_place_of_things(judged):
        return quality_figures(judged)


def main(options):
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)
    connection.HASTE = connection.PATIENCE  # however busy the machine is, the database does not answer in its place
    call_command("migrate", verbosity=0)
    bring_in(options.data, options.few)
    if options.part == "quality":
        figures = judge(place=options.notes)
    elif options.part == "base":
        figures = {}
    else:
        size = int(options.part)
        figures = measure(size, queries=options.queries, place=options.notes, written=options.written)
    options.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", help="a number of documents, quality, or base")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--few", type=int, default=0)
    parser.add_argument("--queries", type=int, default=240)
    parser.add_argument("--written", type=int)
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    main(parser.parse_args())
