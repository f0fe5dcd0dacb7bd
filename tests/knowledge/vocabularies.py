"""Vocabularies written for the tests, in the formats that an import reads."""

PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://example.org/v/> .
"""

# Everything that is kept, once.
LENDING = (
    PREFIXES
    + """
:scheme a skos:ConceptScheme ; dct:title "Lending"@en, "外借"@zh-Hans ; dct:description "How things go out."@en ;
    skos:hasTopConcept :loan .
:loan a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "Loan"@en, "外借"@zh-Hans, "Ausleihe"@de ;
    skos:altLabel "Lending"@en ; skos:hiddenLabel "loann"@en ; skos:notation "L1", "001"^^:code ;
    skos:definition "Something goes out and comes back."@en ; skos:scopeNote :note ; skos:narrower :ill, :renewal .
:note rdf:value "Not for exhibitions."@en .
:ill a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "Interlibrary loan"@en, "馆际互借"@zh-Hans ;
    skos:altLabel "ILL"@en ; skos:related :renewal ; skos:exactMatch <http://elsewhere.example/ill> .
:renewal a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "Renewal"@en ; skos:broader :loan .
:telex a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "Telex"@en ; owl:deprecated true .
:out a skos:Collection ; skos:inScheme :scheme ; skos:prefLabel "Going out"@en ; skos:notation "G" ;
    skos:member :loan, :steps .
:steps a skos:OrderedCollection ; skos:prefLabel "Steps"@en ; skos:memberList ( :loan :renewal :ill ) .
"""
)


def concept(name, label="", **more):
    """A line of Turtle for a concept of `:scheme`."""
    said = "".join(f" ; skos:{predicate} {value}" for predicate, value in more.items())
    return f':{name} a skos:Concept ; skos:inScheme :scheme ; skos:prefLabel "{label or name}"@en{said} .\n'
