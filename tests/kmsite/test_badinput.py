"""What would break a parser or a database is answered with 400, in both languages (security check 20)."""

import json
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from kmsite.ops.badinput import MAX_NESTING, too_deep
from kmsite.wsgi import application
from knowledge.text import clean

JSON = "application/json"
LONG_NUMBER = "9" * 5_000
DEEP = "[" * 100_000
FORM = "/en/tell/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    client.raise_request_exception = False  # a 500 is an answer to look at, here
    return client


@pytest.mark.parametrize(
    "path", ["/en/%00/", "/en/topics/%00", f"/en/topics/{LONG_NUMBER}/", "/%00", "/static/%00.css"]
)
def test_a_hostile_path_is_refused(client, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("value", ["a\x00b", LONG_NUMBER, f" -{LONG_NUMBER}.0e5", DEEP, '{"a":' * 100_000])
@pytest.mark.parametrize("name", ["q", "page", "unheard_of"])
def test_a_hostile_query_is_refused(client, name, value):
    assert client.get("/healthz", {name: value}).status_code == 400


@pytest.mark.parametrize("fields", [{"text": "a\x00"}, {"a\x00": "b"}, {"text": LONG_NUMBER}, {"text": DEEP}])
@pytest.mark.parametrize("form_type", ["multipart", "urlencoded"])
def test_a_hostile_form_field_is_refused(client, fields, form_type):
    response = client.post(FORM, fields) if form_type == "multipart" else post_urlencoded(client, fields)

    assert response.status_code == 400


def post_urlencoded(client, fields, address=FORM):
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"a":' * 100_000,
        '{"a": "\\u0000"}',
        '{"\\u0000": 1}',
        '{"a": ["\\ud800"]}',
        f'{{"a": {LONG_NUMBER}}}',
        f'["{LONG_NUMBER}"]',
    ],
    ids=["brackets", "braces", "NUL", "NUL in a key", "surrogate", "number", "number in a string"],
)
@pytest.mark.parametrize("content_type", [JSON, "application/vnd.api+json", "text/plain"])
def test_a_hostile_json_body_is_refused(client, body, content_type):
    assert client.post(FORM, body, content_type=content_type).status_code == 400


def test_a_charset_that_is_none_is_no_error_of_ours(client):
    response = client.generic("POST", FORM, b"a=b", content_type="application/x-www-form-urlencoded; charset=base64")

    assert response.status_code == 400


@pytest.mark.parametrize(("charset", "status"), [("base64", 400), ("undefined", 400), ("latin-1", 200), ("none", 200)])
def test_nor_is_it_one_where_a_query_stands_beside_it(charset, status):
    environ = RequestFactory().get("/healthz", {"q": "a"}).environ | {"CONTENT_TYPE": f"text/plain; charset={charset}"}
    answers = []

    body = b"".join(application(environ, lambda line, headers: answers.append(line)))

    assert answers[0].startswith(str(status))
    assert body


def test_the_answer_says_in_both_languages_what_happened_and_carries_the_headers_of_every_page(client):
    response = client.get("/en/", {"q": "\x00"})

    assert response.status_code == 400
    assert b'<section lang="en">' in response.content
    assert b'<section lang="zh-hans">' in response.content
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("evil", ["[" * (MAX_NESTING + 1), LONG_NUMBER, "It took me an hour.\x00"])
@pytest.mark.parametrize("form_type", ["multipart", "urlencoded"])
@pytest.mark.parametrize(("address", "label"), [("/en/tell/", "What you wrote"), ("/zh-hans/tell/", "您写的内容")])
def test_what_was_typed_is_given_back(client, evil, form_type, address, label):
    fields = {"text": evil, "title": "<b>Mine</b>", "form_key": "secret key"}
    response = client.post(address, fields) if form_type == "multipart" else post_urlencoded(client, fields, address)

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 400
    assert {box.text.lstrip("\n") for box in page.select(".kept textarea")} == {clean(evil), "<b>Mine</b>"}
    assert label in page.select_one(".kept label").text
    assert "secret key" not in response.text


def test_of_a_form_that_cannot_be_read_nothing_is_given_back(client):
    form = "application/x-www-form-urlencoded; charset=base64"
    response = client.generic("POST", "/en/%00/", b"text=a+b", content_type=form)

    assert response.status_code == 400
    assert 'class="box kept"' not in response.text


def test_a_program_is_answered_with_json(client):
    response = client.post(FORM, DEEP, content_type=JSON)

    assert response.json()["error"]


@pytest.mark.parametrize(
    "value",
    [
        "3.14159",
        "9" * 300,
        "pi = 3." + "1" * 5_000,
        "[" * MAX_NESTING,
        "{{number}}",
        '["a", {"b": [1]}]',
        "[0, 1) and then " * 200,
        "[a](b)[" * 200,
        "汉字😀",
        "a\nb",
    ],
)
def test_what_people_write_passes(client, value):
    assert client.get("/healthz", {"q": value}).status_code == 200


def test_brackets_in_strings_do_not_nest():
    assert not too_deep(json.dumps(["[" * 1_000, '\\"[' * 1_000]))


def test_json_may_nest_as_deep_as_the_cap():
    assert not too_deep("[" * MAX_NESTING + "]" * MAX_NESTING)
    assert too_deep("[" * (MAX_NESTING + 1))


def test_the_naughty_strings_give_no_server_error(client, real_data):
    naughty = json.loads((real_data / "hostile" / "blns.json").read_text())

    for text in naughty:
        for response in (
            client.get("/healthz", {"q": text}),
            client.get("/en/search/", {"q": text}),
            client.post(FORM, {"text": text}),
        ):
            assert response.status_code < 500, text
    assert len(naughty) > 500
