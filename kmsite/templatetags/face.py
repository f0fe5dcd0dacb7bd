"""Parts of the face: `{% load face %}`. docs/guides/face.md shows each with its markup."""

from datetime import datetime
from itertools import pairwise

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from wagtail.models import Page

from kmsite import icons
from knowledge.rules import Kind

register = template.Library()

AROUND = 2  # pages shown before and after the present one


@register.simple_tag
def icon(name):
    """`{% icon "search" %}`; the names are in kmsite/icons.py. Always with a text beside it."""
    return icons.icon(name)


@register.simple_tag
def shape(name):
    """`{% shape "topic" %}`: person, document or topic."""
    return icons.shape(name)


@register.simple_tag
def kind_icon(kind):
    """The icon of a kind of entry (`entry.kind`)."""
    return icons.icon(Kind(kind).value)


@register.simple_tag
def ago(when):
    """`{% ago entry.last_published_at %}`: the date; a script turns it into “3 days ago” (full date in the title)."""
    if when is None:
        return ""
    local = timezone.localtime(when) if isinstance(when, datetime) and timezone.is_aware(when) else when
    return format_html(
        '<time datetime="{}" data-ago>{}</time>', local.isoformat(), formats.date_format(local, "DATE_FORMAT")
    )


@register.simple_tag(takes_context=True)
def with_query(context, **changes):
    """The query string of this page with `changes`: `{% with_query page=2 %}`; None takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{urlencode(list(query.lists()), doseq=True)}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page):
    """`{% pagination page_obj %}` under a list of a Django `Page`; keeps the rest of the query string."""
    last = page.paginator.num_pages
    near = range(max(1, page.number - AROUND), min(last, page.number + AROUND) + 1)
    numbers = sorted({1, last, *near})
    gaps = [number for before, number in pairwise(numbers) if number - before > 1]
    return {"request": context["request"], "page": page, "numbers": numbers, "gaps": gaps}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form):
    """`{% error_summary form %}` on top of a form: what is wrong, with a link to each place."""
    return {"form": form, "hidden_errors": [e for field in form.hidden_fields() for e in field.errors]}


@register.inclusion_tag("components/languages.html", takes_context=True)
def language_links(context, in_menu=False):
    """The same page in the other language.

    `translations` in the context (language code -> address) names it where the path does not; pages of the tree know.
    """
    translations = context.get("translations")
    page = context.get("page")
    if translations is None and isinstance(page, Page):
        translations = _translations(page, context["request"])
    links = context["frame"].other_languages(translations, stay=not is_error(context))
    return {"links": links, "in_menu": in_menu}


def _translations(page, request):
    """Where the reader finds `page` in other languages: language code -> address."""
    others = page.get_translations().live().select_related("locale")
    if hasattr(others, "visible_to"):
        others = others.visible_to(request.user)
    return {other.locale.language_code: other.get_url(request) for other in others}


@register.simple_tag(takes_context=True)
def sign_in_url(context):
    """The address of sign-in, which leads back here; but not to an error, whose page says nothing of its address."""
    frame, path = context["frame"], context["request"].path
    if is_error(context) or path == frame.home or path.startswith(frame.sign_in.removesuffix("login/")):
        return frame.sign_in
    return f"{frame.sign_in}?{urlencode({'next': path})}"


@register.simple_tag(takes_context=True)
def rooms(context):
    """The rooms of the main navigation: (room, address, is current). An error stands in none of them."""
    found = context["frame"].rooms
    return [(room, url, False) for room, url, _inside in found] if is_error(context) else found


def is_error(context):
    """Whether this is a page of refusal: Django gives those the `exception`."""
    return "exception" in context
