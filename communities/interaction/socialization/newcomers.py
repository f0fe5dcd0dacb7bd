"""What somebody new may do on their first day, and what a steward looks at first."""

import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Post, Thread
from communities.rules import TalkState
from knowledge.models import Person
from knowledge.rules import is_staff_member

FIRST_DAY = timedelta(days=1)
THREADS, REPLIES, LINKS = 3, 10, 2
_LINK = re.compile(r'<a [^>]*?href="((?:https?:)?[^"]*)"')


def links_in(html):
    """How many links out of the house a rendered text has."""
    own = (settings.BASE_URL, "/", "#")
    return sum(not address.startswith(own) for address in _LINK.findall(html))


def is_first_day(user):
    return not is_staff_member(user) and user.date_joined > timezone.now() - FIRST_DAY


def check_newcomer(user, html, *, opens_thread=False, is_reply=False):
    """Raise `ValidationError` when somebody on their first day writes more than three threads, ten replies or two links a post."""
    if not is_first_day(user):
        return
    Person.objects.select_for_update().get(pk=user.person.pk)  # their posts one after the other, or the count is short
    check_links(user, html)
    since = timezone.now() - FIRST_DAY
    if opens_thread and Thread.objects.filter(author=user.person, created_at__gte=since).count() >= THREADS:
        raise ValidationError(
            _("On their first day people begin at most %(count)d threads. Your text is kept; come back tomorrow.")
            % {"count": THREADS}
        )
    replies = Post.objects.posts().filter(author=user.person, created_at__gte=since, number__gt=1)
    if is_reply and replies.count() >= REPLIES:
        raise ValidationError(
            _("On their first day people write at most %(count)d replies. Your text is kept; come back tomorrow.")
            % {"count": REPLIES}
        )


def check_links(user, html):
    if is_first_day(user) and links_in(html) > LINKS:
        raise ValidationError(
            ngettext(
                "On your first day a post may have at most %(count)d link. Take some out, and send it again.",
                "On your first day a post may have at most %(count)d links. Take some out, and send it again.",
                LINKS,
            )
            % {"count": LINKS}
        )


def first_state(user, html, *, besides=None):
    """How a post of `user` begins: held while it has links and nothing else that they wrote was read yet.

    The age of the account says nothing: advertisers let theirs lie for a while. `besides` is a post that is being changed.
    """
    if is_staff_member(user) or not links_in(html):
        return TalkState.VISIBLE
    read = Post.objects.filter(author=user.person, state=TalkState.VISIBLE)
    if besides is not None:
        read = read.exclude(pk=besides.pk)
    return TalkState.VISIBLE if read.exists() else TalkState.HELD
