"""Bring a Stack Exchange dump into a community."""

from contextlib import closing
from pathlib import Path

from communities.acquisition.stackexchange import Dump
from communities.management.importing import TalkImport


class Command(TalkImport):
    help = (
        "Bring the questions, answers and comments of an unpacked Stack Exchange dump (Posts.xml, Comments.xml, Users.xml, "
        "Votes.xml where it is there) into a community. What is there already is left as it is, so the command can be run again."
    )
    kind = "stackexchange"
    kind_metavar = "FOLDER"
    place_help = "folder of the unpacked dump"

    def source_of(self, place):
        return Path(place).resolve().name

    def bring_in(self, run, community, report):
        options = {name: run.options[name] for name in ("source", "language")}
        with closing(Dump(run.files[0], **options, report=report)) as dump:
            dump.lay_out(progress=lambda rows: self.bar(rows, " rows"))
            self.import_talks(run, community, report, dump, total=len(dump))
