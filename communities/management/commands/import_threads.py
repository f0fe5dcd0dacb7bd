"""Bring threads out of a JSONL file into a community."""

from pathlib import Path

from communities.acquisition.threads import ThreadFile
from communities.management.importing import TalkImport


class Command(TalkImport):
    help = (
        "Bring threads into a community, one a line of a JSONL file: id, title, tags, author, created, lang, posts[] with id, author, "
        "created, body (body_format) or body_html, body_markdown, body_text, is_accepted, score. What is there already is left as it "
        "is, so the command can be run again."
    )
    kind = "threads"
    kind_metavar = "FILE"
    place_help = "a .jsonl file"

    def source_of(self, place):
        return Path(place).stem

    def bring_in(self, run, community, report):
        options = {name: run.options[name] for name in ("source", "language")}
        self.import_talks(run, community, report, ThreadFile(run.files[0], **options, report=report))
