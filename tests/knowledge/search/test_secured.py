"""A cluster behind TLS that asks who one is: opened by a password or a key, and where it stays shut, readers are answered by the
database, administrators are told what to do, and nobody reads a secret. Against a real server with security on."""

import logging
import os
import shutil
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from elasticsearch import Elasticsearch

from knowledge.search import answering, api, checks, mirror
from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import Unavailable, client
from tests.knowledge.search.elastic import settle, written

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]

PASSWORD, WRONG = "sesame-of-this-test", "sesame-that-opens-nothing"
KEY = "c2VzYW1lOnRoYXQtb3BlbnMtbm90aGluZw=="  # of a key with the name sesame
SITE = "secured"
NOTICE = b"The search engine is away for a moment."


# ---------------------------------------------------------------- certificates
def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(subject, key, issuer, issuer_key, *more):
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name(issuer),
        name(subject),
        key.public_key(),
        x509.random_serial_number(),
        now - timedelta(days=1),
        now + timedelta(days=1),
    )
    for extension, is_critical in more:
        made = made.add_extension(extension, critical=is_critical)
    return made.sign(issuer_key, hashes.SHA256())


def authority(folder, text):
    """Who signs: a key, with the certificate in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    use = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    own = certificate(text, key, text, key, (x509.BasicConstraints(ca=True, path_length=None), True), (use, True))
    (folder / f"{text}.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    return key


def sign_node(folder, signer):
    key = ec.generate_private_key(ec.SECP256R1())
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = certificate("node", key, "ca", signer, (here, False))
    (folder / "node.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "node.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


# ---------------------------------------------------------------- the server
def free_port():
    """A port of which the one a hundred further on is free as well: nodes speak to one another there."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 100))
            except (OSError, OverflowError):
                continue
            return port


@pytest.fixture(scope="module")
def secured():
    """The settings for a server of its own that speaks HTTPS and asks for a password; under ca the file that proves it."""
    server, installed = os.environ.get("ELASTICSEARCH_SERVER"), os.environ.get("ES_HOME")
    if not server or not installed:
        pytest.skip("is about Elasticsearch: ELASTICSEARCH_SERVER and ES_HOME do not name one that may be started")
    home = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="kmsite-secured-"))
    home.chmod(0o755)  # the server runs as somebody else
    for known in Path(installed).glob("elasticsearch-*"):
        (home / known.name).symlink_to(known)
    sign_node(home, authority(home, "ca"))
    authority(home, "stranger")
    port = free_port()
    more = {"ES_HOME": home, "ES_PORT": port, "ES_TLS": home, "ES_HEAP": "400m", "ELASTIC_PASSWORD": PASSWORD}
    environment = os.environ | {key: str(value) for key, value in more.items()}
    try:
        subprocess.run([server, "start"], env=environment, check=True, capture_output=True)
        yield {"url": f"https://127.0.0.1:{port}", "ca": str(home / "ca.pem"), "stranger": str(home / "stranger.pem")}
    finally:
        subprocess.run([server, "stop", "--wipe"], env=environment, check=True, capture_output=True)
        shutil.rmtree(home)


@pytest.fixture
def connected(secured, settings):
    """The settings of a site that is let in by its password; its breaker is new."""
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_CA = secured["url"], secured["ca"]
    settings.ELASTICSEARCH_INDEX = SITE
    settings.ELASTICSEARCH_USER, settings.ELASTICSEARCH_PASSWORD = "elastic", PASSWORD
    answering._sheltered.cache_clear()
    yield settings
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_CA = secured["url"], secured["ca"]
    settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_PASSWORD = "", PASSWORD
    indices.drop(indices.ours())
    answering._sheltered.cache_clear()


@pytest.fixture
def key(connected):
    """The key of an entry that both indices hold."""
    key = written("The gannet on the roof")
    settle()
    return key


def search():
    return api.search("gannet", AnonymousUser())


def elasticsearch_answers(key):
    results = search()
    return not results.is_makeshift and [hit.entry.key for hit in results.hits] == [key]


def test_a_password_and_the_file_of_who_signed_open_it(key):
    assert elasticsearch_answers(key)
    assert checks.the_cluster_answers(None) == []


