"""What a fresh site stands on: both languages, their page trees, and the site. Laying it twice changes nothing."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from kmsite.models import HomePage, LibrarySettings
from knowledge.models import EntryIndex

TITLES = {
    "en": {"home": "Home", "index": "Knowledge"},
    "zh-hans": {"home": "首页", "index": "知识库"},
}


@transaction.atomic
def lay_page_trees():
    """Give each language its home and its knowledge base; the two languages are translations of one another."""
    homes = {}
    for language, titles in TITLES.items():
        locale, _created = Locale.objects.get_or_create(language_code=language)
        first = next(iter(homes.values()), None)
        homes[language] = _home(locale, titles["home"], first)
        _index(homes[language], titles["index"], homes.get("en"))
    _site(homes["en"])
    return homes


def _home(locale, title, translation_of):
    home = HomePage.objects.filter(locale=locale).first()
    if home:
        return home
    root = Page.get_first_root_node()
    root.get_children().filter(slug="home").exclude(
        pk__in=HomePage.objects.values("pk")
    ).delete()  # Wagtail's welcome page
    root = Page.get_first_root_node()
    keys = {"translation_key": translation_of.translation_key} if translation_of else {}
    return root.add_child(instance=HomePage(title=title, slug=f"home-{locale.language_code}", locale=locale, **keys))


def _index(home, title, english_home):
    if EntryIndex.objects.child_of(home).exists():
        return
    english = EntryIndex.objects.descendant_of(english_home).first()
    keys = {"translation_key": english.translation_key} if english else {}
    home.refresh_from_db()  # its children moved the tree on
    home.add_child(instance=EntryIndex(title=title, slug="knowledge", locale=home.locale, **keys))


def _site(home):
    """One site for both languages, under the host and port of BASE_URL: the sitemap and mails name it."""
    address = urlsplit(settings.BASE_URL)
    wanted = {
        "root_page_id": home.pk,
        "hostname": address.hostname,
        "port": address.port or (443 if address.scheme == "https" else 80),
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.pk is None or any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.site_name = site.site_name or "kmsite"
        site.save()
    LibrarySettings.for_site(site)
