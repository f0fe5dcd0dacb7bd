"""The public addresses of knowledge."""

urlpatterns = []
