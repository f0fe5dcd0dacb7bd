"""From the database to SKOS: everything that an import keeps, with the inverses that SKOS entails."""

from collections import defaultdict

from rdflib import DCTERMS, OWL, RDF, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from knowledge.models import (
    Concept,
    ConceptGroup,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptRelation,
    ConceptScheme,
    ConceptStatus,
    GroupMember,
    LabelKind,
    RelationKind,
    SchemeMembership,
)
from knowledge.organization.pieces import in_pieces

FORMATS = {"ttl": "turtle", "nt": "nt", "xml": "xml", "json-ld": "json-ld"}
LABELS = {
    LabelKind.PREFERRED: SKOS.prefLabel,
    LabelKind.ALTERNATIVE: SKOS.altLabel,
    LabelKind.HIDDEN: SKOS.hiddenLabel,
}


def scheme_graph(scheme=None):
    """The graph of one scheme with its concepts and groups, or of everything there is.

    A scheme's title comes as dcterms:title. Broader and related are stated from both sides, as are top concepts. A
    concept of another scheme, to which one of this scheme is related, is named and not described.

    Args: scheme: a ConceptScheme, or None for all.
    Returns: `rdflib.Graph`; importing it changes nothing.
    """
    concepts, schemes, groups = Concept.objects.all(), ConceptScheme.objects.all(), ConceptGroup.objects.all()
    if scheme is not None:
        concepts = concepts.filter(memberships__scheme=scheme)
        schemes = schemes.filter(pk=scheme.pk)
        groups = groups.filter(schemes=scheme)
    graph = _graph()
    for one in schemes:
        _add_scheme(graph, one)
    _add_concepts(graph, list(concepts.order_by("pk")))
    _add_groups(graph, list(groups.prefetch_related("schemes")))
    return graph


def concept_graph(concept):
    """The graph of one concept, with what is said of it and the schemes it stands in."""
    graph = _graph()
    for scheme in concept.schemes.all():
        _add_scheme(graph, scheme)
    _add_concepts(graph, [concept])
    return graph


def written(graph, file_format="ttl"):
    """`graph` as text: `ttl`, `nt`, `xml` (RDF/XML) or `json-ld`."""
    options = {"auto_compact": True} if file_format == "json-ld" else {}
    return graph.serialize(format=FORMATS[file_format], **options)


def _graph():
    graph = Graph(bind_namespaces="none")
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("owl", OWL)
    return graph


def _text(text, language):
    return Literal(text, lang=language or None)


def _add_scheme(graph, scheme):
    node = URIRef(scheme.uri)
    graph.add((node, RDF.type, SKOS.ConceptScheme))
    for predicate, texts in ((DCTERMS.title, scheme.titles), (DCTERMS.description, scheme.descriptions)):
        for language, text in texts.items():
            graph.add((node, predicate, _text(text, language)))


def _add_concepts(graph, concepts):
    """Add `concepts` with all their statements: one query a kind of statement and 2,000 concepts."""
    for concept in concepts:
        node = URIRef(concept.uri)
        graph.add((node, RDF.type, SKOS.Concept))
        _add_notations(graph, node, concept.notations)
        if concept.status == ConceptStatus.DEPRECATED:
            graph.add((node, OWL.deprecated, Literal(True)))
    nodes = {concept.pk: URIRef(concept.uri) for concept in concepts}
    for piece in in_pieces(nodes):
        _add_texts(graph, nodes, piece)
        _add_links(graph, nodes, piece)


def _add_notations(graph, node, notations):
    for text, datatype, language in notations:
        literal = Literal(text, datatype=URIRef(datatype), normalize=False) if datatype else _text(text, language)
        graph.add((node, SKOS.notation, literal))


def _add_texts(graph, nodes, keys):
    labels = ConceptLabel.objects.filter(concept__in=keys)
    for key, kind, language, text in labels.values_list("concept_id", "kind", "language", "text"):
        graph.add((nodes[key], LABELS[kind], _text(text, language)))
    notes = ConceptNote.objects.filter(concept__in=keys)
    for key, kind, language, text, uri in notes.values_list("concept_id", "kind", "language", "text", "uri"):
        if not uri:
            graph.add((nodes[key], SKOS[kind], _text(text, language)))
            continue
        graph.add((nodes[key], SKOS[kind], URIRef(uri)))
        if text:
            graph.add((URIRef(uri), RDF.value, _text(text, language)))


def _add_links(graph, nodes, keys):
    relations = ConceptRelation.objects.filter(source__in=keys) | ConceptRelation.objects.filter(target__in=keys)
    for kind, source, target in relations.values_list("kind", "source__uri", "target__uri"):
        narrower, broader = URIRef(source), URIRef(target)
        if kind == RelationKind.BROADER:
            graph.add((narrower, SKOS.broader, broader))
            graph.add((broader, SKOS.narrower, narrower))
        else:
            graph.add((narrower, SKOS.related, broader))
            graph.add((broader, SKOS.related, narrower))
    mappings = ConceptMapping.objects.filter(concept__in=keys)
    for key, kind, uri in mappings.values_list("concept_id", "kind", "target_uri"):
        graph.add((nodes[key], SKOS[kind], URIRef(uri)))
    memberships = SchemeMembership.objects.filter(concept__in=keys)
    for key, uri, is_top in memberships.values_list("concept_id", "scheme__uri", "is_top"):
        graph.add((nodes[key], SKOS.inScheme, URIRef(uri)))
        if is_top:
            graph.add((nodes[key], SKOS.topConceptOf, URIRef(uri)))
            graph.add((URIRef(uri), SKOS.hasTopConcept, nodes[key]))


def _add_groups(graph, groups):
    """Add `groups` with their members in order."""
    members = defaultdict(list)
    for piece in in_pieces([group.pk for group in groups]):
        rows = GroupMember.objects.filter(group__in=piece).order_by("position")
        for group, concept, subgroup in rows.values_list("group_id", "concept__uri", "subgroup__uri"):
            members[group].append(URIRef(concept or subgroup))
    for group in groups:
        _add_group(graph, group, members[group.pk])


def _add_group(graph, group, members):
    node = URIRef(group.uri)
    graph.add((node, RDF.type, SKOS.OrderedCollection if group.is_ordered else SKOS.Collection))
    for language, text in group.titles.items():
        graph.add((node, SKOS.prefLabel, _text(text, language)))
    _add_notations(graph, node, group.notations)
    for scheme in group.schemes.all():
        graph.add((node, SKOS.inScheme, URIRef(scheme.uri)))
    for member in members:
        graph.add((node, SKOS.member, member))
    if group.is_ordered:  # S36: a member list entails the members
        head = BNode()
        Collection(graph, head, members)
        graph.add((node, SKOS.memberList, head))
