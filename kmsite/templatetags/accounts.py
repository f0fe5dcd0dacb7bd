"""What the pages about signing in ask."""

from django import template
from django.conf import settings

from kmsite.accounts.adapter import house_name as name_of_house
from kmsite.accounts.middleware import lacks_second_factor

register = template.Library()


@register.simple_tag
def house_name():
    """The name of the library in the reader's language."""
    return name_of_house()


@register.simple_tag
def mail_folder():
    """Where a trial on one machine keeps its letters; empty where mail is really sent."""
    return str(settings.EMAIL_FILE_PATH) if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") else ""


@register.simple_tag(takes_context=True)
def needs_second_factor(context):
    """Whether the reader has to set up a second factor before anything else."""
    return settings.REQUIRE_SECOND_FACTOR and lacks_second_factor(context["request"].user)
