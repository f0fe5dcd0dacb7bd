"""What counts as the same word."""

import pytest

from knowledge.models import SearchEntry
from knowledge.search.analysis import fold, pieces, rough_fold, sort_key, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Café", "cafe"),
        ("cafe\u0301", "CAFÉ"),
        ("圖書館", "图书馆"),
        ("看著", "看着"),
        ("  two\u3000 blanks\n", "two blanks"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u200fright\u200e", "right"),
        ("Straße", "strasse"),
    ],
)
def test_labels_that_a_reader_takes_for_the_same_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("图", "图"),
        ("图书馆", "图书 书馆 馆"),
        ("PDF文件", "pdf 文件 件"),
        ("图书，馆", "图书 书 馆"),
        ("Libraries' readers", "librari reader"),
        ("inter-library", "inter librari ¦ interlibrari"),
        ("ISO-2709", "iso 2709 ¦ iso2709"),
        ("MARC21", "marc 21 ¦ marc21"),
        ("a1b2c3d4e5", "a1b2c3d4e5"),
        ("don’t", "dont"),
        ("snake_case", "snake case ¦ snakecas"),
        ("\x00\ud800🙂", ""),
    ],
)
def test_a_text_is_cut_into_these_tokens(text, expected):
    assert " ".join(tokens(text)) == expected


def test_a_token_knows_its_place_in_the_text():
    text = "Ｌoans 圖書館, re-use"

    places = [(token, text[start:end]) for piece in pieces(text) for token, start, end in piece.parts]

    assert places == [
        ("loan", "Ｌoans"), ("图书", "圖書"), ("书馆", "書館"), ("馆", "館"), ("re", "re"), ("use", "use"),
    ]  # fmt: skip


def test_no_token_holds_a_blank_or_grows_without_end():
    found = tokens("ﷺ ½ " + "x" * 5_000)

    assert all(" " not in token and len(token) <= 100 for token in found)


def test_a_rough_fold_keeps_every_character_in_its_place():
    text = "Straße ＣＡＦÉ 圖書館 ﬁn"

    assert len(rough_fold(text)) == len(text)
    assert rough_fold(text)[7:11] == "cafe"


def test_titles_sort_by_letter_then_by_sound():
    titles = ["咨询", "Zotero", "借阅", "archive", "图书"]

    assert sorted(titles, key=sort_key) == ["archive", "Zotero", "借阅", "图书", "咨询"]


def test_a_title_of_rare_characters_sorts_by_no_more_than_is_kept():
    assert len(sort_key("𠀀" * 100)) == SearchEntry._meta.get_field("sort_key").max_length
