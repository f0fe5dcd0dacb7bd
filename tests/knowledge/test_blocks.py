"""What an entry's body is made of, and how it comes to the page."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.template import engines
from django.test import RequestFactory
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from knowledge import embeds
from knowledge.blocks import EntryBody, OwnAddressBlock, body_text, contents, drawings
from knowledge.rules import Visibility
from knowledge.text import MAX_SOURCE, RENDERER_VERSION, Heading, TextTooLong
from tests.factories import make_concept, make_entry
from tests.knowledge.test_hostile_text import faults

BODY = EntryBody()


def body(*blocks):
    return BODY.to_python(list(blocks))


def stored(stream):
    """`stream` as it comes back from the database."""
    return BODY.to_python(json.loads(json.dumps(BODY.get_prep_value(stream))))


def shown(stream, reader=None):
    request = RequestFactory().get("/en/")
    request.user = reader or AnonymousUser()
    return BODY.render(stream, {"request": request})


def squeezed(html):
    return "".join(line.strip() for line in html.splitlines())


def test_markdown_is_rendered_when_it_is_made_and_kept_with_its_source():
    raw = BODY.get_prep_value(body(("markdown", {"source": "*a*"})))

    assert raw[0]["value"] == {
        "source": "*a*",
        "format": "markdown",
        "html": "<p><em>a</em></p>\n",
        "version": RENDERER_VERSION,
    }


def test_stored_html_is_shown_as_it_was_rendered():
    raw = BODY.get_prep_value(body(("markdown", {"source": "*a*"})))
    raw[0]["value"].update(html="<p>made by an older renderer</p>", version=0)

    stream = BODY.to_python(raw)

    assert "made by an older renderer" in shown(stream)
    assert BODY.get_prep_value(stream) == raw


def test_html_is_never_taken_from_code_beside_a_source():
    stream = body(("markdown", {"source": "a", "html": "<script>alert(1)</script>"}))

    assert stream[0].value.html == "<p>a</p>\n"


def test_html_and_plain_text_keep_their_format():
    stream = stored(
        body(("markdown", {"source": "<b>a</b>", "format": "html"}), ("markdown", {"source": "*a*", "format": "text"}))
    )

    assert [child.value["format"] for child in stream] == ["html", "text"]
    assert squeezed(shown(stream)) == '<div class="body"><b>a</b><p>*a*</p></div>'


def test_a_form_renders_what_was_typed():
    value = BODY.child_blocks["markdown"].value_from_datadict({"b-source": "## a", "b-format": "markdown"}, {}, "b")

    cleaned = BODY.clean(body(("markdown", value)))

    assert cleaned[0].value.html == '<h2 id="h-a">a</h2>\n'


@pytest.mark.parametrize(
    ("block", "field"),
    [("markdown", "source"), ("code", "code"), ("formula", "latex"), ("diagram", "source"), ("quotation", "quotation")],
)
def test_no_block_is_longer_than_the_cap(block, field):
    child = BODY.child_blocks[block]
    filled = {"words": "w", "description": "d"} | {field: "a" * (MAX_SOURCE + 1)}
    value = child.to_python(filled)

    with pytest.raises(ValidationError) as refused:
        child.clean(value)
    assert field in refused.value.block_errors


def test_too_long_a_text_from_code_is_refused():
    with pytest.raises(TextTooLong):
        body(("markdown", {"source": "a" * (MAX_SOURCE + 1)}))


def test_too_deep_a_text_is_an_error_beside_its_field():
    child = BODY.child_blocks["markdown"]

    with pytest.raises(ValidationError) as refused:
        child.clean(child.to_python({"source": "> " * 30 + "a"}))
    assert "nested too deeply" in str(refused.value.block_errors["source"])


def test_the_headings_of_a_body_have_one_address_each_and_make_its_contents():
    stream = stored(
        body(("markdown", {"source": "## a"}), ("text", "<h2>a</h2><h3>b</h3>"), ("markdown", {"source": "## a"}))
    )

    assert contents(stream) == [
        Heading(2, "a", "h-a"),
        Heading(2, "a", "h-a-2"),
        Heading(3, "b", "h-b"),
        Heading(2, "a", "h-a-3"),
    ]
    for heading in contents(stream):
        assert shown(stream).count(f'id="{heading.anchor}"') == 1


def test_addresses_are_given_anew_when_a_body_is_saved():
    stream = body(("markdown", {"source": "## a"}), ("markdown", {"source": "## a"}))
    del stream[0]

    assert contents(BODY.clean(stream)) == [Heading(2, "a", "h-a")]


def test_rich_text_passes_the_boundary():
    hostile = '<p onclick="x">a <a href="javascript:x">b</a></p><script>alert(1)</script><h2 id="login">c</h2>'

    assert faults(shown(body(("text", hostile))).replace('<div class="body">', "").replace("</div>", "")) == []


def test_what_is_typed_into_a_block_is_text():
    hostile = "<script>alert(1)</script>"
    table = {"columns": [{"type": "text", "heading": hostile}], "rows": [{"values": [hostile]}], "caption": hostile}
    stream = body(
        ("code", {"language": "python", "code": hostile}),
        ("formula", {"latex": hostile, "words": hostile}),
        ("diagram", {"source": hostile, "description": hostile}),
        ("quotation", {"quotation": hostile, "who": hostile, "source": hostile}),
        ("table", table),
    )

    assert "<script" not in shown(stream)
    assert shown(stream).count("&lt;script&gt;") == 12


@pytest.mark.django_db
def test_no_block_writes_scripts_or_styles_into_a_page():
    html = shown(body(*EVERY_TEXT_BLOCK))

    assert "<script" not in html
    assert "style=" not in html


EVERY_TEXT_BLOCK = [
    ("text", "<p>rich</p>"),
    ("markdown", {"source": "written"}),
    ("code", {"language": "python", "code": "print()"}),
    ("table", {"columns": [{"type": "number", "heading": "Loans"}], "rows": [{"values": [2.5]}], "caption": "Year"}),
    ("formula", {"latex": "x^2", "words": "x squared"}),
    ("diagram", {"source": "A-->B", "description": "A leads to B"}),
    ("quotation", {"quotation": "quiet", "who": "Wen", "source": "a letter"}),
    ("embed", {"address": "/en/topics/1/"}),
]


def test_the_words_of_a_body_are_found_by_search():
    words = body_text(body(*EVERY_TEXT_BLOCK))

    expected = ["rich", "written", "print()", "Loans", "Year", "x squared", "A leads to B", "quiet", "Wen", "a letter"]
    assert all(word in words for word in expected)
    assert "topics" not in words


@pytest.mark.parametrize(
    ("blocks", "kinds"),
    [
        ([("markdown", {"source": "a"})], set()),
        ([("markdown", {"source": "$a$"})], {"formula"}),
        ([("markdown", {"source": "```mermaid\nA\n```"})], {"diagram"}),
        (
            [("formula", {"latex": "a", "words": "a"}), ("diagram", {"source": "A", "description": "A"})],
            {"formula", "diagram"},
        ),
    ],
)
def test_a_page_asks_only_for_the_scripts_that_it_needs(blocks, kinds):
    stream = stored(body(*blocks))
    head = engines["django"].from_string("{% load written %}{% drawing body %}").render({"body": stream})

    assert drawings(stream) == kinds
    assert ("katex.min.js" in head) is ("formula" in kinds)
    assert ("diagram.js" in head) is ("diagram" in kinds)
    assert "mermaid" not in head  # stays in its frame


@pytest.mark.django_db
def test_pictures_and_files_come_with_words():
    image = get_image_model().objects.create(title="Desk", file=get_test_image_file(), credit="Ada")
    file = get_document_model().objects.create(title="Rules of the house", file=get_test_image_file("rules.pdf"))
    stream = body(
        ("image", {"image": image, "alt_text": "A desk", "caption": "The desk"}),
        ("file", {"file": file, "note": "Since May"}),
    )

    html = shown(stored(stream))

    assert 'alt="A desk"' in html
    assert "The desk" in html
    assert "Image: Ada" in html
    assert ">Rules of the house</a>" in html


# ---------------------------------------------------------------- cards


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/en/topics/3/", "/en/topics/3/"),
        (" /zh-hans/knowledge/%E9%A6%86/ ", "/zh-hans/knowledge/馆/"),
        ("http://localhost:8000/en/topics/3/?x=y", "/en/topics/3/"),
    ],
)
def test_an_address_of_this_site_is_kept_as_its_path(address, kept, settings):
    settings.BASE_URL = "http://localhost:8000"

    assert OwnAddressBlock().clean(address) == kept


@pytest.mark.parametrize(
    "address", ["https://a.example/en/topics/3/", "//a.example/en/x/", "/fr/topics/3/", "topics/3/", "javascript:x"]
)
def test_other_addresses_are_refused(address):
    with pytest.raises(ValidationError):
        OwnAddressBlock().clean(address)


@pytest.mark.django_db
def test_a_card_shows_a_topic():
    concept = make_concept("Interlibrary loan")

    assert "Interlibrary loan" in shown(body(("embed", {"address": f"/en/topics/{concept.pk}/"})))


@pytest.mark.parametrize(("role", "sees_it"), [("visitor", False), ("patron", False), ("librarian", True)])
def test_a_card_of_an_entry_for_staff_is_seen_by_staff(role, sees_it, people):
    entry = make_entry("Canary of the vault", visibility=Visibility.STAFF)
    stream = body(("embed", {"address": f"/en/knowledge/{entry.slug}/"}))

    assert ("Canary" in shown(stream, people[role])) is sees_it


def test_the_unseen_and_the_missing_leave_the_same_page(people):
    entry = make_entry("Canary of the vault", visibility=Visibility.STAFF)
    unseen = body(("embed", {"address": f"/en/knowledge/{entry.slug}/"}))
    missing = body(("embed", {"address": "/en/knowledge/there-is-none/"}))

    assert shown(unseen, people["patron"]) == shown(missing, people["patron"])


def test_an_address_that_nobody_registered_shows_nothing():
    assert embeds.resolve("/en/no-such-room/1/", AnonymousUser()) is None


# ---------------------------------------------------------------- the frame of diagrams


@pytest.mark.django_db
def test_the_frame_of_diagrams_has_a_policy_of_its_own_and_no_origin(client):
    response = client.get("/en/diagram-frame/")
    policy = response["Content-Security-Policy"]

    assert response.status_code == 200
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert not response.cookies
