"""Pictures and files as they enter the library: judged by content, pictures made anew."""

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from knowledge.uploads import check_upload, made_anew, picture_of, safe_name


class PictureField(WagtailImageField):
    """Looks at the file before anything else opens it: Wagtail's own check breaks on a file that only begins as a picture."""

    def to_python(self, data):
        if data:
            picture_of(data)
            data.seek(0)
        return super().to_python(data)


class LibraryImageForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain = self.fields["file"]
        self.fields["file"] = PictureField(
            label=plain.label, help_text=plain.help_text, required=plain.required, widget=plain.widget
        )

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
