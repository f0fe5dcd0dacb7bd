"""What the log keeps of talk. Administrators read the log and belong to no closed community: of one it keeps keys and no words."""

from communities.models import Community, PracticeReport
from knowledge import audit

WORDS = ("name_en", "name_zh", "title", "reason")


def record(action, thing, *, by, before=None, after=None, label=None):
    """Append an audit event about a thing of talk: as `knowledge.audit.record`, without the words of a closed community."""
    if _is_closed(thing):
        label, before, after = f"{thing._meta.verbose_name} {thing.pk}", _without_words(before), _without_words(after)
    return audit.record(action, thing, by=by, before=before, after=after, label=label)


def _is_closed(thing):
    if isinstance(thing, PracticeReport):
        return False
    community = thing if isinstance(thing, Community) else getattr(thing, "thread", thing).community
    return community.is_closed


def _without_words(said):
    return {name: audit.NOBODY if name in WORDS and value else value for name, value in (said or {}).items()}


def place_of(community):
    """How the log names a community that a thing stands in."""
    return f"{community._meta.verbose_name} {community.pk}" if community.is_closed else community.slug