def test_a_key_with_the_rights_that_the_guide_names_is_enough(connected, secured):
    rights = ["read", "write", "create_index", "delete_index", "manage"]
    described = {"cluster": ["monitor"], "indices": [{"names": [f"{SITE}-*", f"write-{SITE}-*"], "privileges": rights}]}
    made = client(patient=True).security.create_api_key(name="site", role_descriptors={"site": described})
    connected.ELASTICSEARCH_API_KEY, connected.ELASTICSEARCH_PASSWORD = made["encoded"], ""

    key = written("The gannet on the roof")
    settle()

    assert elasticsearch_answers(key)
    assert list(mirror.drift()) == []
    assert checks.the_cluster_answers(None) == []


def test_an_address_where_nobody_is_is_passed_over(key, connected, secured):
    connected.ELASTICSEARCH_URL = f"https://127.0.0.1:{free_port()},{secured['url']}"

    assert all(elasticsearch_answers(key) for _search in range(6))


SHUT = {
    "password": ({"ELASTICSEARCH_PASSWORD": WRONG}, "ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER"),
    "nobody": ({"ELASTICSEARCH_PASSWORD": ""}, "ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER"),
    "key": (
        {"ELASTICSEARCH_API_KEY": KEY},
        "ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER",
    ),
    "authority": ({"ELASTICSEARCH_CA": "stranger"}, "ELASTICSEARCH_CA"),
    "no authority": ({"ELASTICSEARCH_CA": ""}, "ELASTICSEARCH_CA"),
    "no such file": ({"ELASTICSEARCH_CA": "/nowhere/ca.pem"}, "ELASTICSEARCH_CA"),
    "address": ({"ELASTICSEARCH_URL": "https://elastic:sesame@127.0.0.1:1"}, "ELASTICSEARCH_URL"),
    "no address": ({"ELASTICSEARCH_URL": "elastic:sesame@search"}, "ELASTICSEARCH_URL"),
}


@pytest.fixture(params=SHUT, ids=lambda param: param.replace(" ", "-"))
def advice(request, key, connected, secured):
    """A cluster that stays shut, and which settings its administrator is told to compare."""
    wrong, advice = SHUT[request.param]
    for setting, value in wrong.items():
        setattr(connected, setting, secured.get(value, value))
    answering._sheltered.cache_clear()
    return advice


def is_without_secrets(text):
    return not any(secret in text for secret in (PASSWORD, WRONG, KEY, "that-opens-nothing", "elastic:sesame"))


def test_a_cluster_that_stays_shut_costs_no_answer_and_its_log_says_what_to_do(advice, key, client, caplog):
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        page = client.get("/en/search/?q=gannet")

    assert time.monotonic() - began < 2.5
    assert page.status_code == 200
    assert NOTICE in page.content
    assert b"on the roof" in page.content
    (line,) = [record for record in caplog.records if record.name == "knowledge.search.backends.sheltered"]
    assert advice in line.getMessage()
    assert is_without_secrets(caplog.text)
    assert is_without_secrets(page.content.decode())


def test_a_check_before_going_public_says_what_to_do(advice):
    (warning,) = checks.the_cluster_answers(None)

    assert advice in warning.msg
    assert is_without_secrets(str(warning))


def test_the_worker_and_a_rebuild_say_what_to_do(advice):
    with pytest.raises(Unavailable, match=advice):
        mirror.keep_up()
    with pytest.raises(CommandError, match=advice) as refused:
        call_command("search_rebuild")

    assert is_without_secrets(str(refused.value))


def test_rights_that_are_missing_are_named(key, connected, secured):
    admin = Elasticsearch(secured["url"], ca_certs=secured["ca"], basic_auth=("elastic", PASSWORD))
    described = {"cluster": ["monitor"], "indices": [{"names": ["other-*"], "privileges": ["read"]}]}
    made = admin.security.create_api_key(name="other", role_descriptors={"other": described})
    connected.ELASTICSEARCH_API_KEY = made["encoded"]

    assert search().is_makeshift
    (warning,) = checks.the_cluster_answers(None)
    assert "which rights the key or user needs" in warning.msg
