"""The way to the cluster: impatient for readers, who have the database to fall back on, patient for the worker."""

from contextlib import contextmanager
from functools import cache

from django.conf import settings
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    BadRequestError,
    Elasticsearch,
    SSLError,
    TransportError,
)

HASTE = 1.5  # seconds that a reader waits for Elasticsearch; after two and a half the database has answered
PATIENCE = 20  # seconds that the worker waits
# What an administrator does about it.
ADVICE = (
    (
        AuthenticationException,
        "it does not know who asks: compare ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER and _PASSWORD",
    ),
    (
        AuthorizationException,
        "who asks may not do this: docs/guides/elasticsearch.md says which rights the key or user needs",
    ),
    (SSLError, "its certificate is not trusted: name in ELASTICSEARCH_CA the file of who signed it"),
    (
        TransportError,
        "nobody answers there: compare ELASTICSEARCH_URL with the addresses of the cluster, and look whether it runs",
    ),
)


class Unavailable(Exception):
    """Elasticsearch did not answer, or not with what was asked for. `is_ours` when it did not understand the question."""

    is_ours = False


def is_configured():
    return bool(settings.ELASTICSEARCH_URL)


def client(*, patient=False):
    """The client of this process for readers, or the `patient` one.

    A node that refuses is passed over for the next; one that is slow is not asked again, nor is another.
    """
    return _client(settings.ELASTICSEARCH_URL, PATIENCE if patient else HASTE, tuple(_credentials().items()))


@cache
def _client(addresses, seconds, credentials):
    hosts = [address.strip() for address in addresses.split(",")]
    try:
        return _made(hosts, seconds, dict(credentials))
    except ValueError as error:  # it tells of no address, and with it of no password
        raise Unavailable(f"ELASTICSEARCH_URL cannot be read: {error}") from error


def _made(hosts, seconds, credentials):
    return Elasticsearch(
        hosts,
        request_timeout=seconds,
        max_retries=len(hosts) - 1,
        retry_on_timeout=False,
        retry_on_status=(),
        dead_node_backoff_factor=1,
        max_dead_node_backoff=5,
        **credentials,
    )


def _credentials():
    """What opens the cluster: an API key, or else a name and a password; and who signed its certificate."""
    known = {}
    if settings.ELASTICSEARCH_API_KEY:
        known["api_key"] = settings.ELASTICSEARCH_API_KEY
    elif settings.ELASTICSEARCH_PASSWORD:
        known["basic_auth"] = (settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD)
    if settings.ELASTICSEARCH_CA:
        known["ca_certs"] = settings.ELASTICSEARCH_CA
    return known


@contextmanager
def reaching():
    """Whatever goes wrong on the way to the cluster is `Unavailable`, and says what to do about it."""
    try:
        yield
    except (ApiError, TransportError) as error:
        unavailable = Unavailable(f"{type(error).__name__}: {error}{_advice(error)}")
        unavailable.is_ours = isinstance(error, BadRequestError)
        raise unavailable from error


def _advice(error):
    return next((f"; {advice}" for kinds, advice in ADVICE if isinstance(error, kinds)), "")
