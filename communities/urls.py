"""The public addresses of talk."""

urlpatterns = []
