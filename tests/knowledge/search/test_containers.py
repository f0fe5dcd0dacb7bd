"""Who tries Elasticsearch in a container gets what the tests run on, and only when they ask for it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "compose.yaml").read_text()
SEARCH = re.search(r"^    search:.*?(?=^    \w)", COMPOSE, re.MULTILINE | re.DOTALL)[0]


def test_the_container_is_of_the_release_that_the_tests_run_on():
    server = (ROOT / ".ci/elasticsearch/server").read_text()
    release = re.search(r"^VERSION=(\S+)", server, re.MULTILINE)[1]

    assert f"image: docker.elastic.co/elasticsearch/elasticsearch:{release} " in SEARCH


def test_it_starts_under_its_profile_only_and_opens_no_port():
    assert "profiles: [elasticsearch]" in SEARCH
    assert "ports:" not in SEARCH


def test_what_opens_a_cluster_reaches_the_site():
    base = (ROOT / "kmsite/settings/base.py").read_text()
    known = set(re.findall(r"^(ELASTICSEARCH_(?:URL|API_KEY|USER|PASSWORD|REPLICAS)) =", base, re.MULTILINE))

    assert len(known) == 5
    assert all(f"{name}: ${{{name}:-" in COMPOSE for name in known)
