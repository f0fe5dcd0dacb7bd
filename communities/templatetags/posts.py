"""Small parts of the pages of threads: `{% load posts %}`."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from communities.components.waiting import WAITS_FOR
from communities.seci import STEPS, Mode, Stage

register = template.Library()


@register.simple_tag(takes_context=True)
def page_query(context, page):
    """The query of another page of the same thread; keeps the posts that are chosen for the write-up."""
    query = {"page": page} if page > 1 else {}
    if chosen := context["face"].chosen_query:
        query["posts"] = chosen
    return f"?{urlencode(query)}" if query else context["thread"].get_absolute_url()


@register.simple_tag
def mode_dot(mode):
    """The letter of a conversion in its colour; always with a word beside it."""
    return format_html('<b class="mode-dot mode-{}" aria-hidden="true">{}</b>', mode, STEPS[Mode(mode)].letter)


@register.simple_tag
def sign_in_to(url):
    """The address of sign-in, which leads on to `url`."""
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': url})}"


@register.filter
def waits_for(thread):
    """What a thread waits for, in a few words: “next: put it into words”."""
    return WAITS_FOR[Stage(thread.stage)]
