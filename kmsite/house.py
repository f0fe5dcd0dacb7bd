"""Answers what knowledge asks of the library's settings (knowledge/house.py)."""

from kmsite.models import LibrarySettings
from knowledge import house


def _settings():
    return LibrarySettings.objects.filter(site__is_default_site=True).first() or LibrarySettings()


def _names():
    library = _settings()
    return {"en": library.name_en, "zh-hans": library.name_zh}


def answer_knowledge():
    """Tell knowledge whom to ask; called once when the site starts."""
    house.answer("one_may_approve", lambda: _settings().one_may_approve)
    house.answer("names", _names)
