import csv
import io
import json
import zipfile

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from knowledge.acquisition.imports.reading import UnreadableFile, read_rows
from knowledge.models import Entry, EntryState, ImportRun, Person
from knowledge.models.imports import RunState
from knowledge.rules import Visibility

pytestmark = pytest.mark.django_db
ROW = {
    "id": "ill-1",
    "source": "desk",
    "lang": "en",
    "title": "How long a loan takes",
    "body": "## Days\n\nAbout **six** days from the region.",
    "tags": ["Interlibrary loan"],
}


@pytest.fixture
def jsonl(tmp_path):
    """Write rows (dicts, or raw lines) to a JSONL file; return its path."""

    def write(*rows, name="rows.jsonl"):
        path = tmp_path / name
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def run(path, *options, code=0):
    """Run the command; return what it printed and what it complained of."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_entries", str(path), *options, stdout=out, stderr=err)
        ended = 0
    except SystemExit as end:
        ended = end.code
    assert ended == code, err.getvalue()
    return out.getvalue(), err.getvalue()


def found_by_visitor(**narrow):
    return Entry.objects.live().visible_to(AnonymousUser()).filter(**narrow)


def test_a_row_becomes_a_published_entry_with_all_that_it_brought(jsonl):
    run(
        jsonl({**ROW, "authors": ["R. Minton"], "created": "2024-05-01", "licence": "CC BY 4.0, the desk"}), "--publish"
    )

    entry = found_by_visitor().get()
    assert (entry.title, entry.locale.language_code, entry.licence) == ("How long a loan takes", "en", "CC-BY-4.0")
    assert entry.first_published_at.date().isoformat() == "2024-05-01"
    assert [str(c.concept) for c in entry.entry_concepts.all()] == ["Interlibrary loan"]
    assert [c.person.name for c in entry.contributors.all()] == ["R. Minton"]
    assert "<strong>six</strong>" in str(entry.body)
    assert entry.get_latest_revision_as_object().title == entry.title


def test_an_imported_entry_has_its_page_in_the_tree(jsonl, client):
    run(jsonl(ROW), "--publish")

    entry = found_by_visitor().get()
    assert entry.get_parent().specific_class.__name__ == "EntryIndex"
    assert client.get(entry.url).status_code == 200
    assert Entry.find_problems() == ([], [], [], [], [])


def test_without_publish_everything_is_a_draft(jsonl):
    run(jsonl(ROW))

    assert (Entry.objects.count(), found_by_visitor().count()) == (1, 0)


def test_a_row_without_a_subject_stays_a_draft_and_is_told(jsonl):
    _out, told = run(jsonl({**ROW, "tags": []}), "--publish")

    assert found_by_visitor().count() == 0
    assert "has no subject" in told


def test_a_subject_can_be_given_for_all(jsonl):
    run(jsonl({**ROW, "tags": []}), "--publish", "--subject", "Lending")

    assert found_by_visitor().count() == 1


def test_a_second_run_adds_nothing(jsonl):
    path = jsonl(ROW, {**ROW, "id": "ill-2"})
    run(path, "--publish")

    out, _told = run(path, "--publish")

    assert Entry.objects.count() == 2
    assert "0 added" in out


def test_a_faulty_row_is_named_by_its_line_and_the_others_come_in(jsonl):
    path = jsonl(ROW, {**ROW, "id": "x", "title": ""}, '{"id": "cut off', {**ROW, "id": "ill-3"})

    _out, told = run(path, "--publish", code=1)

    assert found_by_visitor().count() == 2
    assert "rows.jsonl:2: “title” is missing or empty." in told
    assert "rows.jsonl:3: This line is not JSON" in told


def test_every_fault_of_a_row_is_told_at_once(jsonl):
    _out, told = run(
        jsonl({"id": "1", "title": "A", "body": "b", "lang": "xx", "form": "poem", "created": "soon"}), code=1
    )

    assert all(word in told for word in ("“lang”", "“form”", "“created”"))


def test_a_key_that_comes_twice_is_told(jsonl):
    _out, told = run(jsonl(ROW, ROW), code=1)

    assert Entry.objects.count() == 1
    assert "twice" in told


def test_a_dry_run_changes_nothing(jsonl):
    out, _told = run(jsonl(ROW), "--dry-run")

    assert (Entry.objects.count(), ImportRun.objects.count()) == (0, 0)
    assert "1 added" in out


def test_the_two_languages_of_a_text_are_linked(jsonl):
    both = {"translation_key": "loan"}
    run(jsonl({**ROW, **both}, {**ROW, **both, "id": "ill-zh", "lang": "zh", "title": "馆际互借要多久"}), "--publish")

    english = found_by_visitor(locale__language_code="en").get()
    assert english.get_translations().get().title == "馆际互借要多久"


def test_knowledge_about_customers_is_for_staff_whatever_the_file_says(jsonl):
    run(jsonl({**ROW, "kind": "about", "visibility": "public"}), "--publish")

    assert EntryState.objects.get().visibility == Visibility.STAFF


def test_a_text_longer_than_a_block_is_split_at_headings(jsonl):
    body = "\n\n".join(f"## Part {n}\n\n" + "word " * 4000 for n in range(4))

    run(jsonl({**ROW, "body": body}), "--publish")

    entry = found_by_visitor().get()
    assert len(entry.body) > 1
    assert all(f"Part {n}" in str(entry.body) for n in range(4))


def test_hostile_text_comes_through_as_text(jsonl, client):
    run(jsonl({**ROW, "title": "<script>alert(1)</script>", "body": "<img src=x onerror=alert(1)>"}), "--publish")

    page = client.get(found_by_visitor().get().url).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


class TestTakingBack:
    def test_a_run_is_taken_back_whole(self, jsonl):
        run(jsonl(ROW, {**ROW, "id": "ill-2"}), "--publish")
        call_command("import_entries", "--undo", str(ImportRun.objects.get().pk), stdout=io.StringIO())

        assert Entry.objects.count() == 0
        assert ImportRun.objects.get().state == RunState.UNDONE
        assert Entry.find_problems() == ([], [], [], [], [])

    def test_what_was_edited_since_stays_and_is_named(self, jsonl):
        run(jsonl(ROW, {**ROW, "id": "ill-2", "title": "Edited"}), "--publish")
        Entry.objects.get(title="Edited").save_revision()
        out = io.StringIO()

        call_command("import_entries", "--undo", str(ImportRun.objects.get().pk), stdout=out)

        assert Entry.objects.get().title == "Edited"
        assert "edited since, left: Edited" in out.getvalue()


def test_a_run_that_was_cut_off_goes_on(jsonl, monkeypatch):
    monkeypatch.setattr("knowledge.acquisition.imports.runs.BATCH", 1)
    path = jsonl(ROW, {**ROW, "id": "ill-2"}, {**ROW, "id": "ill-3"})
    from knowledge.acquisition.imports import runs

    written = []

    def stop_after_one(prepared, **kwargs):
        if written:
            raise KeyboardInterrupt
        written.append(1)
        return write(prepared, **kwargs)

    write = runs.write_batch
    monkeypatch.setattr(runs, "write_batch", stop_after_one)
    with pytest.raises(CommandError, match="--resume"):
        run(path, "--publish")
    monkeypatch.setattr(runs, "write_batch", write)

    call_command("import_entries", "--resume", str(ImportRun.objects.get().pk), stdout=io.StringIO())

    assert found_by_visitor().count() == 3
    assert ImportRun.objects.get().rows.count() == 3


class TestFiles:
    def test_csv_and_xlsx_say_the_same_as_jsonl(self, tmp_path):
        from openpyxl import Workbook

        header, cells = ["id", "title", "body", "tags"], ["1", "A title", "Line one\nline two", "a|b"]
        with (tmp_path / "rows.csv").open("w", newline="") as file:
            csv.writer(file).writerows([header, cells])
        book = Workbook()
        book.active.append(header)
        book.active.append(cells)
        book.save(tmp_path / "rows.xlsx")

        from_csv, from_xlsx = (next(read_rows(tmp_path / name)).values for name in ("rows.csv", "rows.xlsx"))

        assert (
            from_csv == from_xlsx == {"id": "1", "title": "A title", "body": "Line one\nline two", "tags": ["a", "b"]}
        )

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("rows.txt", b"x", "only .jsonl, .csv and .xlsx"),
            ("rows.csv", b"", "is empty"),
            ("rows.csv", b"id,title\n1,A\n", "line 1: the column body is missing"),
            ("rows.csv", b'id,title,body\n1,A,"never closed\n', "breaks off"),
            ("rows.jsonl", b'{"id": "1"}\n{"id": "\xff\xfe"}\n', "not UTF-8"),
            ("rows.xlsx", b"PK not a zip", "not an XLSX file"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_named_with_what_to_do(self, name, content, message, tmp_path):
        path = tmp_path / name
        path.write_bytes(content)

        with pytest.raises(UnreadableFile, match=message):
            list(read_rows(path))

    def test_a_spreadsheet_that_unpacks_to_far_more_is_refused(self, tmp_path):
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)

        with pytest.raises(UnreadableFile, match="far more than its size"):
            list(read_rows(path))

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be opened"):
            list(read_rows(tmp_path / "nowhere.csv"))


def test_people_of_two_sources_with_one_name_are_two_people(jsonl):
    run(jsonl({**ROW, "authors": ["A"]}, {**ROW, "id": "2", "source": "phone", "authors": ["A"]}))

    assert Person.objects.filter(name="A").count() == 2
    assert not Person.objects.visible_to(AnonymousUser()).filter(name="A").exists()


@pytest.mark.data
class TestRealPages:
    @pytest.mark.parametrize(
        ("name", "english", "chinese"), [("folio", 83, 0), ("zotero-zh", 0, 80), ("tldr", 1182, 1182)]
    )
    def test_every_page_comes_in_once_and_goes_again(self, name, english, chinese, real_data):
        path = real_data / "wiki" / f"{name}.jsonl"
        options = ("--publish", "--subject", "Help pages", "--no-index")
        run(path, *options)
        run(path, *options)

        found = found_by_visitor(state__visibility=Visibility.PUBLIC)
        assert found.filter(locale__language_code="en").count() == english
        assert found.filter(locale__language_code="zh-hans").count() == chinese

        first = ImportRun.objects.order_by("pk").first()
        if name != "tldr":  # the same function for thousands takes minutes
            call_command("import_entries", "--undo", str(first.pk), stdout=io.StringIO())
            assert Entry.objects.count() == 0
