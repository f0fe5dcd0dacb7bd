"""What people may upload: judged by content, not by what the browser or the name says. Pictures are made anew.

HTML, SVG, scripts and files that are two things at once are refused; what is taken is only ever served as a download or, for
pictures, as the clean copy that was made here (security checks 13 and 14).
"""

import io
import re
import unicodedata
import warnings
import zipfile
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 20_000_000  # bytes
MOST_PIXELS = 40_000_000
MOST_FRAMES = 200
PICTURES = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
SUFFIXES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
OFFICE = {
    "docx": "word/",
    "xlsx": "xl/",
    "pptx": "ppt/",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
TEXTS = ("txt", "csv", "md")
ALLOWED = (*SUFFIXES, "pdf", *OFFICE, *TEXTS)
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|body|\?xml)", re.IGNORECASE)
_RATIO = 200  # how much larger an archive may unpack


class UploadRefused(ValidationError):
    """Why a file is not taken, and what to do."""


def safe_name(name):
    """The last part of `name` without what file systems and browsers trip over; never empty, never hidden."""
    name = unicodedata.normalize("NFC", str(name)).replace("\\", "/")
    stem, suffix = PurePosixPath(name.rpartition("/")[2]).stem, suffix_of(name)
    stem = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069.]+", " ", stem).strip() or "file"
    return f"{stem[:120]}.{suffix}" if suffix else stem[:120]


def suffix_of(name):
    return str(name).rpartition(".")[2].lower().strip() if "." in str(name) else ""


def check_upload(file):
    """Refuse `file` (an uploaded file) unless its content is what its name says, of a kind that is taken.

    Raises `UploadRefused`. The file's position is 0 afterwards.
    """
    suffix = suffix_of(file.name)
    if suffix not in ALLOWED:
        raise UploadRefused(
            _("Files of this kind (.%(suffix)s) are not taken. Possible are: %(allowed)s.")
            % {"suffix": suffix, "allowed": ", ".join(ALLOWED)}
        )
    if file.size > LARGEST:
        raise UploadRefused(_("The file is larger than %(limit)d MB.") % {"limit": LARGEST // 1_000_000})
    file.seek(0)
    if suffix in SUFFIXES:
        picture_of(file)
    elif suffix in OFFICE:
        _check_archive(file, suffix)
    else:
        _check_plain(file, suffix)
    file.seek(0)


def _refuse(suffix):
    return UploadRefused(
        _("The content of this file is not what its name (.%(suffix)s) says. Save it anew and try again.")
        % {"suffix": suffix}
    )


def _check_plain(file, suffix):
    content = file.read(LARGEST + 1)
    if suffix == "pdf":
        if not content.startswith(b"%PDF-") or _MARKUP.search(content[:1024]):
            raise _refuse(suffix)
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused(_("This is not a text in UTF-8. Save it as UTF-8, or as PDF.")) from error
    if "\x00" in text or _MARKUP.search(content):
        raise _refuse(suffix)


def _check_archive(file, suffix):
    """An office document is an archive that holds its own kind of part, and no more than it may unpack to."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _refuse(suffix) from error
    file.seek(0)
    if file.read(2) != b"PK" or not any(member.filename.startswith(OFFICE[suffix]) for member in members):
        raise _refuse(suffix)
    unpacked = sum(member.file_size for member in members)
    if unpacked > 10 * LARGEST or unpacked > _RATIO * file.size:
        raise UploadRefused(_("The file unpacks to far more than its size."))
    if any(member.filename.lower().endswith(("vbaproject.bin", ".js", ".html", ".exe")) for member in members):
        raise UploadRefused(_("The file holds macros or scripts. Save it without them, or as PDF."))


def picture_of(file):
    """The opened picture in `file`, checked whole; raises `UploadRefused` for anything else."""
    suffix = suffix_of(file.name)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=[SUFFIXES[suffix]]) as probe:
                pixels, frames = probe.width * probe.height, getattr(probe, "n_frames", 1)
                if pixels > MOST_PIXELS or frames > MOST_FRAMES or pixels * frames > 5 * MOST_PIXELS:
                    raise UploadRefused(_("The picture is too large: at most 40 million pixels are taken."))
                probe.verify()
            file.seek(0)
            picture = Image.open(file, formats=[SUFFIXES[suffix]])
            picture.load()
        except UploadRefused:
            raise
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError) as error:
            raise _refuse(suffix) from error
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise UploadRefused(_("The picture is too large: at most 40 million pixels are taken.")) from error
    return picture


def made_anew(file):
    """A clean copy of a picture: upright, without EXIF, comments or anything behind its end; a `ContentFile`."""
    picture = picture_of(file)
    form, frames = SUFFIXES[suffix_of(file.name)], getattr(picture, "n_frames", 1)
    clean, out = ImageOps.exif_transpose(picture) if frames == 1 else picture, io.BytesIO()
    options = {"quality": 90} if form in ("JPEG", "WEBP") else {}
    if frames > 1:
        options |= {"save_all": True}
    if form == "JPEG" and clean.mode not in ("RGB", "L", "CMYK"):
        clean = clean.convert("RGB")
    clean.info.pop("comment", None)
    clean.info.pop("exif", None)
    clean.info.pop("xmp", None)
    clean.save(out, form, **options)
    return ContentFile(out.getvalue(), name=safe_name(file.name))
