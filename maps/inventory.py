"""What the map has, for `manage.py inventory`."""

from knowledge.application.inventory import counts
from maps.models import MapEdge, MapNode


@counts("map")
def _map():
    return {"nodes": MapNode.objects.count(), "edges": MapEdge.objects.count()}
