"""A part of a page that is the same for many readers: `{% load kept %}`."""

from django import template

from knowledge.kept import kept

register = template.Library()


@register.tag("kept")
def do_kept(parser, token):
    """`{% kept "name" readers part … %}…{% endkept %}`: made once for all `readers`, for whom it is the same.

    `readers` is a text that names who they are, such as their access tokens; without one the part is made anew. The parts are all else
    on which it depends. Nothing personal may stand inside: no form key, no name of the reader.
    """
    name, readers, *parts = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodes = parser.parse(["endkept"])
    parser.delete_first_token()
    return Kept(nodes, name, readers, parts)


class Kept(template.Node):
    def __init__(self, nodelist, name, readers, parts):
        self.nodelist, self.name, self.readers, self.parts = nodelist, name, readers, parts

    def render(self, context):
        readers = self.readers.resolve(context)
        if not readers:
            return self.nodelist.render(context)
        parts = (readers, *(part.resolve(context) for part in self.parts))
        return kept(self.name.resolve(context), parts, lambda: self.nodelist.render(context))
