"""What people write becomes HTML in one place."""

import pytest

from knowledge.text import (
    MARK,
    RENDERER_VERSION,
    UNMARK,
    Heading,
    TextTooLong,
    anchors,
    boundary,
    clean,
    headings,
    highlight,
    marked,
    own_image,
    plain,
    render_html,
    render_markdown,
    render_text,
    safe_url,
)


def markdown(source):
    return render_markdown(source).html.strip()


def html(source):
    return render_html(source).html.strip()


def test_what_is_rendered_carries_the_version_of_its_renderer():
    assert render_markdown("a").version == render_html("a").version == RENDERER_VERSION


def test_html_in_markdown_is_text():
    assert markdown("a <b>b</b>") == "<p>a &lt;b&gt;b&lt;/b&gt;</p>"


def test_tables_and_strikethrough_are_markdown_too():
    assert "<th>a</th>" in markdown("|a|\n|-|\n|~~b~~|")
    assert "<td><s>b</s></td>" in markdown("|a|\n|-|\n|~~b~~|")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$a<b$", '<p><code class="language-math">a&lt;b</code></p>'),
        ("$$\na<b\n$$", '<pre><code class="language-math">a&lt;b</code></pre>'),
        ("```math\nx\n```", '<pre><code class="language-math">x</code></pre>'),
        ("```mermaid\nA-->B\n```", '<pre><code class="language-diagram">A--&gt;B</code></pre>'),
        ("```diagram\nA\n```", '<pre><code class="language-diagram">A</code></pre>'),
        ("```python {1}\nx\n```", '<pre><code class="language-python">x</code></pre>'),
        ("```\nx\n```", '<pre><code class="language-text">x</code></pre>'),
        ("it costs $5 and $10", "<p>it costs $5 and $10</p>"),
    ],
)
def test_formulas_diagrams_and_code_stay_text(source, expected):
    assert markdown(source) == expected


def test_a_heading_of_the_first_level_gives_way_to_the_title_of_the_page():
    assert markdown("# a") == "<h2>a</h2>"
    assert html("<h1>a</h1>") == "<h2>a</h2>"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x?y#z",
        "HTTPS://a.example",
        "https://[::1]:80/",
        "mailto:a@b.example",
        "/en/topics/3/",
        "#h-a",
        "/",
    ],
)
def test_addresses_that_may_stand_in_a_link(url):
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "ftp://a.example/", "//a.example", "/\\a.example",
        "\\\\a.example", "http:a.example", "http:///a", "https://me@a.example/", "x.html", "?x", "#", "", "mailto:", "/a b",
        "/\x00a", "/\u202ea", "https://a.example/" + "x" * 2_000,
    ],
)  # fmt: skip
def test_addresses_that_may_not(url):
    assert safe_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/media/x.png",
        "//media/x.png",
        "/media/../x.png",
        "/media/%2e%2e/x.png",
        "/media/private/x.png",
        "/x",
    ],
)
def test_only_pictures_of_our_own_media_are_shown(url):
    assert own_image("/media/images/x.width-400.png")
    assert own_image(url) is None


def test_a_remote_picture_is_a_link_with_its_text():
    assert markdown("![a cat](https://a.example/cat.png)") == (
        '<p><a href="https://a.example/cat.png" rel="nofollow ugc noopener">a cat</a></p>'
    )


def test_a_remote_picture_in_a_link_is_its_text():
    assert markdown("[![a cat](https://a.example/cat.png)](https://b.example/)") == (
        '<p><a href="https://b.example/" rel="nofollow ugc noopener">a cat</a></p>'
    )


def test_a_link_that_leads_nowhere_good_is_its_text():
    assert (
        html('<p>see <a href="javascript:x">this</a> and <a href="y.html">that</a></p>') == "<p>see this and that</p>"
    )


def test_addresses_in_text_become_links_that_end_where_the_address_ends():
    assert markdown("见https://a.example/b。谢谢") == (
        '<p>见<a href="https://a.example/b" rel="nofollow ugc noopener">https://a.example/b</a>。谢谢</p>'
    )
    assert ">https://a.example/b</a>)" in markdown("(see https://a.example/b)")


@pytest.mark.parametrize("source", ["README.md", "manage.py", "`https://a.example/`", "```\nhttps://a.example/\n```"])
def test_file_names_and_code_do_not_become_links(source):
    assert "<a " not in markdown(source)


def test_scripts_and_styles_of_imported_html_go_with_what_is_in_them():
    assert html("a<script>alert(1)</script>b<STYLE>p{}</STYLE>c<script>") == "abc"


def test_languages_and_directions_stay():
    assert html('<p lang="zh-Hans" dir="ltr">字</p>') == '<p lang="zh-Hans" dir="ltr">字</p>'
    assert html('<p lang="x y" dir="up">字</p>') == "<p>字</p>"


def test_text_without_markup_keeps_its_paragraphs_and_signs():
    assert render_text("a <b>\nc\n\n*d*").html == "<p>a &lt;b&gt;<br>c</p>\n<p>*d*</p>"


def test_control_characters_and_lone_surrogates_are_replaced_and_line_ends_are_one():
    assert clean("a\x00b\x1b\ud800\r\nc\rd\te") == "a\ufffdb\ufffd\ufffd\nc\nd\te"


def test_a_text_with_windows_line_ends_is_measured_as_it_is_kept():
    assert render_markdown("a\r\n" * 16_000).html
    with pytest.raises(TextTooLong):
        render_markdown("a\n" * 16_001)


def test_headings_get_addresses_that_are_never_given_twice():
    addressed, contents = anchors(markdown("## 开放 获取\n\n### A & `b`\n\n## 开放 获取"))

    assert contents == [
        Heading(2, "开放 获取", "h-开放-获取"),
        Heading(3, "A & b", "h-a-b"),
        Heading(2, "开放 获取", "h-开放-获取-2"),
    ]
    assert headings(addressed) == contents
    assert boundary(addressed) == addressed


def test_headings_addressed_again_keep_their_addresses():
    addressed, contents = anchors(markdown("## a\n\n## a"))

    assert anchors(addressed) == (addressed, contents)


def test_headings_mind_addresses_that_are_taken_elsewhere_on_the_page():
    assert anchors("<h2>a</h2>", taken={"h-a"})[1] == [Heading(2, "a", "h-a-2")]


def test_nobody_brings_an_address_along():
    assert html('<h2 id="h-mine">a</h2><p id="h-p">b</p>') == "<h2>a</h2><p>b</p>"
    assert boundary('<h2 id="login">a</h2>') == "<h2>a</h2>"


def test_plain_gives_the_words_a_line_a_block():
    assert (
        plain(markdown("# a\n\n- b\n- c & d\n\n|e|f|\n|-|-|\n|g|h|\n\n![i](/media/i.png)"))
        == "a\nb\nc & d\ne f\ng h\ni"
    )


def test_highlights_are_escaped_before_they_are_wrapped():
    assert highlight("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"
    assert highlight("abc", [(0, 2), (1, 3), (9, 12)]) == "<mark>ab</mark><mark>c</mark>"
    assert marked(f"<i>{MARK}x{UNMARK}{MARK}") == "&lt;i&gt;<mark>x</mark>"


def test_nobody_writes_the_signs_that_mark_a_hit():
    assert MARK not in clean(f"{MARK}a{UNMARK}")
    assert UNMARK not in clean(f"{MARK}a{UNMARK}")
