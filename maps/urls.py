"""The public addresses of maps."""

from django.urls import path

from maps.views import export, gaps, map, way

urlpatterns = [
    path("", map.MapView.as_view(), name="maps"),
    path("path/", way.PathView.as_view(), name="map_path"),
    path("gaps/", gaps.GapsView.as_view(), name="map_gaps"),
    path("export.<str:format>", export.export, name="map_export"),
]
