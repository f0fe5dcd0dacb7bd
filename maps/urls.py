"""The public addresses of maps."""

urlpatterns = []
