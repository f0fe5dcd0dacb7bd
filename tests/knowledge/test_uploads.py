import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from knowledge.uploads import UploadRefused, check_upload, made_anew, safe_name


def picture(form="PNG", size=(8, 8), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def upload(name, content):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", picture()),
        ("a.jpg", picture("JPEG")),
        ("a.gif", picture("GIF")),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"),
        ("a.txt", "静音室 Quiet".encode()),
        ("a.docx", archive(word__document_xml="<w/>")),
    ],
)
def test_what_it_says_it_is_is_taken(name, content):
    file = upload(name, content)

    check_upload(file)

    assert file.read(4) == content[:4]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.gif", b"GIF89a/*<script>*/=1;alert(1)//"),
        ("a.png", picture("JPEG")),
        ("a.png.exe", picture()),
        ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.txt", b"\xff\xfe\x00a"),
        ("a.pdf", b"<html>%PDF-"),
        ("a.docx", picture()),
        ("a.docx", archive(evil_html="<script>")),
        ("a.docx", archive(word__vbaProject_bin="x", word__document_xml="x")),
        ("noending", b"x"),
    ],
)
def test_what_it_is_not_is_refused(name, content):
    with pytest.raises(UploadRefused):
        check_upload(upload(name, content))


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused():
    with pytest.raises(UploadRefused, match="too large"):
        check_upload(upload("bomb.png", picture(size=(9000, 9000))))


def test_an_archive_that_unpacks_to_far_more_is_refused():
    with pytest.raises(UploadRefused, match="far more"):
        check_upload(upload("bomb.docx", archive(word__document_xml=b"0" * 30_000_000)))


def test_the_copy_of_a_picture_keeps_nothing_but_the_picture():
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    polyglot = picture("JPEG", exif=exif) + b"<script>alert(1)</script>"

    clean = made_anew(upload("a.jpg", polyglot)).read()

    assert b"taken at home" not in clean
    assert b"<script>" not in clean
    assert Image.open(io.BytesIO(clean)).size == (8, 8)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\静音室.png", "静音室.png"),
        ("a.php.png", "a php.png"),
        ("\u202egnp.exe.png", "gnp exe.png"),
        (".htaccess", "htaccess.htaccess"),
    ],
)
def test_a_name_loses_what_leads_astray(name, safe):
    assert safe_name(name) == safe
