"""Who will read what somebody is about to write: said before they send it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.rules import Access


def audience_of(community):
    """One sentence for what is written in `community`; None for a place that the site finds."""
    if community is None or community.access == Access.OPEN:
        return _("Everybody can read it, without an account, and search engines find it.")
    if community.access == Access.SIGNED_IN:
        return _("Everybody who has an account here can read it; nobody else.")
    return ngettext(
        "Only the %(count)d member of “%(name)s” can read it.",
        "Only the %(count)d members of “%(name)s” can read it.",
        community.member_count,
    ) % {"count": community.member_count, "name": community.name}


def joining(community, reader):
    """A second sentence where writing makes the reader a member; "" where they are one."""
    if community is None or community.has_member(reader):
        return ""
    return _("Writing makes you a member of “%(name)s”; you can leave at any time.") % {"name": community.name}
