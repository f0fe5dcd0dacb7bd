"""What stands around every page: name, rooms, languages, footer. The same for all visitors of an address."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from kmsite.addresses import address
from kmsite.models import LibrarySettings, StandardPage
from knowledge.kept import kept
from knowledge.rules import is_staff_member


@dataclass(frozen=True)
class Room:
    """A room of the site in the main navigation: the name of its first address, and where else one is inside it."""

    name: str
    label: str
    also: tuple = ()


# One line a room; a room whose address does not exist yet is not shown.
ROOMS = [
    Room("browse", _("Knowledge"), also=("knowledge/", "search/")),
    Room("communities", _("Communities"), also=("threads/", "distillations/", "practice/")),
    Room("topics", _("Topics")),
    Room("maps", _("Maps")),
]
LANGUAGES = {"en": ("en", "English"), "zh-hans": ("zh-Hans", "中文")}  # as BCP 47 writes it, as its readers call it


def frame(request):
    """The context processor: `frame`, asked for nothing before a template does."""
    return {"frame": Frame(request)}


class Frame:
    def __init__(self, request):
        self.request = request

    version = settings.VERSION
    language_tag = property(lambda self: LANGUAGES[self.language][0])
    language = property(lambda self: get_language() or settings.LANGUAGE_CODE)
    home = property(lambda self: f"/{self.language}/")
    search = property(lambda self: address("search"))
    tell = property(lambda self: address("tell"))
    topics = property(lambda self: address("topics"))
    browse = property(lambda self: address("browse"))
    host = property(lambda self: self.request.get_host())
    me = property(lambda self: address("me"))
    sign_in = property(lambda self: address("account_login"))

    @cached_property
    def library(self):
        """What the library says of itself; before the site is laid, its defaults."""
        return kept("library", [self.host], self._library)

    def _library(self):
        site = Site.find_for_request(self.request)
        return LibrarySettings.for_request(self.request) if site else LibrarySettings()

    @cached_property
    def rooms(self):
        """The rooms that exist: (room, address, whether the reader is inside)."""
        found = [(room, address(room.name)) for room in ROOMS]
        return [(room, url, self._is_inside(room, url)) for room, url in found if url]

    def _is_inside(self, room, url):
        beginnings = (url, *(f"{self.home}{path}" for path in room.also))
        return self.request.path.startswith(beginnings)

    @cached_property
    def pages(self):
        """The pages of the house in the reader's language: about, privacy, accessibility."""
        return list(StandardPage.objects.live().filter(locale__language_code=self.language).order_by("path"))

    @cached_property
    def may_work(self):
        """Whether the reader has a desk in the admin."""
        user = getattr(self.request, "user", None)
        return bool(user) and is_staff_member(user)

    def other_languages(self, translations=None, *, stay=True):
        """(BCP 47 tag, own name, address) of the other languages.

        `translations` (language code -> address) says where the same thing is; without it the address is carried over.
        Where one must not `stay` (the reader stands before nothing), it is the home page.
        """
        codes = [code for code, _name in settings.LANGUAGES if code != self.language]
        return [(*LANGUAGES[code], self._in(code, translations, stay)) for code in codes]

    def _in(self, code, translations, stay):
        if translations is not None:
            return translations.get(code) or f"/{code}/"
        if not stay:
            return f"/{code}/"
        with override(self.language):  # translate_url reads an address in the active language
            there = translate_url(self.request.get_full_path(), code)
        return there if there.startswith(f"/{code}/") else f"/{code}/"
