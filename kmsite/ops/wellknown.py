"""The two small files that machines look for: where they may look around, and whom to tell about a hole."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kmsite.models import LibrarySettings

ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /*/search/
Disallow: /*/account/
Disallow: /*/told/
Disallow: /*/browse/?

Sitemap: {base}/sitemap.xml
"""
SECURITY = """Contact: mailto:{email}
Expires: {expires}
Preferred-Languages: en, zh
Canonical: {base}/.well-known/security.txt
"""


@require_safe
@cache_control(max_age=86400)
def robots(request):
    return HttpResponse(ROBOTS.format(base=settings.BASE_URL), content_type="text/plain")


@require_safe
@cache_control(max_age=86400)
def security(request):
    """RFC 9116; there is none while the library names no address."""
    email = LibrarySettings.for_request(request).contact_email
    if not email:
        raise Http404
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = SECURITY.format(email=email, expires=expires, base=settings.BASE_URL)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
