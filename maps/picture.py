"""The drawing of a cut as an SVG file of its own: it carries its looks as attributes and runs nothing."""

import re
from xml.etree import ElementTree

from django.conf import settings
from django.utils.translation import gettext as _

from maps.drawing import Drawing

# The light theme of the site: a file is looked at on paper and in other programs.
PAPER, INK, EDGE = "#FAF9F6", "#1C2126", "#8A8578"
FONT = "Source Sans 3, Segoe UI, system-ui, Noto Sans SC, Microsoft YaHei, sans-serif"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SVG = "http://www.w3.org/2000/svg"


def picture(cut):
    """Return the bytes of an SVG file of `cut`: shapes, lines and labels where the page has them; labels link to the things."""
    drawing = Drawing(cut)
    size = {"width": str(drawing.width), "height": str(drawing.height)}
    root = ElementTree.Element(
        "svg", {"xmlns": SVG, "viewBox": drawing.view_box, **size, "role": "img", "font-size": "14"}
    )
    root.set("font-family", FONT)
    name = clean(cut.nodes[0].label) if cut.nodes else ""
    ElementTree.SubElement(root, "title").text = _("Map around “%(name)s”") % {"name": name}
    ElementTree.SubElement(root, "desc").text = _("● person · ■ document · ◆ topic; dashed: something is missing.")
    ElementTree.SubElement(root, "rect", {**size, "fill": PAPER})
    lines = ElementTree.SubElement(root, "g", {"fill": "none", "stroke": EDGE, "stroke-opacity": ".7"})
    for line in drawing.lines:
        path = ElementTree.SubElement(lines, "path", {"d": line.d, "stroke-width": f"{line.width:g}"})
        ElementTree.SubElement(path, "title").text = clean(line.title)
    for one in drawing.nodes:
        _drawn(root, one)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _drawn(root, one):
    link = {"href": f"{settings.BASE_URL}{one.node.url}"} if one.node.url else {}
    group = ElementTree.SubElement(root, "a" if link else "g", link)
    looks = {"fill": PAPER, "stroke-dasharray": "3 2"} if one.node.gap else {"fill": INK}
    ElementTree.SubElement(group, "path", {"d": one.d, "stroke": INK, "stroke-width": "1.2", **looks})
    if not one.quiet:
        ElementTree.SubElement(group, "text", _label(one)).text = clean(one.text)
    ElementTree.SubElement(group, "title").text = clean(one.node.label)


def _label(one):
    """The label has a halo of paper, so that it can be read over lines."""
    x, y = one.label
    halo = {"stroke": PAPER, "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"}
    language = {"xml:lang": one.node.lang} if one.node.lang else {}
    return {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": one.anchor, "fill": INK, **halo, **language}


def clean(text):
    """`text` without what no XML may hold."""
    return _CONTROLS.sub("", text)
