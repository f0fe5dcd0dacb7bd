"""Cuts of the map for one reader: around a node, between two, and why two are joined."""

from maps.graphs.cut import Cut, Edge, Node, NotSeen
from maps.graphs.ego import around
from maps.graphs.paths import path
from maps.graphs.reasons import Reason, why

__all__ = ["Cut", "Edge", "Node", "NotSeen", "Reason", "around", "path", "why"]
