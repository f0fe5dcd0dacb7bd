"""What programs read of the site: the map of its pages for search engines."""

from django.contrib.auth.models import AnonymousUser
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from knowledge.models import Entry, EntryIndex


class PublicSitemap(Sitemap):
    """What a visitor may read, in both languages."""

    def items(self):
        readable = Entry.objects.live().visible_to(AnonymousUser()).values("pk")
        entries = Page.objects.filter(pk__in=readable)
        house = Page.objects.live().public().filter(depth__gt=1).not_type(Entry, EntryIndex)
        return (entries | house).order_by("path").select_related("locale")
