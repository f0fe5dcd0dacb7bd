"""Two versions of one entry side by side: what was saved meanwhile, and what was sent."""

from django.urls import reverse
from wagtail.fields import StreamField

from knowledge import text

FIELDS = ("title", "kind", "form", "summary", "body", "licence", "rights")
LISTS = ("entry_concepts", "sources", "contributors")
NOT_KEPT = ("csrfmiddlewaretoken", "loaded_revision_id", "loaded_revision_created_at", "overwrite_revision_id")


class Versus:
    """What the form of `request` says against `latest`, the revision that somebody saved meanwhile."""

    def __init__(self, request, entry, latest):
        self.request, self.entry, self.latest = request, entry, latest
        self.theirs = latest.as_object()
        self.form = self._form()

    def _form(self):
        """The form as sent, over the newest version: valid or not, its fields say what was written."""
        handler = type(self.entry).get_edit_handler()
        form = handler.get_form_class()(
            self.request.POST, self.request.FILES, instance=self.latest.as_object(), for_user=self.request.user
        )
        form.defer_required_fields()
        form.is_valid()
        return form

    def rows(self):
        """The parts that differ: a list of {"name", "label", "theirs", "yours"}."""
        parts = [self._field(name) for name in FIELDS] + [self._list(name) for name in LISTS]
        return [part for part in parts if part["theirs"].strip() != part["yours"].strip()]

    def _field(self, name):
        field = self.entry._meta.get_field(name)
        value = self.form.cleaned_data.get(name) if name in self.form.cleaned_data else self._raw(name)
        return {
            "name": name,
            "label": field.verbose_name,
            "theirs": said(field, getattr(self.theirs, name)),
            "yours": said(field, value),
        }

    def _raw(self, name):
        """A field that does not pass its checks, as it came."""
        bound = self.form[name]
        return bound.field.widget.value_from_datadict(self.request.POST, self.request.FILES, bound.html_name)

    def _list(self, name):
        relation = getattr(type(self.entry), name)
        fields = [panel.field_name for panel in relation.rel.related_model.panels]
        kept = [form for form in self.form.formsets[name].forms if form not in self.form.formsets[name].deleted_forms]
        yours = [[form.cleaned_data.get(field, "") for field in fields] for form in kept if form.is_valid()]
        theirs = [[getattr(child, field) for field in fields] for child in getattr(self.theirs, name).all()]
        return {
            "name": name,
            "label": relation.rel.related_model._meta.verbose_name_plural,
            "theirs": lines(theirs),
            "yours": lines(row for row in yours if any(row)),
        }

    def context(self):
        """What knowledge/conflict.html shows."""
        post = [(name, value) for name, values in self.request.POST.lists() for value in values if name not in NOT_KEPT]
        return {
            "thing": self.entry,
            "rows": self.rows(),
            "theirs_by": self.latest.user,
            "theirs_at": self.latest.created_at,
            "edit_url": reverse("wagtailadmin_pages:edit", args=[self.entry.pk]),
            "again_url": self.request.get_full_path(),
            "again": [
                *post,
                ("loaded_revision_id", str(self.latest.pk)),
                ("loaded_revision_created_at", self.latest.created_at.isoformat()),
            ],
        }


def is_same(request, entry, latest):
    """Whether what was sent says nothing else than `latest`: the same form, sent twice."""
    return not Versus(request, entry, latest).rows()


def as_written(stream):
    """A body as text that a person can read and copy: each block as it was written, with blank lines between."""
    return "\n\n".join(_block(child.block_type, child.value) for child in stream or ())


def _block(kind, value):
    if kind == "text":
        return text.plain(value.source)
    if kind == "table":
        return "\n".join(" | ".join(str(cell.value) for cell in row) for row in value.rows)
    return "\n".join(str(part) for name, part in value.items() if part and name not in ("format", "language"))


def said(field, value):
    """The value of a field as text that a person can read and copy."""
    if isinstance(field, StreamField):
        return as_written(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value or ""))
    return "" if value is None else str(value)


def lines(rows):
    """Rows of values as text, a line a row."""
    return "\n".join(" · ".join(str(value) for value in row if value not in (None, "")) for row in rows)
