"""From a graph to records: what we keep of a vocabulary, and a count of what we do not."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Literal, Namespace, URIRef
from rdflib.collection import Collection

from knowledge.models import LabelKind, MappingKind, NoteKind

ISO_THES = Namespace("http://purl.org/iso25964/skos-thes#")
LABELS = {SKOS.prefLabel: LabelKind.PREFERRED, SKOS.altLabel: LabelKind.ALTERNATIVE, SKOS.hiddenLabel: LabelKind.HIDDEN}
NOTES = {SKOS[kind.value]: kind for kind in NoteKind}
MAPPINGS = {SKOS[kind.value]: kind for kind in MappingKind}
TITLES = (DCTERMS.title, SKOS.prefLabel, DC.title, RDFS.label)  # the first that is there, for each language
DESCRIPTIONS = (DCTERMS.description, SKOS.definition, DC.description, SKOS.scopeNote)
# How vocabularies say that a concept is out of use: OWL, the Open Metadata Registry (RDA), VocBench (COAR).
DEPRECATED = {
    (OWL.deprecated, "true"),
    (OWL.deprecated, "1"),
    (URIRef("http://metadataregistry.org/uri/profile/regap/status"), "http://metadataregistry.org/uri/RegStatus/1008"),
    (URIRef("http://art.uniroma2.it/ontologies/vocbench#hasStatus"), "Deprecated"),
}
STATUSES = {predicate for predicate, _value in DEPRECATED}
COLLECTIONS = {SKOS.Collection, SKOS.OrderedCollection, ISO_THES.ConceptGroup}
KNOWN_TYPES = COLLECTIONS | {SKOS.Concept, SKOS.ConceptScheme, OWL.NamedIndividual}
STRUCTURE = {
    RDF.type,
    SKOS.broader,
    SKOS.narrower,
    SKOS.related,
    SKOS.inScheme,
    SKOS.topConceptOf,
    SKOS.hasTopConcept,
    SKOS.member,
    SKOS.memberList,
    SKOS.notation,
    RDF.first,
    RDF.rest,
}


@dataclass
class SchemeRecord:
    titles: dict = field(default_factory=dict)  # language tag -> text
    descriptions: dict = field(default_factory=dict)


@dataclass
class ConceptRecord:
    labels: set = field(default_factory=set)  # (kind, language, text)
    notes: set = field(default_factory=set)  # (kind, language, text, URI)
    mappings: set = field(default_factory=set)  # (kind, URI)
    notations: list = field(default_factory=list)  # [text, datatype, language]
    schemes: dict = field(default_factory=dict)  # URI -> whether it stands at its top
    deprecated: bool = False


@dataclass
class GroupRecord:
    titles: dict = field(default_factory=dict)
    notations: list = field(default_factory=list)
    schemes: set = field(default_factory=set)
    members: list = field(default_factory=list)  # URIs, of concepts and groups
    is_ordered: bool = False


@dataclass
class Vocabulary:
    """What was read, by URI."""

    schemes: dict = field(default_factory=dict)
    concepts: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    broader: set = field(default_factory=set)  # (narrower, broader)
    related: set = field(default_factory=set)  # both ways
    types: dict = field(default_factory=dict)  # URI -> the set of what it is said to be
    not_kept: Counter = field(default_factory=Counter)  # predicate -> number of statements
    strange_types: Counter = field(default_factory=Counter)
    doubled: list = field(default_factory=list)  # (URI, what, language) of texts of which one only could stay
    odd: list = field(default_factory=list)  # (URI, text) of statements that make no sense


def gather(graph):
    """The vocabulary that `graph` states; nothing is judged here, see `checking`."""
    return _Gatherer(graph).vocabulary


class _Gatherer:
    def __init__(self, graph):
        self.graph = graph
        self.vocabulary = Vocabulary()
        self.kept = Counter()
        self._find_things()
        for uri in sorted(self.vocabulary.schemes):
            self._read_scheme(URIRef(uri))
        for uri in sorted(self.vocabulary.concepts):
            self._read_concept(URIRef(uri))
        for uri in sorted(self.vocabulary.groups):
            self._read_group(self.nodes.get(uri, URIRef(uri)), uri)
        self._read_relations()
        self._count_the_rest()

    # ------------------------------------------------------------ what there is
    def _find_things(self):
        """Concepts, schemes and groups, by their type or by what is said of them (S4, S7, S8, S31, S32)."""
        graph, found = self.graph, self.vocabulary
        self.nodes = {}
        concepts = set(graph.subjects(RDF.type, SKOS.Concept))
        schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme)) | set(graph.subjects(SKOS.hasTopConcept, None))
        for predicate in (SKOS.inScheme, SKOS.topConceptOf):
            schemes |= set(graph.objects(None, predicate))
        groups = {node for kind in COLLECTIONS for node in graph.subjects(RDF.type, kind)}
        groups |= set(graph.subjects(SKOS.member, None)) | set(graph.subjects(SKOS.memberList, None))
        for nodes, records, record, kind in (
            (schemes, found.schemes, SchemeRecord, "ConceptScheme"),
            (concepts, found.concepts, ConceptRecord, "Concept"),
            (groups, found.groups, GroupRecord, "Collection"),
        ):
            for node in nodes:
                if isinstance(node, URIRef):
                    records[str(node)] = record()
                    found.types.setdefault(str(node), set()).add(kind)
                else:
                    found.odd.append((str(node), kind))
        for _node, kind in graph.subject_objects(RDF.type):
            if kind not in KNOWN_TYPES:
                found.strange_types[str(kind)] += 1

    # ------------------------------------------------------------ one thing
    def _texts(self, node, predicates):
        """Language tag -> text of the first predicate that has one; what gives way is told."""
        texts = {}
        for predicate in predicates:
            found = defaultdict(set)
            for literal in self.graph.objects(node, predicate):
                if isinstance(literal, Literal):
                    found[literal.language or ""].add(str(literal))
                    self._keep(node, predicate)
            for language, several in found.items():
                text = min(several)
                if len(several) > 1 or texts.get(language, text) != text:
                    self.vocabulary.doubled.append((str(node), predicate.fragment or str(predicate), language))
                texts.setdefault(language, text)
        return dict(sorted(texts.items()))

    def _read_scheme(self, node):
        record = self.vocabulary.schemes[str(node)]
        record.titles = self._texts(node, TITLES)
        record.descriptions = self._texts(node, DESCRIPTIONS)

    def _read_concept(self, node):
        record = self.vocabulary.concepts[str(node)]
        for predicate, value in self.graph.predicate_objects(node):
            if predicate in LABELS and isinstance(value, Literal):
                if str(value).strip():
                    record.labels.add((LABELS[predicate].value, value.language or "", str(value)))
                else:
                    self.vocabulary.odd.append((str(node), predicate.fragment))
            elif predicate in NOTES:
                record.notes |= self._note(NOTES[predicate].value, value)
            elif predicate in MAPPINGS and isinstance(value, URIRef):
                record.mappings.add((MAPPINGS[predicate].value, str(value)))
            elif (predicate, str(value)) in DEPRECATED:
                record.deprecated = True
            elif predicate not in STATUSES:
                continue
            self._keep(node, predicate)
        record.notations = self._notations(node)
        for scheme in self.graph.objects(node, SKOS.inScheme):
            record.schemes.setdefault(str(scheme), False)
        for scheme in {*self.graph.objects(node, SKOS.topConceptOf), *self.graph.subjects(SKOS.hasTopConcept, node)}:
            record.schemes[str(scheme)] = True  # S7: who stands at the top of a scheme is in it

    def _note(self, kind, value):
        """A note as a text, or as a resource whose text is its rdf:value (SKOS Primer 4.2); else its address alone."""
        if isinstance(value, Literal):
            return {(kind, value.language or "", str(value), "")}
        texts = [text for text in self.graph.objects(value, RDF.value) if isinstance(text, Literal)]
        for _text in texts:
            self._keep(value, RDF.value)
        uri = "" if isinstance(value, BNode) else str(value)
        return {(kind, text.language or "", str(text), uri) for text in texts} or (
            {(kind, "", "", uri)} if uri else set()
        )

    def _notations(self, node):
        found = (value for value in self.graph.objects(node, SKOS.notation) if isinstance(value, Literal))
        return sorted([str(value), _datatype(value), value.language or ""] for value in found)

    def _read_group(self, node, uri):
        record = self.vocabulary.groups[uri]
        record.titles = self._texts(node, TITLES)
        record.notations = self._notations(node)
        record.schemes = {str(scheme) for scheme in self.graph.objects(node, SKOS.inScheme)}
        members = sorted(set(map(str, self.graph.objects(node, SKOS.member))))
        listed = self.graph.value(node, SKOS.memberList)
        record.is_ordered = (node, RDF.type, SKOS.OrderedCollection) in self.graph or listed is not None
        record.members = self._listed(listed) if listed is not None else members

    def _listed(self, head):
        """The members of an ordered collection, each once; a list that runs in a circle is cut there."""
        try:
            return list(dict.fromkeys(map(str, Collection(self.graph, head))))
        except ValueError:
            self.vocabulary.odd.append((str(head), "memberList"))
            return []

    def _read_relations(self):
        graph, found = self.graph, self.vocabulary
        pairs = list(graph.subject_objects(SKOS.broader)) + [(b, a) for a, b in graph.subject_objects(SKOS.narrower)]
        found.broader = {(str(narrower), str(broader)) for narrower, broader in pairs}
        for one, other in graph.subject_objects(SKOS.related):
            found.related |= {(str(one), str(other)), (str(other), str(one))}

    # ------------------------------------------------------------ what we leave
    def _keep(self, _node, predicate):
        self.kept[predicate] += 1

    def _count_the_rest(self):
        """How many statements of each predicate found no place."""
        for predicate, number in Counter(self.graph.predicates()).items():
            left = 0 if predicate in STRUCTURE else number - self.kept[predicate]
            if left > 0:
                self.vocabulary.not_kept[str(predicate)] = left


def _datatype(literal):
    """The datatype of a notation; a plain literal and xsd:string are the same (RDF 1.1 Concepts 3.3)."""
    return "" if literal.datatype in (None, XSD.string) else str(literal.datatype)
