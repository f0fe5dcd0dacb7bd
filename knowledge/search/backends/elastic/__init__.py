"""Elasticsearch: a mirror of the database's index. Only this package speaks to it (docs/decisions/elasticsearch.md)."""
