"""Addresses of rooms that may not exist yet."""

from django.urls import NoReverseMatch, reverse


def address(name):
    """The address of that name in the language of the reader; none while its room does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
