"""The public addresses of the spiral: distillations, practice, flow."""

urlpatterns = []
