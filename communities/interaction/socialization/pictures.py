"""Pictures that posts show: taken in as clean copies, read where their post is read."""

from functools import partial
from pathlib import PurePosixPath

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from communities.models import PostImage
from knowledge.text import clean
from knowledge.uploads import SUFFIXES, UploadRefused, check_upload, made_anew, suffix_of


@transaction.atomic
def attach_image(file, *, by, title=""):
    """Take in a picture for a post that is being written; return the `PostImage`. Raises `UploadRefused` for anything else."""
    if not (by.is_authenticated and getattr(by, "person", None)):
        raise PermissionDenied(_("Sign in to add pictures."))
    if suffix_of(file.name) not in SUFFIXES:
        raise UploadRefused(_("Only pictures stand in posts: JPEG, PNG, GIF or WebP."))
    check_upload(file)
    copy = made_anew(file)
    title = clean(title).strip() or PurePosixPath(copy.name).stem
    return PostImage.objects.create(file=copy, title=title[:300], uploaded_by=by.person)


def drop_pictures(images):
    """Delete pictures and, once that is sure, their files."""
    for image in images:
        transaction.on_commit(partial(image.file.storage.delete, image.file.name))
        image.delete()


def forget_pictures(older_than):
    """Delete the pictures that were taken in before then for posts that were never sent; return how many."""
    left = PostImage.objects.filter(post=None, uploaded_at__lt=older_than)
    number = left.count()
    with transaction.atomic():
        drop_pictures(left)
    return number
