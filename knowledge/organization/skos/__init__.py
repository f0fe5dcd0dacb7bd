"""Vocabularies come in from SKOS files and go out as SKOS.

`reading` turns files into a graph, `gathering` a graph into records, `checking` says what is wrong with them,
`storing` brings them into the database, `importing` puts these steps in a row; `writing` goes the other way.
Source: SKOS Reference, W3C Recommendation 18 August 2009, https://www.w3.org/TR/skos-reference/; S1, S2… are its
conditions.
"""
