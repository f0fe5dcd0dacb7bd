"""The page in which a diagram is drawn: sandboxed, with a policy of its own, and the same for everybody."""

from django.template.response import TemplateResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

# Mermaid writes styles into its drawings. The sandbox takes away the origin: no cookies, no storage, no requests.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)


@cache_control(public=True, max_age=3600)
@xframe_options_sameorigin
def diagram_frame(request):
    return TemplateResponse(request, "knowledge/diagram_frame.html", headers={"Content-Security-Policy": POLICY})
