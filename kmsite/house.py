"""Answers what knowledge asks of the library's settings (knowledge/house.py)."""

from wagtail.models import Site

from kmsite.models import LibrarySettings
from knowledge import house


def _settings():
    site = Site.objects.filter(is_default_site=True).first()
    return LibrarySettings.for_site(site) if site else LibrarySettings()


def answer_knowledge():
    """Tell knowledge whom to ask; called once when the site starts."""
    house.answer("one_may_approve", lambda: _settings().one_may_approve)
    house.answer("name", lambda: _settings().name)
