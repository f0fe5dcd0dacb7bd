"""Showing written text: `{{ post.html|written }}`, and in the head of its page `{% drawing body %}`."""

from django import template
from wagtail.blocks import StreamValue

from knowledge import blocks, text

register = template.Library()
register.filter("written", text.written)


@register.inclusion_tag("knowledge/drawing.html")
def drawing(*written):
    """The scripts that draw formulas and diagrams, for a page with these bodies or pieces of stored HTML, if any has one."""
    kinds = set()
    for part in written:
        kinds |= blocks.drawings(part) if isinstance(part, StreamValue) else text.drawings(str(part))
    return {"formula": "formula" in kinds, "diagram": "diagram" in kinds}
