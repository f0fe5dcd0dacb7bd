"""Search at several sizes on several engines: how fast it is indexed, answered and suggested, and how good the answers are.

    python -m benchmarks.search                                     # 10,000 documents on SQLite, and quality
    python -m benchmarks.search --sizes 10000 100000 1000000
    .ci/with-postgres python -m benchmarks.search --engine postgresql
    .ci/with-elasticsearch python -m benchmarks.search --engine elasticsearch

The documents are made from a folder of real data, KMSITE_DATA (../shared/data). What was made and measured stays in
`--place`: a run that was stopped goes on, a database is filled once.
"""

import argparse
import json
import os
import platform
import sys
from datetime import date
from pathlib import Path

from benchmarks.search.places import Files, Server, is_there, place_of, run
from benchmarks.search.tables import tables

ENGINES = ("sqlite", "postgresql", "elasticsearch")
PLACE = Path("/var/tmp/kmsite-search-benchmark")


def main(options):
    results = Results(options.place / "results.json")
    for engine in options.engine:
        if not is_there(engine):
            sys.exit(f"{engine} needs the address of a server; see benchmarks/README.md.")
        place = place_of(engine, options.place)
        for part in [*map(str, sorted(options.sizes)), *([] if options.no_quality else ["quality"])]:
            if options.again or not results.has(engine, part):
                results.keep(engine, part, measured(engine, place, part, options))
    if options.json:
        options.json.write_text(results.text)
    print(tables(results.said))


def measured(engine, place, part, options):
    """The figures of one size, or of quality, on one engine."""
    stand(engine, place, part, options)
    print(f"{engine}, {part}", file=sys.stderr)
    return _run(engine, place, part, options)


def stand(engine, place, part, options):
    """See that the database of a part is there, copied from that of the real things; these are brought in once."""
    if not place.exists("base"):
        print("bringing in the real things, once", file=sys.stderr)
        if isinstance(place, Server):
            place.make("base")
        _run("sqlite" if isinstance(place, Files) else engine, place, "base", options)
    if not place.exists(part):
        place.copy("base", part)


def _run(engine, place, part, options):
    out = options.place / f"{engine}-{part}.out.json"
    database = "sqlite" if isinstance(place, Files) else engine
    notes = options.place / f"{database}-{part}.json"
    command = [sys.executable, "-m", "benchmarks.search.one", part, "--out", str(out), "--notes", str(notes)]
    command += ["--data", str(options.data), "--few", str(options.few), "--queries", str(options.queries)]
    command += ["--written", str(options.written)] if options.written else []
    run(engine, place, part, command)
    return json.loads(out.read_text())


class Results:
    """What was measured so far, kept in a file: {engine: {part: figures}}."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.said = json.loads(path.read_text()) if path.exists() else {}

    def has(self, engine, part):
        return part in self.said.get(engine, {})

    def keep(self, engine, part, figures):
        about = {"date": date.today().isoformat(), "machine": f"{os.cpu_count()} cores, {platform.machine()}"}
        about["load"] = round(os.getloadavg()[1], 1)
        self.said.setdefault(engine, {})[part] = {"about": about, **figures}
        self.path.write_text(self.text)

    @property
    def text(self):
        return json.dumps(self.said, indent=1, ensure_ascii=False)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000], help="numbers of documents")
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=["sqlite"])
    parser.add_argument("--queries", type=int, default=240, help="searches, and as many beginnings for suggestions")
    parser.add_argument("--written", type=int, help="so many by the site's functions; the others are copied from these")
    parser.add_argument("--no-quality", action="store_true", help="leave nDCG out")
    parser.add_argument("--again", action="store_true", help="measure again what was measured; nothing is filled again")
    parser.add_argument("--place", type=Path, default=PLACE, help="folder of databases and results")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("KMSITE_DATA", "../shared/data")))
    parser.add_argument("--few", type=int, default=0, help="only so many lines of each file, and no dumps")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"{options.data} is no folder. KMSITE_DATA has to name the folder of real data.")
    options.data = options.data.resolve()
    return options


if __name__ == "__main__":
    main(parsed())
