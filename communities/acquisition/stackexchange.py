"""A Stack Exchange dump: Posts.xml, Comments.xml, Users.xml and, where it is there, Votes.xml, read as a stream.

Questions become threads, answers posts, comments comments. Tag wikis and other kinds of posts are passed over; Tags.xml repeats what
the questions say, PostLinks.xml has no place here.
"""

from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from communities.acquisition.formulas import own_markup
from communities.acquisition.staging import Staging
from communities.acquisition.talk import Author, Said, Talk, moment, origin
from communities.rules import SourceFormat
from knowledge.acquisition.imports.reading import UnreadableFile
from knowledge.acquisition.imports.rows import BadRow
from knowledge.text import clean

NEEDED = ("Posts.xml", "Comments.xml", "Users.xml")
QUESTION, ANSWER = "1", "2"
ACCEPTED_BY_ASKER = "1"  # a kind of vote; it alone says when
POST_FIELDS = ("Body", "Title", "Tags", "Score", "OwnerUserId", "CreationDate", "LastEditDate", "AcceptedAnswerId")
COMMENT_FIELDS = ("Text", "Score", "UserId", "CreationDate")


def read_rows(path):
    """The attributes of each `<row>` of a file of the dump, one after the other; nothing is kept of those before.

    The dumps of some years name a document type, so one is allowed; entities and what lies outside of the file are not.
    Raises `UnreadableFile` with the line where the file breaks off.
    """
    root = None
    try:
        for event, element in iterparse(str(path), events=("start", "end")):
            if root is None:
                root = element
            if event == "end" and element.tag == "row":
                yield element.attrib
                root.clear()
    except OSError as error:
        message = _("%(file)s cannot be opened: %(why)s.") % {"file": path, "why": error.strerror}
        raise UnreadableFile(message) from error
    except ParseError as error:
        message = _("%(file)s, line %(line)d: the file breaks off or is no XML here (%(why)s). Unpack the dump again.")
        line = error.position[0]
        raise UnreadableFile(message % {"file": path.name, "line": line, "why": error}) from error
    except DefusedXmlException as error:
        message = _("%(file)s declares entities of its own, which no dump does. It is not read.")
        raise UnreadableFile(message % {"file": path.name}) from error


