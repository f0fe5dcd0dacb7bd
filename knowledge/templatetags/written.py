"""`{{ post.html|written }}` shows HTML that knowledge.text rendered and that was stored."""

from django import template

from knowledge import text

register = template.Library()
register.filter("written", text.written)
