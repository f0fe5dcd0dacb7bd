"""What of ours an entry may show as a card: other entries and topics."""

from django.utils.translation import gettext as _

from knowledge.embeds import Embedded, register
from knowledge.models import Concept, Entry


def entry_card(reader, language, slug):
    """The published entry at this address, when `reader` may read it."""
    entries = Entry.objects.visible_to(reader).live().filter(locale__language_code=language, slug=slug)
    entry = entries.first()
    return entry and Embedded(entry.title, entry.url, _("Entry"), entry.summary)


def topic_card(reader, language, pk):
    """The topic of this number."""
    concept = Concept.objects.visible_to(reader).filter(pk=pk).first()
    return concept and Embedded(str(concept), concept.get_absolute_url(), _("Topic"))


register(r"knowledge/(?P<slug>[-\w]+)/", entry_card)
register(r"topics/(?P<pk>\d{1,18})/", topic_card)
