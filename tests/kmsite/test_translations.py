"""What the catalogues lack is said, however long it is."""

import pytest

from kmsite.management.commands.translations import _gaps

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
LONG = 'msgid ""\n"Nothing was saved. Go back, take out what stands there twice, "\n"and send it again."\n'  # no line holds it


@pytest.fixture
def gaps(tmp_path):
    def of(entry):
        (tmp_path / "django.po").write_text(HEAD + entry, encoding="utf-8")
        return _gaps(tmp_path / "django.po", tmp_path)

    return of


@pytest.mark.parametrize("message", ['msgid "Save"\n', LONG], ids=["short", "on several lines"])
@pytest.mark.parametrize(
    ("before", "after", "why"),
    [("", 'msgstr ""', "has no translation"), ("#, fuzzy\n", 'msgstr "保存"', "is fuzzy")],
    ids=["untranslated", "fuzzy"],
)
def test_a_message_without_a_translation_is_named(gaps, message, before, after, why):
    (gap,) = gaps(before + message + after + "\n")

    assert why in gap
    assert "Save" in gap or "and send it again" in gap


@pytest.mark.parametrize("message", ['msgid "Save"\n', LONG], ids=["short", "on several lines"])
def test_a_message_with_one_is_not(gaps, message):
    assert gaps(message + 'msgstr "保存"\n') == []
