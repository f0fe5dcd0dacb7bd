"""The map as a file: exactly what the page with the same query shows."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from maps.formats import FORMATS, write
from maps.graphs import around
from maps.state import State


@require_safe
def export(request, format):
    """`export.gexf`, `.graphml`, `.json`, `.csv` or `.svg`; an unknown format and an unseen start are missing alike."""
    state = State.of(request.GET)
    if format not in FORMATS or not state.node:
        raise Http404
    cut = around(request.user, state.node, opened=state.opened, **state.narrowed)
    response = HttpResponse(write(cut, format), content_type=FORMATS[format])
    response["Content-Disposition"] = f'attachment; filename="map.{format}"'
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response
