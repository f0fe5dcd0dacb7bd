"""Parts of lists that are searched: `{% load search_parts %}`."""

from django import template

register = template.Library()


@register.filter
def marked(hit, text):
    """`text` of the thing that was found, with the words marked as in its title."""
    return hit.marked(text)


@register.filter
def kept_fields(request, names):
    """(name, value) of what the address of a list keeps when facets are chosen anew; `names` with blanks between."""
    return [(name, value) for name in names.split() for value in request.GET.getlist(name)[:20]]
