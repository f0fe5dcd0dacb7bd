"""What an entry has beside its page: the address that stays, citations for programs, and being checked."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.components import EntryFace
from knowledge.forms.check import CheckForm
from knowledge.models import Entry
from knowledge.organization.review import verify
from knowledge.policies import allows, check_curate

FORMATS = {"bib": "application/x-bibtex; charset=utf-8", "ris": "application/x-research-info-systems; charset=utf-8"}


def published(request, pk):
    return get_object_or_404(Entry.objects.live().visible_to(request.user).select_related("locale"), pk=pk)


@require_safe
def permanent(request, pk):
    """The address that holds when the title, and with it the page's own address, changes."""
    return redirect(published(request, pk).get_url(request))


@require_safe
def citation(request, pk, file_format):
    """The entry as BibTeX or RIS."""
    entry = published(request, pk)
    made = {"bib": bibtex, "ris": ris}[file_format](EntryFace(entry, request.user))
    response = HttpResponse(made, content_type=FORMATS[file_format])
    response["Content-Disposition"] = f'attachment; filename="entry-{entry.pk}.{file_format}"'
    return response


def bibtex(face):
    fields = {
        "author": " and ".join(f"{{{plain(name)}}}" for name in face.authors),
        "title": f"{{{plain(face.entry.title)}}}",
        "publisher": f"{{{plain(face.publisher)}}}",
        "year": face.year,
        "url": f"{settings.BASE_URL}{face.permanent}",
        "language": face.entry.locale.language_code,
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{entry{face.entry.pk},\n{lines}\n}}\n"


def ris(face):
    lines = ["TY  - ELEC", *(f"AU  - {line(name)}" for name in face.authors), f"TI  - {line(face.entry.title)}"]
    lines += [f"PB  - {line(face.publisher)}", f"PY  - {face.year}", f"UR  - {settings.BASE_URL}{face.permanent}"]
    lines += [
        f"LA  - {face.entry.locale.language_code}",
        *(f"KW  - {line(str(topic))}" for topic in face.subjects),
        "ER  - ",
    ]
    return "\r\n".join(lines) + "\r\n"


def line(value):
    """`value` on one line: a line break would begin a field of its own."""
    return " ".join(str(value).split())


def plain(value):
    """`value` inside braces of BibTeX: its own would close them."""
    return line(value).replace("\\", "").replace("{", "(").replace("}", ")")


@require_POST
def check(request, pk):
    """A librarian vouches for the entry until a day."""
    entry = get_object_or_404(Entry.objects.visible_to(request.user), pk=pk)
    if not allows(check_curate, request.user):
        raise Http404
    form = CheckForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        verify(entry, form.cleaned_data["until"], by=request.user)
        messages.success(request, _("Checked. Readers see until when they may rely on it."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(entry.get_url(request))
