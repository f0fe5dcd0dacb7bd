"""Pictures and files: for who may see a page that uses them, and for staff. Everything else is missing.

Nothing that was uploaded runs in a reader's browser: pictures are the copies that we made, all else is a download.
"""

from pathlib import PurePosixPath

from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from wagtail.models import Page, ReferenceIndex

from knowledge.models import Entry, LibraryDocument, LibraryImage, LibraryRendition
from knowledge.rules import is_staff_member

SHOWN_AS = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}


@require_safe
def media(request, path):
    """A picture under its address in the media folder."""
    file, image = _picture(path)
    if image is None or not may_see(request.user, image):
        raise Http404
    return serve(request, file, shown_as=SHOWN_AS.get(PurePosixPath(path).suffix.lower()))


@require_safe
def document(request, pk, filename):
    """A file under the address that Wagtail gives it. Its own view, behind this one, would show PDF in the page."""
    found = LibraryDocument.objects.filter(pk=pk).first()
    if found is None or found.filename != filename or not may_see(request.user, found):
        raise Http404
    return serve(request, found.file, name=found.filename)


def _picture(path):
    """The stored file at `path` and its image; (None, None) when the library keeps none there."""
    rendition = LibraryRendition.objects.filter(file=path).select_related("image").first()
    if rendition:
        return rendition.file, rendition.image
    image = LibraryImage.objects.filter(file=path).first()
    return (image.file, image) if image else (None, None)


def may_see(user, thing):
    """Whether `user` may open a page that uses `thing`; staff see what they can choose from."""
    if is_staff_member(user):
        return True
    users = ReferenceIndex.get_references_to(thing).filter(base_content_type__model="page")
    pages = [int(key) for key in users.values_list("object_id", flat=True).distinct()]
    if Entry.objects.live().visible_to(user).filter(pk__in=pages).exists():
        return True
    return Page.objects.live().public().not_type(Entry).filter(pk__in=pages).exists()


def serve(request, file, *, shown_as=None, name=""):
    """The file as a picture of type `shown_as`, or as a download; asked for anew each time, since who may see it can change."""
    try:
        content, modified = file.open("rb"), file.storage.get_modified_time(file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        content_type=shown_as or "application/octet-stream",
        as_attachment=shown_as is None,
        filename=name or PurePosixPath(file.name).name,
    )
    response["Last-Modified"] = http_date(modified.timestamp())
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, last_modified=int(modified.timestamp()), response=response)
