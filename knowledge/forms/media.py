"""Pictures and files as they enter the library: judged by content, pictures made anew."""

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from knowledge.uploads import check_upload, made_anew, safe_name


class LibraryImageForm(BaseImageForm):
    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        clean = made_anew(file)
        image = SimpleUploadedFile(clean.name, clean.read(), content_type=getattr(file, "content_type", None))
        image.image = getattr(file, "image", None)  # Wagtail reads width and height off it
        return image


class LibraryDocumentForm(BaseDocumentForm):
    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            check_upload(file)
            file.name = safe_name(file.name)
        return file
