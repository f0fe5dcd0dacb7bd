"""Atom feeds of talk: what a visitor may read, the same for everybody. Communities that are not open have none."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from communities.models import Community, Post, Thread
from communities.rules import Access, TalkState

LATEST = 30


class AtomFeed(Feed):
    feed_type = Atom1Feed

    def item_author_name(self, item):
        return str(item.author) if item.author else _("Former member")

    def item_link(self, item):
        return item.get_absolute_url()


class TalkFeed(AtomFeed):
    """The latest threads of all open communities, each with its first post."""

    def title(self, _obj):
        return _("New threads")

    def link(self, _obj):
        return reverse("threads")

    def items(self, _obj):
        return with_first_posts(Thread.objects.public())

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.first_html

    def item_pubdate(self, item):
        return item.created_at

    def item_updateddate(self, item):
        return item.last_post_at


class CommunityFeed(TalkFeed):
    def get_object(self, request, slug):
        return get_object_or_404(Community, slug=slug, access=Access.OPEN)

    def title(self, community):
        return community.name

    def subtitle(self, community):
        return community.purpose

    def link(self, community):
        return community.get_absolute_url()

    def items(self, community):
        return with_first_posts(Thread.objects.public().filter(community=community))


class ThreadFeed(AtomFeed):
    """The latest posts of a thread."""

    def get_object(self, request, slug, pk):
        threads = Thread.objects.public().select_related("community")
        return get_object_or_404(threads, pk=pk, community__slug=slug)

    def title(self, thread):
        return thread.title

    def link(self, thread):
        return thread.get_absolute_url()

    def items(self, thread):
        posts = Post.objects.visible_to(AnonymousUser()).posts().filter(thread=thread)
        return posts.select_related("author", "thread__community").order_by("-number")[:LATEST]

    def item_title(self, item):
        return f"{item.thread.title} ({item.number})"

    def item_description(self, item):
        return item.html

    def item_pubdate(self, item):
        return item.created_at

    def item_updateddate(self, item):
        return item.edited_at or item.created_at


def with_first_posts(threads):
    """The newest of `threads`, each with the HTML of its first post; two queries."""
    found = list(threads.select_related("community", "author").order_by("-created_at", "-pk")[:LATEST])
    first = Post.objects.filter(thread__in=[one.pk for one in found], number=1, state=TalkState.VISIBLE)
    texts = dict(first.values_list("thread", "html"))
    for thread in found:
        thread.first_html = texts.get(thread.pk, "")
    return found
