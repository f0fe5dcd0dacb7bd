"""Where the words stand, marked, and nothing of it a tag."""

from knowledge.search.passages import mark, passages
from knowledge.search.query import parse


def marks(text):
    return parse(text).marks


def test_the_words_are_marked_as_they_were_written():
    assert mark("Interlibrary Loans, 館際互借", marks("loan 馆际互借")) == (
        "Interlibrary <mark>Loans</mark>, <mark>館際互借</mark>"
    )


def test_what_somebody_wrote_never_becomes_a_tag():
    assert mark("<script>loan</script>", marks("loan")) == "&lt;script&gt;<mark>loan</mark>&lt;/script&gt;"


def test_one_character_marks_that_character_only():
    assert mark("图书馆", marks("书")) == "图<mark>书</mark>馆"


def test_a_compound_is_marked_whole():
    assert mark("the inter-library desk", marks("interlibrary")) == "the <mark>inter-library</mark> desk"


def test_a_passage_is_cut_around_the_word_and_says_so():
    text = "nothing to see " * 100 + "but a loan here " + "and nothing more " * 100

    (passage,) = passages(text, marks("loan"))

    assert "<mark>loan</mark>" in passage
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert len(passage) < 260


def test_a_word_that_only_begins_alike_is_passed_over():
    assert passages("loathing and loafing", marks("loan")) == []


def test_there_are_two_passages_at_most():
    assert len(passages(("loan " + "x " * 300) * 5, marks("loan"))) == 2
