"""The public addresses of maps."""

from django.urls import path

from maps.views import map, way

urlpatterns = [
    path("", map.MapView.as_view(), name="maps"),
    path("path/", way.PathView.as_view(), name="map_path"),
]
