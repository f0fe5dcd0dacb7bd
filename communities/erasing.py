"""What goes with a person who is erased: their name where others spoke to them, and all that was kept for them alone."""

import re
from html import escape

from django.db.models import F

from communities.interaction.rendering import bounded
from communities.interaction.socialization.pictures import drop_pictures
from communities.models import (
    Community,
    Distillation,
    DistillationVersion,
    Draft,
    Invitation,
    Membership,
    PostImage,
    ReadMark,
    Watch,
)
from communities.rules import forget_memberships
from knowledge.application.erasing import forgets
from knowledge.models.person import FORMER_MEMBER
from knowledge.outbox import tell
from knowledge.text import boundary


@forgets
def forget(person, account):
    """Take `person` out of talk; their own posts stay, under “Former member”."""
    _take_out_of_posts(person)
    _take_out_of_distillations(person)
    _leave_all(person)
    drop_pictures(PostImage.objects.filter(uploaded_by=person, post=None))
    Invitation.objects.filter(accepted_by=person).delete()
    if account is None:
        return
    for kept in (Draft, Watch, ReadMark):
        kept.objects.filter(user=account).delete()
    Invitation.objects.filter(email__iexact=account.email).delete()
    forget_memberships(account)


def _leave_all(person):
    memberships = Membership.objects.filter(person=person)
    left = list(memberships.values_list("community", flat=True))
    memberships.delete()
    Community.objects.filter(pk__in=left).update(member_count=F("member_count") - 1)


def _take_out_of_posts(person):
    """Others' posts spoke to them: the name goes from source, HTML and earlier versions."""
    mentions = person.mentions.select_related("post")
    for mention in mentions:
        names = {person.name, mention.name} - {""}
        names |= {escape(name, quote=False) for name in names}  # as HTML has them
        _forget_names(mention.post, names)
        for version in mention.post.versions.all():
            _forget_names(version, names)
        tell("post_changed", mention.post, thread=mention.post.thread_id)
    mentions.all().delete()


def _take_out_of_distillations(person):
    """What was written up may repeat how a post spoke to them; so may the versions before."""
    names = {person.name, escape(person.name, quote=False)}
    for model in (Distillation, DistillationVersion):
        for text in model.objects.filter(source__icontains=f"@{person.name}"):
            _forget_names(text, names)
            tell("distillation_changed", getattr(text, "distillation", text))


def _forget_names(text, names):
    """Change one text or version of a text; its number of changes stays: nobody edited it."""
    pattern = spoken(names)
    text.source = pattern.sub(f"@{FORMER_MEMBER}", text.source)
    text.html = boundary(pattern.sub(f"@{FORMER_MEMBER}", text.html))
    text.save(update_fields=["source", "html"])


def spoken(names):
    """The regular expression of “@Name” for each of `names`, the longest first."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"@(?:{'|'.join(map(bounded, longest))})", re.IGNORECASE)
