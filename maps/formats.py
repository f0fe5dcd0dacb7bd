"""A cut as a file for other programs, and a graph of theirs read back. Exactly what is shown leaves, nothing else."""

import csv
import io
import json
import re

import networkx as nx
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.conf import settings

from knowledge.application.exports import cell
from maps.picture import clean, picture

FORMATS = {
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
}
MOST_BYTES = 20_000_000  # of a file that is read
# Gephi 0.10 writes the namespace of 1.3, with and without www; NetworkX knows 1.2draft.
_NEWER_GEXF = re.compile(rb"https?://(?:www\.)?gexf\.net/1\.3(?:draft)?")


def write(cut, name):
    """Return the bytes of `cut` in the format `name`, a key of FORMATS (its value is the content type).

    Addresses are whole, dates ISO 8601 in UTC. Raises: KeyError when there is no such format.
    """
    return _WRITERS[name](cut)


def exported(cut):
    """The cut as `nx.MultiDiGraph` for files: nodes and edges with plain attributes (texts and numbers).

    An edge's key is its number, for two nodes may be joined for several reasons.
    """
    graph = nx.MultiDiGraph(centre=cut.centre)
    for node in cut.nodes:
        graph.add_node(node.key, **_of_node(node))
    for number, edge in enumerate(cut.edges):
        graph.add_edge(edge.source, edge.target, key=str(number), **_of_edge(edge))
    return graph


def _of_node(node):
    return {
        "label": clean(node.label),
        "kind": node.kind,
        "sort": node.sort,
        "lang": node.lang,
        "url": f"{settings.BASE_URL}{node.url}" if node.url else "",
        "date": _iso(node.date),
        "lacks": node.gap,
        **node.measures,
    }


def _of_edge(edge):
    return {
        "kind": str(edge.kind),
        "weight": float(edge.weight),
        "count": edge.count,
        "since": _iso(edge.since),
        "until": _iso(edge.until),
        "evidence": " ".join(edge.evidence),
    }


def _iso(moment):
    return moment.isoformat(timespec="seconds") if moment else ""


# ---------------------------------------------------------------- writing
def _gexf(cut):
    graph = exported(cut)
    graph.graph = {"mode": "static"}
    file = io.BytesIO()
    nx.write_gexf(graph, file, version="1.2draft")
    return file.getvalue()


def _graphml(cut):
    file = io.BytesIO()
    nx.readwrite.graphml.write_graphml_xml(exported(cut), file)
    return file.getvalue()


def _json(cut):
    graph = exported(cut)
    whole = {
        "centre": cut.centre,
        "nodes": [{"key": key, **said} for key, said in graph.nodes(data=True)],
        "edges": [{"source": one, "target": other, **said} for one, other, said in graph.edges(data=True)],
        "left_out": cut.left_out,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


NODE_COLUMNS = ("key", "kind", "label", "lang", "url", "date", "lacks", "degree", "pagerank", "community", "brokerage")
EDGE_COLUMNS = ("source", "target", "weight", "count", "since", "until", "evidence")


def _csv(cut):
    """One table of nodes, then edges; with a byte order mark, as Excel shows Chinese rightly only with it."""
    graph, file = exported(cut), io.StringIO()
    writer = csv.DictWriter(file, ["row", *NODE_COLUMNS, *EDGE_COLUMNS], restval="", extrasaction="ignore")
    writer.writeheader()
    for key, said in graph.nodes(data=True):
        writer.writerow(_cells({"row": "node", "key": key, **said}))
    for source, target, said in graph.edges(data=True):
        writer.writerow(_cells({"row": "edge", "source": source, "target": target, **said}))
    return ("\ufeff" + file.getvalue()).encode()


def _cells(row):
    return {name: cell(value) for name, value in row.items()}


_WRITERS = {"gexf": _gexf, "graphml": _graphml, "json": _json, "csv": _csv, "svg": picture}


# ---------------------------------------------------------------- reading
def read_gexf(data):
    """Return the graph of a GEXF file (bytes), also of 1.3 as Gephi writes it; nodes are its ids.

    Raises: ValueError for what is too large, no GEXF, or has a DTD or entities.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"A GEXF file of more than {MOST_BYTES:,} bytes is not read.")
    try:
        ElementTree.fromstring(data, forbid_dtd=True)
        known = _NEWER_GEXF.sub(b"http://www.gexf.net/1.2draft", data)
        return nx.read_gexf(io.BytesIO(known), version="1.2draft")
    except (
        ElementTree.ParseError,
        DefusedXmlException,
        nx.NetworkXError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise ValueError(f"This is no GEXF file that can be read: {error}") from error
