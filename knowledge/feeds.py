"""What programs read of the site: the map of its pages for search engines, and feeds of kept searches."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from knowledge.models import Entry, EntryIndex, SavedSearch
from knowledge.search import api
from knowledge.search.backends.base import Sort
from knowledge.text import clean
from knowledge.throttle import count_request

LATEST = 30


class PublicSitemap(Sitemap):
    """What a visitor may read, in both languages."""

    def items(self):
        readable = Entry.objects.live().visible_to(AnonymousUser()).values("pk")
        entries = Page.objects.filter(pk__in=readable)
        house = Page.objects.live().public().filter(depth__gt=1).not_type(Entry, EntryIndex)
        return (entries | house).order_by("path").select_related("locale")


class SavedSearchFeed(Feed):
    """The newest things that a kept search finds, as its reader may see them at this moment.

    The address is the key: who has it needs no sign-in, so it answers only while the account is open.
    """

    feed_type = Atom1Feed

    def __call__(self, request, *args, **kwargs):
        count_request("search", request)
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_object(self, request, token):
        kept = SavedSearch.objects.filter(user__is_active=True).select_related("user")
        return get_object_or_404(kept, token=token)

    def title(self, saved):
        return _("Kept search: %(name)s") % {"name": clean(saved.name)}

    def link(self, saved):
        return saved.get_absolute_url()

    def items(self, saved):
        narrowed = {"filters": saved.filters, "exact": saved.exact, "left_out": saved.left_out}
        newest = api.search(saved.query, saved.user, sort=Sort.NEWEST, per_page=LATEST, whole=True, **narrowed)
        return newest.hits

    def item_title(self, hit):
        return clean(hit.entry.title)  # a control character is no XML

    def item_link(self, hit):
        return hit.url

    def item_description(self, hit):
        return escape(clean(Truncator(hit.entry.text.summary or hit.entry.text.body).chars(300)))

    def item_updateddate(self, hit):
        return hit.entry.updated

    def item_categories(self, hit):
        return [hit.label]
