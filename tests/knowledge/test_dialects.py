"""Markdown of other sites becomes ours."""

import json

import pytest

from knowledge.dialects import plain_markdown, split_front_matter, split_markdown
from knowledge.text import MAX_SOURCE, TextTooLong, render_markdown


def plain(source):
    return plain_markdown(source).source


@pytest.mark.parametrize(
    "source", ['---\ntitle: "A"\ntags: [b]\n---\ntext\n', '+++\ntitle = "A"\ntags = ["b"]\n+++\ntext\n']
)
def test_the_head_of_a_file_is_read_and_taken_off(source):
    document = plain_markdown(source)

    assert document.front_matter == {"title": "A", "tags": ["b"]}
    assert document.source == "text\n"


@pytest.mark.parametrize("source", ["---\na: [\n---\nx", "---\njust words\n---\nx", "---\nno end", "text\n---\n"])
def test_what_is_no_head_stays_in_the_text(source):
    assert split_front_matter(source) == ({}, source)


def test_a_first_heading_is_the_title_and_the_others_keep_their_order():
    document = plain_markdown("# Title\n\n# One\n\n## Two\n\n```\n# comment\n```")

    assert document.front_matter == {"title": "Title"}
    assert document.source == "## One\n\n### Two\n\n```\n# comment\n```\n"


def test_containers_become_quotations_under_their_title():
    assert plain("a\n\n::: tip Mind\n\nb\n\n:::\n\nc") == "a\n\n> **Mind**\n>\n> b\n\nc\n"


def test_containers_within_containers_and_lists_keep_their_place():
    assert "   > **T**\n   >\n   > b" in plain("1. a\n\n   ::: tip T\n   b\n   :::\n")
    assert "> > **D**\n> >\n> > x" in plain(":::: info\n::: details D\nx\n:::\n::::\n")


def test_a_code_group_becomes_its_fences_each_under_its_name():
    assert plain("::: code-group\n```bash [Debian]\nls\n```\n:::\n") == "**Debian**\n\n```bash\nls\n```\n"


def test_shortcodes_are_told_or_become_what_they_stood_for():
    document = plain_markdown(
        'see [the settings]({{< ref "x.md" >}})\n\n{{% alert title="Mind" color="info"%}}\nthis\n{{% /alert %}}\n\n{{< gallery 3 >}}'
    )

    assert "see the settings\n" in document.source
    assert "> **Mind**\n>\n> this" in document.source
    assert "{{" not in document.source
    assert [str(note) for note in document.notes] == [
        "Links to other pages of the source became text.",
        "The shortcode “gallery” was left out.",
    ]


def test_html_within_markdown_becomes_markdown():
    assert (
        plain('<b>a</b><br>b <a href="/x">c</a> H<sub>2</sub>O <Badge text="new" />') == "**a** b [c](/x) H2O (new)\n"
    )
    assert plain("a<!-- no\nno -->b") == "ab\n"
    assert plain("<YOUR_SERVER> stays") == "<YOUR_SERVER> stays\n"


def test_an_html_table_becomes_a_markdown_table():
    table = "<table>\n<tr><td><strong>A</strong></td><td>B</td></tr>\n<tr><td>a|b</td></tr>\n</table>"

    assert plain(table) == "| **A** | B |\n| --- | --- |\n| a\\|b |  |\n"


@pytest.mark.parametrize("source", ["`{{< x >}}`", "```\n::: tip\n<br>\n{{< x >}}\n<!-- c -->\n```", "``a <br> `b` ``"])
def test_code_is_left_alone(source):
    assert plain(source) == source + "\n"


def test_a_text_that_fits_is_one_part():
    assert split_markdown("# a\n\nb\n") == ["# a\n\nb\n"]


def test_a_long_text_is_divided_at_its_headings():
    sections = [f"## Section {number}\n\n" + "word " * 3_000 for number in range(5)]

    parts = split_markdown("\n".join(sections))

    assert all(part.startswith("## Section") and len(part) <= MAX_SOURCE for part in parts)
    assert "".join(parts).split() == "\n".join(sections).split()


def test_a_long_section_is_divided_at_paragraphs_and_never_within_a_fence():
    fence = "```\n" + "\n\n".join(f"line {number}" for number in range(40)) + "\n# no heading\n```"
    source = "## a\n\n" + "\n\n".join(["words " * 30, fence] * 5)

    parts = split_markdown(source, limit=800)

    assert len(parts) > 3
    assert all(part.count("```") % 2 == 0 and len(part) <= 801 for part in parts)
    assert "".join(parts).split() == source.split()


def test_a_long_table_keeps_its_head_in_every_part():
    parts = split_markdown("|a|b|\n|-|-|\n" + "|1|2|\n" * 100, limit=200)

    assert len(parts) > 3
    assert all(part.startswith("|a|b|\n|-|-|\n|1|2|") for part in parts)
    assert sum(part.count("|1|2|") for part in parts) == 100


@pytest.mark.parametrize("source", ["x" * 900, "```\n" + "x\n" * 900 + "```"])
def test_a_piece_that_cannot_be_divided_is_refused(source):
    with pytest.raises(TextTooLong):
        split_markdown(source, limit=800)


@pytest.mark.data
@pytest.mark.parametrize("name", ["folio", "zotero-zh", "tldr"])
def test_every_page_of_real_wikis_can_be_rendered(name, real_data):
    for line in (real_data / "wiki" / f"{name}.jsonl").read_text().splitlines():
        for part in split_markdown(plain_markdown(json.loads(line)["body"]).source):
            assert render_markdown(part).html
