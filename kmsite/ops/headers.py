"""Security headers that neither Django nor django-csp sends for us."""

from django.conf import settings

# Nothing on these pages asks for a camera, a place or a payment; a frame or a script that does is refused.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)
ADMIN = "/admin/"


class HeadersMiddleware:
    """Permissions-Policy everywhere; a content policy of its own for Wagtail's admin, whose widgets need inline code."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.admin_policy = policy_text(settings.ADMIN_CONTENT_POLICY)

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path.startswith(ADMIN):
            response.headers.setdefault("Content-Security-Policy", self.admin_policy)
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")  # previews stand in frames
        return response


def policy_text(directives):
    """A Content-Security-Policy header of a dict directive -> list of sources."""
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
