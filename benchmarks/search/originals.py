"""What documents are made from: real vocabularies, forums and wikis, brought in by the site's own imports."""

import json
import random
from contextlib import contextmanager
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from communities.models import Community, Membership
from communities.rules import Access
from kmsite.models import User
from knowledge.models import Person
from knowledge.search.registry import KINDS

SEED = 1897
KIND_NAMES = ("entry", "thread", "post", "concept")
READER = "reader@benchmark.example"
CLOSED, JOINED = 20, 5  # communities, and those of them that the reader is in
VOCABULARIES = {"concepts/coar/resource_types.ttl": "form", "concepts/unesco-thesaurus.ttl": "subject"}
DUMPS = ("stackexchange-quantum", "stackexchange-history-meta")
TALK = "egret-zh"
WIKIS = ("folio", "zotero-zh", "koha-manual", "tldr")


def bring_in(data, few=0):
    """Import the folder of real data as a site would. `few`: so many lines of each JSONL file only, and no dumps."""
    call_command("setup", verbosity=0)
    for path, facet in VOCABULARIES.items():
        if not few or facet == "form":
            _call("import_skos", data / path, facet="subject" if few else facet)
    for slug in (TALK, *DUMPS):
        Community.objects.create(slug=slug, name_en=slug, opened_at=timezone.now())
    for slug in DUMPS if not few else ():
        _call("import_stackexchange", data / "forum" / slug, community=slug, no_index=True)
    with _readable([data / "forum" / f"{TALK}.jsonl"], few) as files:
        _call("import_threads", *files, community=TALK, language="zh-hans", no_index=True)
    with _readable([data / "wiki" / f"{name}.jsonl" for name in WIKIS], few) as files:
        _call("import_entries", *files, publish=True, subject=["text" if few else "Documents"], no_index=True)
    let_in_a_reader()


def _call(command, *files, **options):
    """Faulty rows are named and left out, and the command ends with an error; the others are enough for us."""
    try:
        call_command(command, *map(str, files), stdout=StringIO(), stderr=StringIO(), verbosity=0, **options)
    except SystemExit as left_out:
        if left_out.code != 1:
            raise


@contextmanager
def _readable(paths, few):
    """The same files, or the first lines of each, as the site reads them: another markup as plain text, Chinese as Chinese."""
    with TemporaryDirectory() as folder:
        for path in paths:
            with path.open(encoding="utf-8") as file:
                lines = [_readable_line(line) for line in islice(file, few or None)]
            (Path(folder) / path.name).write_text("".join(lines), encoding="utf-8")
        yield [Path(folder) / path.name for path in paths]


def _readable_line(line):
    row = json.loads(line)
    told = {"body_format": "text"} if row.get("body_format") == "rst" else {}
    told |= {"lang": "zh"} if row["lang"] == "zh-Hant" else {}
    return json.dumps({**row, **told}) + "\n"


def let_in_a_reader():
    """An account that may read a part of what is closed: a group, and some of the closed communities."""
    user = User.objects.create(email=READER, password="!")
    person = Person.objects.create(user=user, name="Reader of the benchmark")
    user.groups.add(Group.objects.create(name="benchmark"))
    for number in range(CLOSED):
        closed = Community.objects.create(
            slug=f"closed-{number}", name_en=f"Closed {number}", access=Access.CLOSED, opened_at=timezone.now()
        )
        if number < JOINED:
            Membership.objects.create(community=closed, person=person)


def reader():
    return User.objects.get(email=READER)


def originals():
    """The search documents of all that was brought in, in an order that is always the same and mixes the kinds."""
    docs = [doc for kind in KIND_NAMES for doc in _built(KINDS[kind])]
    random.Random(SEED).shuffle(docs)
    return docs


def _built(searchable):
    pks = list(searchable.model._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), 500):
        yield from searchable.build(pks[start : start + 500])
