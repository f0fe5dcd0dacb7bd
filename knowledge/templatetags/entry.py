"""What stands around the text of an entry: `{% entry_face as face %}`."""

from django import template
from django.contrib.auth.models import AnonymousUser

from knowledge.components import EntryFace
from knowledge.forms.check import CheckForm

register = template.Library()


@register.simple_tag(takes_context=True)
def entry_face(context):
    """The face of the page that is shown, for who reads it; the same one in every block of the template."""
    page, request = context["page"], context["request"]
    if not hasattr(page, "_face"):
        page._face = EntryFace(page, getattr(request, "user", AnonymousUser()))
    return page._face


@register.simple_tag
def check_form():
    """The form by which a librarian vouches for the entry."""
    return CheckForm(auto_id="check_%s")
