"""What is wrong with a vocabulary. Errors stop an import; warnings are told, and say what was made of it."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from knowledge.models import (
    Concept,
    ConceptGroup,
    ConceptRelation,
    ConceptScheme,
    LabelKind,
    RelationKind,
)
from knowledge.organization.skos.reading import is_clean
from knowledge.organization.vocabulary import is_uri

LONGEST_URI, LONGEST_LABEL, LONGEST_NOTE, LONGEST_TAG = 400, 500, 32_000, 20
MOST_CONCEPTS = 100_000


@dataclass
class Findings:
    """Two lists of sentences, each naming the URI that it is about."""

    errors: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    def error(self, message, /, **names):
        self.errors.append(message % names)

    def warn(self, message, /, **names):
        self.warnings.append(message % names)


def check(vocabulary):
    """Look for faults, against the file and against what the database holds already; return the findings.

    Where a warning says so, `vocabulary` is put right: a second preferred label of a language becomes alternative, a
    relation or a membership that leads nowhere is left out.
    """
    findings = Findings()
    _check_size(vocabulary, findings)
    _check_things(vocabulary, findings)
    _check_texts(vocabulary, findings)
    for uri in sorted(vocabulary.concepts):
        _check_labels(uri, vocabulary.concepts[uri], findings)
    _check_equal_labels(vocabulary, findings)
    _check_targets(vocabulary, findings)
    _check_cycles(vocabulary, findings)
    _tell_odd(vocabulary, findings)
    return findings


def _check_size(vocabulary, findings):
    if not vocabulary.concepts and not vocabulary.schemes and not vocabulary.groups:
        findings.error(_("There is no SKOS concept in it. Is it a vocabulary?"))
    if len(vocabulary.concepts) > MOST_CONCEPTS:
        findings.error(_("More than 100,000 concepts were read. Import the vocabulary in parts."))


def _check_things(vocabulary, findings):
    """A URI is one thing (S9, S37), here and in the database."""
    types = {uri: set(kinds) for uri, kinds in vocabulary.types.items()}
    for model, kind in ((ConceptScheme, "ConceptScheme"), (Concept, "Concept"), (ConceptGroup, "Collection")):
        for uri in _known(model, types):
            types[uri].add(kind)
    for uri, kinds in sorted(types.items()):
        if len(kinds) > 1:
            text = _("<%(uri)s> is two things: %(kinds)s. A URI can be one only.")
            findings.error(text, uri=uri, kinds=", ".join(sorted(kinds)))


def _known(model, uris):
    """Which of `uris` the database has as `model`; asked in pieces, since SQLite takes so many at once only."""
    uris, found = list(uris), set()
    for start in range(0, len(uris), 2000):
        found |= set(model.objects.filter(uri__in=uris[start : start + 2000]).values_list("uri", flat=True))
    return found


def _check_texts(vocabulary, findings):
    """Whether every text fits and can be kept by a database."""
    for uri in [*vocabulary.schemes, *vocabulary.concepts, *vocabulary.groups]:
        _check_uri(uri, uri, findings)
    for uri, concept in vocabulary.concepts.items():
        for _kind, language, text in concept.labels:
            _check_text(uri, text, LONGEST_LABEL, findings)
            _check_text(uri, language, LONGEST_TAG, findings)
        for _kind, language, text, address in concept.notes:
            _check_text(uri, text, LONGEST_NOTE, findings)
            _check_text(uri, language, LONGEST_TAG, findings)
            if address:
                _check_uri(uri, address, findings)
        for _kind, target in concept.mappings:
            _check_uri(uri, target, findings)
        for notation in concept.notations:
            _check_text(uri, " ".join(notation), LONGEST_LABEL, findings)
            if notation[1]:
                _check_uri(uri, notation[1], findings)
    for uri, scheme in vocabulary.schemes.items():
        for text in (*scheme.titles.values(), *scheme.descriptions.values()):
            _check_text(uri, text, LONGEST_NOTE, findings)
    for uri, group in vocabulary.groups.items():
        for text in (*group.titles.values(), *(" ".join(notation) for notation in group.notations)):
            _check_text(uri, text, LONGEST_NOTE, findings)


def _check_uri(uri, text, findings):
    """Whether an address can be written again, and means the same wherever the file stands."""
    _check_text(uri, text, LONGEST_URI, findings)
    if text.startswith("file:"):
        message = _("<%(text)s> is relative to the place of the file. Write whole URIs, or state a base.")
        findings.error(message, text=text[:LONGEST_URI])
    elif not is_uri(text):
        message = _("“%(text)s”, stated with <%(uri)s>, is not a URI: it has blanks, quotation marks or brackets.")
        findings.error(message, text=ascii(text[:LONGEST_URI])[1:-1], uri=ascii(uri[:LONGEST_URI])[1:-1])


def _check_text(uri, text, longest, findings):
    if len(text) > longest:
        message = _("<%(uri)s> has a text of %(length)d characters where %(longest)d fit: “%(start)s…”. Shorten it.")
        findings.error(message, uri=uri[:LONGEST_URI], length=len(text), longest=longest, start=text[:60])
    elif not is_clean(text):
        findings.error(
            _("<%(uri)s> has a text with a character that cannot be kept. Take it out."), uri=ascii(uri)[1:-1]
        )


def _check_labels(uri, concept, findings):
    preferred = defaultdict(list)
    for kind, language, text in concept.labels:
        if kind == LabelKind.PREFERRED:
            preferred[language.lower()].append((language, text))
    if not preferred:
        findings.error(_("<%(uri)s> has no preferred label. Give it one."), uri=uri)
    for language, several in sorted(preferred.items()):
        _keep_first(uri, concept, language, sorted(several, key=lambda label: (label[1], label[0])), findings)
    texts = defaultdict(set)
    for kind, language, text in concept.labels:
        texts[language, text].add(kind)
    for (language, text), kinds in sorted(texts.items()):
        if len(kinds) > 1 and LabelKind.PREFERRED in kinds:
            message = _("<%(uri)s>: “%(text)s”@%(language)s is its preferred label and also another one.")
            findings.warn(message, uri=uri, text=text, language=language)


def _keep_first(uri, concept, language, labels, findings):
    """One preferred label a language (S14): the first by sort stays, the others become alternative."""
    for tag, text in labels[1:]:
        concept.labels.discard((LabelKind.PREFERRED.value, tag, text))
        concept.labels.add((LabelKind.ALTERNATIVE.value, tag, text))
        message = _(
            "<%(uri)s> has two preferred labels in “%(language)s”: “%(first)s” stays, “%(text)s” becomes alternative."
        )
        findings.warn(message, uri=uri, language=language, first=labels[0][1], text=text)


def _check_equal_labels(vocabulary, findings):
    """Two concepts of one scheme under one preferred label cannot be told apart by a reader."""
    named = defaultdict(list)
    for uri, concept in vocabulary.concepts.items():
        if not concept.deprecated:
            for kind, language, text in concept.labels:
                if kind == LabelKind.PREFERRED:
                    for scheme in concept.schemes or ("",):
                        named[scheme, language.lower(), text.strip().casefold()].append(uri)
    for (_scheme, language, text), uris in sorted(named.items()):
        if len(uris) > 1:
            message = _("“%(text)s”@%(language)s is the preferred label of several concepts: %(uris)s")
            findings.warn(message, text=text, language=language, uris=" ".join(f"<{uri}>" for uri in sorted(uris)[:5]))


def _check_targets(vocabulary, findings):
    """Concepts outside every scheme, and relations to what is neither here nor in the database."""
    for uri, concept in sorted(vocabulary.concepts.items()):
        if not concept.schemes:
            findings.warn(_("<%(uri)s> is in no scheme."), uri=uri)
    pairs = vocabulary.broader | vocabulary.related
    ends = {uri for pair in pairs for uri in pair}
    known = set(vocabulary.concepts) | _known(Concept, ends - set(vocabulary.concepts))
    lost = sorted(pair for pair in pairs if not known.issuperset(pair))
    for one, other in lost:
        text = _("<%(missing)s>, to which <%(uri)s> is related, is missing; the relation is left out.")
        uri, missing = (one, other) if one in known else (other, one)
        findings.warn(text, uri=uri, missing=missing)
    vocabulary.broader -= set(lost)
    vocabulary.related -= set(lost)
    for one in sorted({one for one, other in vocabulary.related if one == other}):
        findings.warn(_("<%(uri)s> is related to itself; that is left out."), uri=one)
        vocabulary.related.discard((one, one))
    for one, other in sorted(vocabulary.broader & vocabulary.related):
        findings.warn(_("<%(uri)s> is both narrower than <%(other)s> and related to it."), uri=one, other=other)
    _check_members(vocabulary, findings)


def _check_members(vocabulary, findings):
    members = {member for group in vocabulary.groups.values() for member in group.members}
    members -= vocabulary.concepts.keys() | vocabulary.groups.keys()
    missing = members - _known(Concept, members) - _known(ConceptGroup, members)
    for uri, group in sorted(vocabulary.groups.items()):
        for member in missing.intersection(group.members):
            findings.warn(
                _("<%(missing)s>, a member of <%(uri)s>, is missing; it is left out."), uri=uri, missing=member
            )
        group.members = [member for member in group.members if member not in missing]


def _check_cycles(vocabulary, findings):
    """A concept may not be broader than itself, not by any number of steps."""
    broader = defaultdict(set)
    for narrower, wider in vocabulary.broader:
        broader[narrower].add(wider)
    for narrower, wider in _kept_relations(vocabulary):
        broader[narrower].add(wider)
    for cycle in find_cycles(broader):
        path = " → ".join(f"<{uri}>" for uri in [*cycle, cycle[0]])
        findings.error(_("These concepts are broader than each other in a circle: %(path)s. Break it."), path=path)


def _kept_relations(vocabulary):
    """Broader relations of the database that an import of `vocabulary` leaves as they are."""
    rows = ConceptRelation.objects.filter(kind=RelationKind.BROADER)
    rows = rows.values_list("source__uri", "target__uri", "imported")
    return [(source, target) for source, target, imported in rows if not imported or source not in vocabulary.concepts]


def find_cycles(broader, most=20):
    """Circles in `broader` (node -> set of nodes), each as the list of its nodes, found once; `most` of them at most.

    >>> find_cycles({"a": {"b"}, "b": {"a", "c"}, "c": set()})
    [['a', 'b']]
    """
    done, cycles = set(), []
    for start in sorted(broader):
        if start in done:
            continue
        path, on_path = [start], {start: 0}
        stack = [(start, iter(sorted(broader[start])))]
        while stack and len(cycles) < most:
            node, following = stack[-1]
            step = next(following, None)
            if step is None:
                stack.pop()
                done.add(node)
                del on_path[path.pop()]
            elif step in on_path:
                cycles.append(path[on_path[step] :])
            elif step not in done:
                on_path[step] = len(path)
                path.append(step)
                stack.append((step, iter(sorted(broader.get(step, ())))))
    return cycles


def _tell_odd(vocabulary, findings):
    for uri, what, language in vocabulary.doubled:
        message = _("<%(uri)s> has several texts for %(what)s in “%(language)s”; the first stays.")
        findings.warn(message, uri=uri, what=what, language=language)
    for node, what in vocabulary.odd:
        findings.warn(_("<%(node)s>: a statement of %(what)s makes no sense and is left out."), node=node, what=what)
    for kind, number in vocabulary.strange_types.most_common():
        findings.warn(_("<%(kind)s> is a type that we do not know (%(number)d times)."), kind=kind, number=number)
