"""The map as two tables: what can be pointed to, and what joins it. Kept by the outbox (keeping.py), read by graphs/.

They hold no text: labels are read from the things themselves, for whoever may read them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledge.rules import access_tokens
from maps.rules import EdgeKind, NodeKind, Sort


class VisibleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows whose access token `user` holds. The things behind them are asked again when they are shown."""
        return self.filter(access__in=sorted(access_tokens(user)))


class MapNode(models.Model):
    """A person who agreed, a document or a topic. `work` is one for the same entry in several languages."""

    key = models.CharField(max_length=40, unique=True)  # sort:pk, as in addresses
    kind = models.CharField(max_length=10, choices=NodeKind)
    sort = models.CharField(max_length=10, choices=Sort)
    thing = models.BigIntegerField()
    work = models.CharField(max_length=40, db_index=True)
    access = models.CharField(max_length=80)
    language = models.CharField(max_length=10, blank=True)
    date = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name = _("node of the map")
        verbose_name_plural = _("nodes of the map")
        indexes = [models.Index(fields=["kind", "thing"], name="map_node_by_kind")]

    def __str__(self):
        return self.key


class MapEdge(models.Model):
    """`source` and `target` are joined for a reason (`kind`), so often (`count`), so strongly, from when to when.

    An edge has the access token of what it rests on. Where that is several documents of different access there is an edge
    for each token, and a reader adds up those that they hold: nothing of a closed community counts for an outsider.
    """

    source = models.ForeignKey(MapNode, models.CASCADE, related_name="edges_out", db_index=False)
    target = models.ForeignKey(MapNode, models.CASCADE, related_name="edges_in", db_index=False)
    kind = models.CharField(max_length=12, choices=EdgeKind)
    access = models.CharField(max_length=80)
    language = models.CharField(max_length=10, blank=True)  # of the document; empty where no document is an end
    weight = models.FloatField(default=1)
    count = models.PositiveIntegerField(default=1)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    evidence = models.JSONField(default=list)  # keys of the newest things that it rests on

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name = _("edge of the map")
        verbose_name_plural = _("edges of the map")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind", "access"], name="map_edge_once"),
        ]
        # The strongest edges of a hub, and how many more there are, are read from the index alone.
        indexes = [
            models.Index(
                fields=["source", "kind", "-weight", "-until", "target", "access", "language"], name="map_edge_out"
            ),
            models.Index(
                fields=["target", "kind", "-weight", "-until", "source", "access", "language"], name="map_edge_in"
            ),
        ]

    def __str__(self):
        return f"{self.source_id} {self.kind} {self.target_id}"
