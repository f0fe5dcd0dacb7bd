"""Nothing hostile passes the boundary (security checks 1, 4, 19, 20)."""

# ruff: noqa: SIM905  lists of tags read better as words

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from knowledge import text
from tests.hostile import markdown_payloads, pathological, pathological_html, payloads
from tests.timing import is_slow

ROOT = Path(__file__).parents[2]
URL = re.compile(r"https?://[^\s\\@/?#]+([/?#][^\s\\]*)?|mailto:[^\s\\]+|/([^/\\\s][^\s\\]*)?|#[^\s\\]+", re.IGNORECASE)
# Written down apart from text.py on purpose: widening the list there must be said here too.
ALLOWED = {
    **{
        tag: set()
        for tag in (
            "b blockquote br caption cite dd del dfn dl dt em h4 h5 h6 hr i ins kbd li mark p pre q rp rt ruby s samp"
            " small strong sub sup table tbody thead tr u ul var"
        ).split()
    },
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "code": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


class Inspector(HTMLParser):
    """Collects what is outside the allow-list."""

    def __init__(self):
        super().__init__()
        self.faults = []

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, ()) and name not in ("lang", "dir"):
                self.faults.append(f"{tag} {name}")
            elif not self.good(name, value or ""):
                self.faults.append(f"{tag} {name}={value!r}")

    def good(self, name, value):
        rules = {
            "href": URL,
            "src": re.compile(r"/media/(?!.*\.\.)[\w./-]+"),
            "class": re.compile(r"language-[\w+#.-]+"),
            "id": re.compile(r"h-[\w-]+"),
            "rel": re.compile("nofollow ugc noopener"),
        }
        return name not in rules or bool(rules[name].fullmatch(value))

    def handle_comment(self, data):
        self.faults.append("comment")

    def handle_decl(self, decl):
        self.faults.append("declaration")

    def handle_pi(self, data):
        self.faults.append("instruction")

    def unknown_decl(self, data):
        self.faults.append("declaration")


def faults(html):
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults


def rendered(render, source):
    try:
        return render(source).html
    except text.TextRefused:
        return ""


def escaped_the_list(render, sources):
    found = {}
    for source in sources:
        if bad := faults(rendered(render, source)):
            found[source] = bad
    return found


def test_the_inspector_sees_what_it_must_see():
    assert faults(
        '<p onclick=x><a href="//evil">a</a><img src="http://x/y.png"><svg></svg><h2 id="x"></h2><!-- c -->'
    ) == [
        "p onclick",
        "a href='//evil'",
        "img src='http://x/y.png'",
        "svg",
        "h2 id='x'",
        "comment",
    ]


def test_no_hostile_html_leaves_the_allow_list():
    sources = list(payloads())

    assert escaped_the_list(text.render_html, sources) == {}
    assert len(sources) > 5_000


def test_no_hostile_markdown_leaves_the_allow_list():
    sources = [*markdown_payloads(), *payloads()]

    assert escaped_the_list(text.render_markdown, sources) == {}
    assert len(sources) > 8_000


def test_the_boundary_alone_holds_the_allow_list():
    sources = list(payloads())

    assert {source: bad for source in sources if (bad := faults(text.boundary(source)))} == {}


def test_the_boundary_done_twice_changes_nothing():
    def even(html):  # line ends and the line that a parser drops after <pre> may differ
        return html.replace("\r\n", "\n").replace("<pre>\n", "<pre>")

    for source in payloads():
        once = text.boundary(source)
        assert even(text.boundary(once)) == even(once), source


def test_rendered_html_passes_the_boundary_unchanged():
    for source in markdown_payloads():
        html = rendered(text.render_markdown, source)
        assert text.boundary(html).replace("<pre>\n", "<pre>") == html.replace("<pre>\n", "<pre>"), source


def test_html_is_called_safe_in_one_module_only():
    sources = [path for app in ("kmsite", "maps", "communities", "knowledge") for path in (ROOT / app).rglob("*")]
    marked = [
        str(path.relative_to(ROOT))
        for path in sources
        if path.suffix in (".py", ".html", ".txt")
        and "vendor" not in path.parts
        and re.search(r"\bmark_safe\b|\bSafeString\b|\|\s*safe(seq)?\b", path.read_text(encoding="utf-8"))
    ]

    assert marked == ["knowledge/text.py"]


def test_the_boundary_is_the_last_step_of_every_renderer(monkeypatch):
    monkeypatch.setattr(text, "boundary", lambda html: "the last word")

    for render in text.RENDERERS.values():
        assert render("# x <b>y</b>").html == "the last word"


@pytest.mark.parametrize("render", text.RENDERERS.values(), ids=text.RENDERERS)
def test_a_text_over_the_cap_is_refused_and_one_at_the_cap_is_whole(render):
    whole = render("a" * 15_999 + " " + "b" * 16_000).html

    assert text.plain(whole) == "a" * 15_999 + " " + "b" * 16_000
    with pytest.raises(text.TextTooLong, match="32001 characters"):
        render("a" * 32_001)


def refusal(render, source):
    try:
        render(source)
    except text.TextRefused as refused:
        return type(refused)
    return None


def test_html_nested_deeper_than_the_cap_is_refused():
    assert refusal(text.render_html, "<blockquote>" * text.MAX_DEPTH) is None
    assert refusal(text.render_html, "<blockquote>" * (text.MAX_DEPTH + 1)) is text.TextTooDeep
    assert refusal(text.render_html, "<div></x>" * 1_000) is text.TextTooDeep


def test_markdown_nested_deeper_than_the_cap_is_refused_and_not_cut():
    assert "<p>deep</p>" in text.render_markdown("> " * 19 + "deep").html
    assert refusal(text.render_markdown, "> " * 20 + "deep") is text.TextTooDeep


def test_formatting_that_a_parser_would_open_again_in_each_paragraph_is_counted():
    assert refusal(text.render_html, pathological_html(32_000)["some open formatting"]) is text.TextTooDeep


def test_one_tag_may_not_hold_thousands_of_attributes():
    assert refusal(text.render_html, pathological_html(32_000)["many attributes"]) is text.TextTooDeep


def test_html_that_markdown_blows_up_is_refused():
    assert refusal(text.render_markdown, pathological(32_000)["wide table"]) is text.TextTooLong


def test_no_address_is_linked_in_a_text_with_a_run_without_blanks_beyond_the_cap():
    short = "http://a.example/x " + "(" * text.LONGEST_LINKED_RUN

    assert "<a " in text.render_markdown(short).html
    assert "<a " not in text.render_markdown(short + "(").html


@pytest.mark.parametrize("name", pathological(32_000))
def test_no_pathological_markdown_takes_long(name):
    assert not is_slow(rendered, text.render_markdown, pathological(32_000)[name])


@pytest.mark.parametrize("name", pathological_html(32_000))
def test_no_pathological_html_takes_long(name):
    assert not is_slow(rendered, text.render_html, pathological_html(32_000)[name])


@pytest.mark.data
def test_naughty_strings_come_out_as_text(real_data):
    naughty = json.loads((real_data / "hostile" / "blns.json").read_text())

    for render in text.RENDERERS.values():
        assert escaped_the_list(render, naughty) == {}
    assert len(naughty) > 500