class Dump:
    """The talks of a dump `folder`, under the name `source`. Faulty rows are told to `report`; the others are read on."""

    def __init__(self, folder, *, source, language, report):
        self.folder, self.source, self.language, self.report = Path(folder), source, language, report
        self.staging = Staging()

    def close(self):
        self.staging.close()

    def lay_out(self, progress=iter):
        """Read all files. Raises `UnreadableFile` when one is missing or broken: then nothing was written anywhere."""
        missing = [name for name in NEEDED if not (self.folder / name).is_file()]
        if missing:
            message = _("%(names)s not found in %(folder)s. Name the folder of an unpacked dump.")
            raise UnreadableFile(message % {"names": ", ".join(missing), "folder": self.folder})
        keepers = {"Posts": self._keep_post, "Comments": self._keep_comment, "Users": self._keep_name}
        if (self.folder / "Votes.xml").is_file():
            keepers["Votes"] = self._keep_vote
        for name, keep in keepers.items():
            for number, row in enumerate(progress(read_rows(self.folder / f"{name}.xml")), 1):
                self._keep(name, number, row, keep)
        self.staging.ready()
        self._tell_strays()

    def _keep(self, name, number, row, keep):
        place = f"{name}.xml:{row.get('Id') or number}"
        try:
            keep(row)
        except BadRow as fault:
            self._fault(place, str(fault))

    def _fault(self, place, message):
        self.report.count("faulty")
        self.report.say(place, message)

    def _keep_post(self, row):
        kind = row.get("PostTypeId")
        if kind not in (QUESTION, ANSWER):
            self.report.count("skipped")
            return
        number = _number(row, "Id")
        question = number if kind == QUESTION else _number(row, "ParentId")
        at = _date(row)
        if kind == QUESTION and not (row.get("Title") or "").strip():
            raise BadRow(_("“%(key)s” is missing or empty.") % {"key": "Title"})
        if not (row.get("Body") or row.get("Title") or "").strip():
            raise BadRow(_("“%(key)s” is missing or empty.") % {"key": "Body"})
        fields = {name: row[name] for name in POST_FIELDS if name in row}
        if (kind == ANSWER and question == number) or not self.staging.keep_post(number, question, at, fields):
            raise BadRow(_("This number stands in the file twice; this row is left out."))

    def _keep_comment(self, row):
        number, post, at = _number(row, "Id"), _number(row, "PostId"), _date(row)
        if not (row.get("Text") or "").strip():
            raise BadRow(_("“%(key)s” is missing or empty.") % {"key": "Text"})
        fields = {name: row[name] for name in COMMENT_FIELDS if name in row}
        if not self.staging.keep_comment(number, post, at, fields):
            raise BadRow(_("This number stands in the file twice; this row is left out."))

    def _keep_name(self, row):
        self.staging.keep_name(_number(row, "Id"), " ".join(clean(row.get("DisplayName") or "").split()))

    def _keep_vote(self, row):
        if row.get("VoteTypeId") == ACCEPTED_BY_ASKER:
            self.staging.keep_acceptance(_number(row, "PostId"), _date(row))

    def _tell_strays(self):
        for number, question in self.staging.stray_answers():
            message = _("Its question, %(number)d, is not in the dump; the answer is left out.")
            self._fault(f"Posts.xml:{number}", message % {"number": question})
        for number, post in self.staging.stray_comments():
            message = _("Its post, %(number)d, is not in the dump; the comment is left out.")
            self._fault(f"Comments.xml:{number}", message % {"number": post})

    # ------------------------------------------------------------ what was laid out, as talks
    def __len__(self):
        return self.staging.count_questions()

    def __iter__(self):
        for question in self.staging.questions():
            yield self._talk(question)

    def _talk(self, question):
        rows = self.staging.posts_of(question)
        asked = rows[0][1]
        accepted = asked.get("AcceptedAnswerId")
        return Talk(
            source=self.source,
            key=origin(self.source, f"question-{question}"),
            place=f"Posts.xml:{question}",
            title=" ".join(clean(asked["Title"]).split()),
            language=self.language,
            posts=[self._post(number, fields, accepted) for number, fields in rows],
            tags=_tags(asked.get("Tags") or ""),
            score=_score(asked),
        )

    def _post(self, number, fields, accepted):
        said = self._said("post", "Posts", number, fields, fields.get("OwnerUserId"))
        said.text = own_markup(clean(fields.get("Body") or fields["Title"]))
        said.edited_at = moment(fields.get("LastEditDate"))
        if accepted == str(number):
            said.accepted_at = moment(self.staging.accepted_on(number)) or said.at
        said.comments = [self._comment(below, row) for below, row in self.staging.comments_of(number)]
        return said

    def _comment(self, number, fields):
        said = self._said("comment", "Comments", number, fields, fields.get("UserId"))
        said.text, said.format = clean(fields["Text"]), SourceFormat.MARKDOWN
        return said

    def _said(self, kind, file, number, fields, user):
        return Said(
            key=origin(self.source, f"{kind}-{number}"),
            place=f"{file}.xml:{number}",
            text="",
            at=moment(fields["CreationDate"]),
            author=self._author(user),
            score=_score(fields),
        )

    def _author(self, user):
        """Who wrote it; nobody when the account is gone, or was one of the site's machines (their numbers are negative)."""
        if user is None or not user.isdigit():
            self.report.count("unnamed")
            return None
        name = self.staging.name_of(int(user)) or f"user{user}"
        return Author(origin(self.source, f"user-{user}"), name)


def _number(row, key):
    value = row.get(key) or ""
    if not (value.lstrip("-").isascii() and value.lstrip("-").isdigit() and len(value) < 18):
        raise BadRow(_("“%(key)s” is “%(value)s”, but must be a number.") % {"key": key, "value": value[:40]})
    return int(value)


def _date(row):
    value = row.get("CreationDate") or ""
    if moment(value) is None:
        message = _("“%(key)s” is “%(value)s”, which is no date in the past.")
        raise BadRow(message % {"key": "CreationDate", "value": value[:40]})
    return value


def _score(fields):
    try:
        return max(min(int(fields["Score"]), 2**31 - 1), -(2**31))
    except (KeyError, ValueError):
        return None


def _tags(value):
    """Tags stand as `<a><b>` or `|a|b|`; within a tag a hyphen is where a blank would be."""
    names = clean(value).replace("><", "|").strip("<>|").split("|")
    return [name.replace("-", " ").strip() for name in names if name.strip("- ")]
