"""The few pages that belong to the site itself."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from kmsite.home import home_context
from knowledge.blocks import EntryBody


class HomePage(Page):
    """The first page of one language; everything else of that language stands below it."""

    max_count_per_parent = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["knowledge.EntryIndex", "kmsite.StandardPage"]
    template = "kmsite/home.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **home_context(request.user, self.locale)}


class StandardPage(Page):
    """A page of the house: about, privacy, accessibility."""

    body = StreamField(EntryBody(), verbose_name=_("text"))

    parent_page_types = ["kmsite.HomePage"]
    subpage_types = []
    template = "kmsite/standard.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
