"""A graph of SKOS in the form in which two vocabularies that say the same are isomorphic."""

from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal

from knowledge.organization.skos.gathering import DEPRECATED

KEPT = {
    SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation, SKOS.broader, SKOS.narrower, SKOS.related,
    SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.member, SKOS.memberList, SKOS.exactMatch,
    SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch, SKOS.note, SKOS.definition, SKOS.scopeNote,
    SKOS.example, SKOS.historyNote, SKOS.editorialNote, SKOS.changeNote, RDF.value, RDF.first, RDF.rest,
}  # fmt: skip
TYPES = {SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection}
INVERSE = ((SKOS.broader, SKOS.narrower), (SKOS.related, SKOS.related), (SKOS.topConceptOf, SKOS.hasTopConcept))


def canonical(source):
    """What we keep of `source`, with what SKOS entails (S7, S8, S23, S25) and plain literals as RDF 1.1 has them."""
    graph = Graph()
    schemes = set(source.subjects(RDF.type, SKOS.ConceptScheme))
    for subject, predicate, value in source:
        if isinstance(value, Literal) and value.datatype == XSD.string:
            value = Literal(str(value))
        if subject in schemes and predicate in (SKOS.prefLabel, DCTERMS.title, DC.title, RDFS.label):
            graph.add((subject, DCTERMS.title, value))
        elif subject in schemes and predicate in (DCTERMS.description, DC.description):
            graph.add((subject, DCTERMS.description, value))
        elif predicate in KEPT or (predicate == RDF.type and value in TYPES):
            graph.add((subject, predicate, value))
        elif (predicate, str(value)) in DEPRECATED:
            graph.add((subject, OWL.deprecated, Literal(True)))
    for one, other in INVERSE:
        for subject, value in list(graph.subject_objects(one)):
            graph.add((value, other, subject))
        for subject, value in list(graph.subject_objects(other)):
            graph.add((value, one, subject))
    for concept, scheme in list(graph.subject_objects(SKOS.topConceptOf)):
        graph.add((concept, SKOS.inScheme, scheme))
    for group in list(graph.subjects(SKOS.memberList, None)):
        for member in graph.items(graph.value(group, SKOS.memberList)):
            graph.add((group, SKOS.member, member))
    return graph


def differences(one, other):
    """Statements of `one` only and of `other` only, a few of each, to read when a test fails."""
    return sorted(set(one) - set(other))[:5], sorted(set(other) - set(one))[:5]
