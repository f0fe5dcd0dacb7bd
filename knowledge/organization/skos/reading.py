"""Files of RDF become one graph in memory. Nothing is fetched from the network; a fault names the file and the line."""

import json
import re
from io import BytesIO, StringIO
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml import sax as safe_sax
from django.utils.translation import gettext as _
from rdflib import Dataset, Graph
from rdflib.exceptions import Error as RDFError
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.plugins.parsers.ntriples import NTGraphSink, ParseError, W3CNTriplesParser

FORMATS = {
    ".ttl": "turtle",
    ".turtle": "turtle",
    ".nt": "nt",
    ".ntriples": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_SUM = 100 * 1024 * 1024
MOST_STATEMENTS = 1_000_000
DEEPEST_JSON = 60
SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableFile(Exception):
    """A file that cannot be read; the text names file and line, and says what to do."""


def read_files(paths, progress=iter):
    """The statements of all files in one graph.

    Args:
        paths: files of Turtle, N-Triples, RDF/XML or JSON-LD, told by the ending of their names.
        progress: wraps the list of paths, for a bar.
    Returns: `rdflib.Graph`.
    Raises: UnreadableFile when a file is missing, too large, empty, not UTF-8, broken, or would need the network.
    """
    paths = [Path(path) for path in paths]
    contents = {path: _bytes_of(path) for path in paths}
    if sum(map(len, contents.values())) > LARGEST_SUM:
        raise UnreadableFile(_("The files are larger than 100 MB together. Import them in several runs."))
    graph = Graph()
    for path in progress(paths):
        _PARSERS[format_of(path)](contents.pop(path), path, graph)
        if len(graph) > MOST_STATEMENTS:
            raise _fault(path, None, _("more than 1,000,000 statements were read. Import the files in several runs."))
    return graph


def format_of(path):
    """The rdflib name of the format that the ending of `path` tells."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise _fault(
            path, None, _("the ending tells no format. Known are %(endings)s.") % {"endings": " ".join(FORMATS)}
        ) from None


def _fault(path, line, why):
    place = _("%(file)s, line %(line)d") % {"file": path, "line": line} if line else str(path)
    return UnreadableFile(_("%(place)s: %(why)s") % {"place": place, "why": why})


def _bytes_of(path):
    format_of(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _fault(path, None, _("the file is larger than 50 MB. Cut it into several files."))
        content = path.read_bytes()
    except OSError as error:
        raise _fault(path, None, _("the file cannot be opened (%(error)s).") % {"error": error.strerror}) from error
    if not content.strip():
        raise _fault(path, None, _("the file is empty."))
    return content


def _text(content, path):
    """`content` as UTF-8 text, its byte order mark dropped."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _fault(path, 1, _("the file is UTF-16. Save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _fault(path, line, _("this is not UTF-8. Save the file as UTF-8.")) from error
    if "\0" in text:
        raise _fault(path, text.count("\n", 0, text.index("\0")) + 1, _("the line holds a NUL character. Take it out."))
    return text


def _reason(error):
    """The first line of what a parser says, cut short."""
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


def _broken(path, line, error):
    return _fault(
        path, line, _("this cannot be read (%(reason)s). The file is broken or cut off.") % {"reason": _reason(error)}
    )


# ---------------------------------------------------------------- one parser a format
def _read_turtle(content, path, graph):
    text = _text(content, path)
    try:
        graph.parse(data=text, format="turtle", publicID=path.absolute().as_uri())
    except BadSyntax as error:
        raise _broken(path, error.lines + 1, error._why) from error
    except (RDFError, ValueError, AssertionError, RecursionError, IndexError, AttributeError) as error:
        raise _broken(path, None, error) from error


class _CountingParser(W3CNTriplesParser):
    """rdflib's parser, knowing at which line it is and refusing what it lets pass."""

    __slots__ = ("number",)

    def readline(self):
        self.number = getattr(self, "number", 0) + 1
        return super().readline()


def _read_ntriples(content, path, graph):
    parser = _CountingParser(NTGraphSink(graph))
    try:
        parser.parse(StringIO(_text(content, path)))
    except (ParseError, RDFError, ValueError, AssertionError, IndexError) as error:
        raise _broken(path, parser.number, error) from error


def _read_xml(content, path, graph):
    try:
        safe_sax.parseString(content, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        why = _("the file declares a document type or entities, which is refused. Save it as Turtle or without them.")
        raise _fault(path, None, why) from error
    except SAXParseException as error:
        raise _broken(path, error.getLineNumber(), error.getMessage()) from error
    except (ValueError, LookupError) as error:
        raise _broken(path, None, error) from error
    try:
        graph.parse(BytesIO(content), format="xml", publicID=path.absolute().as_uri())
    except SAXParseException as error:
        raise _broken(path, error.getLineNumber(), error.getMessage()) from error
    except (RDFError, ParserError, ValueError, AssertionError, RecursionError) as error:
        raise _broken(path, None, error) from error


def _read_jsonld(content, path, graph):
    text = _text(content, path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(path, error.lineno, error.msg) from error
    except (RecursionError, ValueError) as error:
        raise _broken(path, None, error) from error
    _check_json(document, path)
    dataset = Dataset(default_union=True)
    try:
        dataset.parse(data=text, format="json-ld", publicID=path.absolute().as_uri())
    except (RDFError, ValueError, TypeError, KeyError, AttributeError, RecursionError, AssertionError) as error:
        raise _broken(path, None, error) from error
    for subject, predicate, object_, _name in dataset.quads():
        graph.add((subject, predicate, object_))


def _check_json(document, path):
    """Refuse a document that is nested too deep, or whose context stands at another address: nothing is fetched."""
    waiting = [(document, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST_JSON:
            raise _fault(path, None, _("the JSON is nested deeper than %(depth)d levels.") % {"depth": DEEPEST_JSON})
        if isinstance(part, list):
            waiting += [(item, depth + 1) for item in part]
        elif isinstance(part, dict):
            remote = part.get("@import") or _address_in(part.get("@context"))
            if remote:
                why = _("its @context is at %(address)s, and nothing is fetched. Write the context into the file.")
                raise _fault(path, None, why % {"address": remote})
            waiting += [(item, depth + 1) for item in part.values()]


def _address_in(context):
    """The first address in a @context, which may be an address, an object, or a list of both."""
    if isinstance(context, list):
        return next(filter(None, map(_address_in, context)), None)
    return context if isinstance(context, str) else None


_PARSERS = {"turtle": _read_turtle, "nt": _read_ntriples, "xml": _read_xml, "json-ld": _read_jsonld}


def is_clean(text):
    """Whether a literal can be kept: no NUL and no half of a surrogate pair, which no database takes."""
    return "\0" not in text and not SURROGATE.search(text)
