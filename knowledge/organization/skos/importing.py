"""The whole way in: read, gather, check, store."""

from dataclasses import dataclass, field

from knowledge.organization.skos.checking import check
from knowledge.organization.skos.gathering import gather
from knowledge.organization.skos.reading import read_files
from knowledge.organization.skos.storing import Outcome, store
from knowledge.rules import Facet


class ImportRefused(Exception):
    """A vocabulary with faults; `errors` and `warnings` are lists of sentences."""

    def __init__(self, errors, warnings):
        super().__init__("\n".join(errors))
        self.errors, self.warnings = errors, warnings


@dataclass
class Report:
    """What came of an import: numbers of what was read, the outcome, warnings, and what was not kept."""

    read: dict
    warnings: list
    not_kept: dict  # predicate -> number of statements
    outcome: Outcome = field(default_factory=Outcome)


def facet_by_last_part(uri):
    """The facet that the last part of a scheme's URI names, as in ``…/schemes/subject``; "" when it names none.

    >>> facet_by_last_part("https://reedferry.example/schemes/use"), facet_by_last_part("https://example.org/terms")
    ('use', '')
    """
    name = uri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]
    return name if name in Facet.values else ""


def import_files(paths, *, facet_of=None, strict=False, dry_run=False, progress=lambda items, label: items):
    """Import the vocabulary that the SKOS files state together, all of it or nothing; again, only what is different.

    Args:
        paths: Turtle, N-Triples, RDF/XML and JSON-LD files.
        facet_of: a facet for every scheme ("" is none), or a function scheme URI -> facet; None changes none.
        strict: refuse on warnings too.
        dry_run: check and count, write nothing.
        progress: `progress(items, label)` wraps what takes long.
    Returns: Report.
    Raises: `reading.UnreadableFile`; ImportRefused with all errors found.
    Source: SKOS Reference (W3C 2009); what is kept stands in docs/reference/skos.md.
    """
    vocabulary = gather(read_files(paths, progress=lambda items: progress(items, "files")))
    read = counts_of(vocabulary)
    findings = check(vocabulary)
    if findings.errors or (strict and findings.warnings):
        raise ImportRefused(findings.errors or findings.warnings, findings.warnings if findings.errors else [])
    if isinstance(facet_of, str):
        facet_of = dict.fromkeys(vocabulary.schemes, facet_of).get
    outcome = store(vocabulary, facet_of=facet_of, dry_run=dry_run, progress=progress)
    return Report(read, findings.warnings, dict(vocabulary.not_kept.most_common()), outcome)


def counts_of(vocabulary):
    """How much of what there is in a vocabulary, before anything was put right."""
    return {
        "concepts": len(vocabulary.concepts),
        "schemes": len(vocabulary.schemes),
        "groups": len(vocabulary.groups),
        "labels": sum(len(concept.labels) for concept in vocabulary.concepts.values()),
        "notes": sum(len(concept.notes) for concept in vocabulary.concepts.values()),
        "broader": len(vocabulary.broader),
        "related": len(vocabulary.related),
        "mappings": sum(len(concept.mappings) for concept in vocabulary.concepts.values()),
        "deprecated": sum(concept.deprecated for concept in vocabulary.concepts.values()),
    }
