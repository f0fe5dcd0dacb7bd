import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import ReferenceIndex

from knowledge.models import EntryState, LibraryDocument, LibraryImage
from knowledge.rules import Visibility
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def picture_bytes(form="PNG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def image(db):
    return LibraryImage.objects.create(title="Desk", file=SimpleUploadedFile("desk.png", picture_bytes()))


@pytest.fixture
def document(db):
    return LibraryDocument.objects.create(title="Rules", file=SimpleUploadedFile("rules.pdf", b"%PDF-1.4 rules"))


def using(image=None, document=None, **fields):
    """A published entry whose body shows the picture and offers the file."""
    body = []
    if image:
        body.append(("image", {"image": image, "alt_text": "The desk", "caption": ""}))
    if document:
        body.append(("file", {"file": document, "note": ""}))
    entry = make_entry(body=body, **fields)
    ReferenceIndex.create_or_update_for_object(entry)
    return entry


class TestWhoSees:
    def test_nobody_but_staff_while_nothing_uses_it(self, image, document, client, people):
        for url in (image.file.url, image.get_rendition("width-20").url, document.url):
            assert client.get(url).status_code == 404
        client.force_login(people["librarian"])
        assert client.get(image.file.url).status_code == 200
        assert client.get(document.url).status_code == 200

    def test_everybody_when_a_public_entry_uses_it(self, image, document, client):
        using(image, document)

        assert client.get(image.get_rendition("width-20").url)["Content-Type"] == "image/png"
        assert client.get(document.url).status_code == 200

    def test_closing_the_entry_closes_its_files_at_once(self, image, document, client, people):
        entry = using(image, document)
        EntryState.objects.filter(entry=entry).update(visibility=Visibility.SIGNED_IN)

        for url in (image.file.url, document.url):
            assert client.get(url).status_code == 404
        client.force_login(people["patron"])
        assert client.get(image.file.url).status_code == 200

    def test_an_unpublished_entry_opens_nothing(self, image, client):
        using(image, live=False)

        assert client.get(image.file.url).status_code == 404

    def test_the_unseen_is_answered_like_the_missing(self, image, document, client):
        assert client.get(image.file.url).content == client.get("/media/original_images/no.png").content
        missing = reverse("wagtaildocs_serve", args=[987654, "rules.pdf"])
        assert client.get(document.url).content == client.get(missing).content

    @pytest.mark.parametrize(
        "path",
        ["private/evidence/a.pdf", "../kmsite.sqlite3", "original_images/../private/a.pdf", "documents/rules.pdf"],
    )
    def test_nothing_else_in_the_folder_is_served(self, path, document, client, people):
        client.force_login(people["administrator"])

        assert client.get(f"/media/{path}").status_code == 404


class TestHowItIsServed:
    def test_a_file_is_a_download_that_runs_nothing(self, document, client):
        using(document=document)

        response = client.get(document.url)

        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_a_picture_runs_nothing_and_is_asked_for_anew(self, image, client):
        using(image)

        response = client.get(image.file.url)

        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-cache" in response["Cache-Control"]
        again = client.get(image.file.url, headers={"if-modified-since": response["Last-Modified"]})
        assert again.status_code == 304

    def test_a_lost_file_is_missing(self, image, client):
        using(image)
        Path(settings.MEDIA_ROOT, image.file.name).unlink()

        assert client.get(image.file.url).status_code == 404


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"


class TestWhatIsTaken:
    @pytest.fixture
    def desk(self, client, people):
        client.force_login(people["librarian"])
        return client

    def add_image(self, desk, name, content, kind="image/png"):
        desk.post(reverse("wagtailimages:add"), {"title": "Sent", "file": SimpleUploadedFile(name, content, kind)})
        return LibraryImage.objects.filter(title="Sent").first()

    def add_document(self, desk, name, content, kind="application/pdf"):
        desk.post(reverse("wagtaildocs:add"), {"title": "Sent", "file": SimpleUploadedFile(name, content, kind)})
        return LibraryDocument.objects.filter(title="Sent").first()

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.svg", SVG),
            ("a.png", SVG),
            ("a.html", PAGE),
            ("a.png", PAGE),
            ("a.gif", b"GIF89a/*\x00\x00*/=1;alert(1)//;"),
            ("a.png.html", picture_bytes()),
            ("a.jpg", picture_bytes("PNG")),
        ],
    )
    def test_what_is_no_picture_is_refused_as_one(self, name, content, desk):
        assert self.add_image(desk, name, content) is None

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.html", PAGE),
            ("a.svg", SVG),
            ("a.pdf", PAGE),
            ("a.pdf.html", b"%PDF-1.4"),
            ("a.txt", PAGE),
            ("a.exe", b"MZ"),
            ("a.docx", b"PK\x03\x04 nothing"),
        ],
    )
    def test_what_is_no_document_is_refused_as_one(self, name, content, desk):
        assert self.add_document(desk, name, content) is None

    def test_a_picture_is_made_anew_without_what_was_hidden_in_it(self, desk):
        exif = Image.Exif()
        exif[0x010E] = "taken at home"
        hidden = picture_bytes("JPEG", exif=exif) + b"<script>alert(1)</script>"

        image = self.add_image(desk, "a.jpg", hidden, "image/jpeg")

        kept = Path(settings.MEDIA_ROOT, image.file.name).read_bytes()
        assert b"script" not in kept
        assert b"taken at home" not in kept
        assert (image.width, image.height) == (40, 30)

    def test_a_name_does_not_climb_out_of_its_folder(self, desk):
        document = self.add_document(desk, "../../etc/rules.pdf", b"%PDF-1.4 rules")

        assert document.file.name.startswith("documents/rules")
        assert ".." not in document.file.name

    def test_a_picture_larger_than_forty_megapixels_is_refused(self, desk):
        assert self.add_image(desk, "a.png", picture_bytes(size=(8000, 6000))) is None
