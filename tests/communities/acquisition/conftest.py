"""Dumps and files of threads as others write them, small enough to be checked by eye."""

import io
import json
from xml.sax.saxutils import quoteattr

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.utils import timezone

from communities.models import Community
from knowledge.search.api import search

QUESTION = {
    "Id": 1,
    "PostTypeId": 1,
    "AcceptedAnswerId": 3,
    "CreationDate": "2020-03-01T09:00:00.000",
    "Score": 7,
    "Title": "How long is a loan?",
    "Body": "<p>I borrowed <b>two</b> maps.</p>",
    "Tags": "<interlibrary-loan><maps>",
    "OwnerUserId": 10,
}
LATE = {"Id": 2, "PostTypeId": 2, "ParentId": 1, "CreationDate": "2020-03-03T09:00:00.000", "Score": 1}
LATE |= {"Body": "<p>Three weeks.</p>", "OwnerUserId": 12}
EARLY = {"Id": 3, "PostTypeId": 2, "ParentId": 1, "CreationDate": "2020-03-02T09:00:00.000", "Score": 4}
EARLY |= {"Body": "<p>Four weeks.</p>", "OwnerUserId": 11}
COMMENT = {"Id": 5, "PostId": 3, "CreationDate": "2020-03-02T10:00:00.000", "Score": 2, "UserId": 10}
COMMENT |= {"Text": "Thank you, `four` it is."}
USERS = [{"Id": 10, "DisplayName": "Asker"}, {"Id": 11, "DisplayName": "Four"}, {"Id": 12, "DisplayName": "Three"}]
USERS += [{"Id": 13, "DisplayName": "Silent"}]


def found(words):
    """The threads that a visitor finds."""
    return search(words, AnonymousUser(), filters={"type": ["thread"]}).hits


@pytest.fixture
def community(db):
    return Community.objects.create(slug="maps", name_en="Maps", opened_at=timezone.now())


@pytest.fixture
def dump(tmp_path):
    """Write a dump folder of these rows (dicts of attributes); return its path."""

    def write(posts=(QUESTION, LATE, EARLY), comments=(COMMENT,), users=USERS, head="", **others):
        folder = tmp_path / "desk.example"
        folder.mkdir(exist_ok=True)
        files = {"Posts": posts, "Comments": comments, "Users": users, **others}
        for name, rows in files.items():
            lines = ["<row {} />".format(" ".join(f"{k}={quoteattr(str(v))}" for k, v in row.items())) for row in rows]
            text = '<?xml version="1.0" encoding="utf-8"?>\n{}<{}>\n{}\n</{}>\n'
            tag = name.lower()
            (folder / f"{name}.xml").write_text(text.format(head, tag, "\n".join(lines), tag), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def jsonl(tmp_path):
    """Write rows (dicts, or raw lines) to a JSONL file; return its path."""

    def write(*rows):
        path = tmp_path / "forum.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def bring_in(community):
    """Run a command into the community; return what it printed and what it complained of."""

    def run(command, place, *options, code=0):
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(command, str(place), "--community", community.slug, *options, stdout=out, stderr=err)
            ended = 0
        except SystemExit as end:
            ended = end.code
        assert ended == code, err.getvalue()
        return out.getvalue(), err.getvalue()

    return run
