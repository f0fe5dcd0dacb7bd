"""What Elasticsearch keeps of a `SearchDoc`: our tokens, ready-made, and what is needed to narrow, count and order."""

from math import log1p

from elasticsearch_dsl import (
    Date,
    Document,
    Float,
    Index,
    InnerDoc,
    Integer,
    Keyword,
    MetaField,
    Object,
    Text,
    analyzer,
)

from knowledge.search import analysis

VERSION = f"{1}.{analysis.VERSION}"  # of the mapping and of the tokens; another one needs another index

ready_made = analyzer("ready_made", type="custom", tokenizer="whitespace")


class Facets(InnerDoc):
    """The values of each facet, under its name."""

    class Meta:
        dynamic = MetaField(True)


class Indexed(Document):
    """One document. `key` is its identifier, too; `gathered` its family, or itself where it has none; `worth` what its
    quality and use add to any score; `width` how long its title is."""

    key = Keyword()
    kind = Keyword()
    access = Keyword()
    family = Keyword()
    gathered = Keyword()
    folded = Keyword()
    sort_key = Keyword()
    updated = Date()
    popularity = Integer()
    worth = Float(index=False)
    width = Integer(index=False)
    facets = Object(Facets)
    title = Text(analyzer=ready_made, index_prefixes={"min_chars": 1, "max_chars": 10})
    concepts = Text(analyzer=ready_made)
    summary = Text(analyzer=ready_made)
    body = Text(analyzer=ready_made)

    class Meta:
        dynamic = MetaField("strict")
        dynamic_templates = MetaField(
            [{"facets": {"path_match": "facets.*", "mapping": {"type": "keyword", "ignore_above": 200}}}]
        )
        meta = MetaField({"version": VERSION})


def source(doc):
    """The `_source` of a `SearchDoc`."""
    made = Indexed(
        key=doc.key,
        kind=doc.kind,
        access=list(doc.access),
        family=doc.family or None,
        gathered=doc.family or doc.key,
        folded=analysis.fold(doc.title)[:200],
        sort_key=analysis.sort_key(doc.title),
        updated=doc.updated,
        popularity=doc.popularity,
        worth=1 + 0.1 * doc.quality + 0.06 * log1p(max(0, doc.popularity)),
        width=len(doc.title),
        facets={name: list(values) for name, values in doc.facets.items()},
        **{name: " ".join(tokens) for name, tokens in doc.fields.items()},
    )
    return made.to_dict()


def index_of(name, *, shards, replicas):
    """The description of an index under this name, not made yet."""
    index = Index(name)
    index.settings(
        number_of_shards=shards,
        number_of_replicas=replicas,
        max_result_window=20_000,
        gc_deletes="1h",  # so long it knows of what was dropped, and a batch that comes late brings nothing back
    )
    index.document(Indexed)
    return index
