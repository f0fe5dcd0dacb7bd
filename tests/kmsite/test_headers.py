"""Security headers on every kind of public page, and a policy of its own for the admin."""

import re

import pytest

from tests.factories import make_concept, make_entry

PAGES = [
    "/en/",
    "/zh-hans/",
    "/en/account/login/",
    "/en/account/signup/",
    "/en/account/password/reset/",
    "/en/tell/",
    "/en/search/?q=loan",
    "/en/browse/",
    "/en/topics/",
    "{topic}",
    "{entry}",
    "/en/people/999999/",
    "/en/no-such-page/",
    "/healthz",
]


@pytest.fixture
def policy():
    def read(response):
        header = response["Content-Security-Policy"]
        return {part.split()[0]: part.split()[1:] for part in header.split(";")}

    return read


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_is_strict(path, client, db, policy):
    path = path.format(topic=f"/en/topics/{make_concept('Loans').pk}/", entry=make_entry("Borrowing").url)
    answer = client.get(path)
    directives = policy(answer)

    assert directives["default-src"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & {source for sources in directives.values() for source in sources}
    assert directives["object-src"] == directives["base-uri"] == directives["frame-ancestors"] == ["'none'"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("path", [page for page in PAGES if page != "/healthz"])
def test_no_public_page_carries_inline_script_or_style(path, client, db):
    path = path.format(topic=f"/en/topics/{make_concept('Loans').pk}/", entry=make_entry("Borrowing").url)
    html = client.get(path).content.decode()
    scripts = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "json" not in tag]

    assert scripts == []
    assert not re.search(r"<style|\sstyle=\"|\son[a-z]+=\"|href=\"javascript:", html)


def test_a_page_from_the_cache_has_the_same_headers(client, db):
    first, again = client.get("/en/account/password/reset/done/"), client.get("/en/account/password/reset/done/")

    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert again["Permissions-Policy"] == first["Permissions-Policy"]


def test_a_page_with_a_policy_of_its_own_keeps_it_in_the_cache(client, db):
    first, second = (client.get("/en/diagram-frame/") for _ in range(2))

    assert second["X-Page-Cache"] == "hit"
    for name in ("Content-Security-Policy", "X-Frame-Options", "Cache-Control"):
        assert second[name] == first[name]
    assert "sandbox allow-scripts" in second["Content-Security-Policy"]


def test_the_admin_has_its_own_policy(client, people, policy):
    client.force_login(people["librarian"])
    answer = client.get("/admin/")
    directives = policy(answer)

    assert directives["default-src"] == ["'self'"]
    assert "'unsafe-eval'" not in directives["script-src"]
    assert directives["object-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'self'"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "camera=()" in answer["Permissions-Policy"]
