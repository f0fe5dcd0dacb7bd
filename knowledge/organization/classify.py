"""Classifying: what has to be said of an entry before others read it."""

from django.core.exceptions import ValidationError

from knowledge.forms.entry import SUBJECT_MISSING
from knowledge.models import SchemeMembership
from knowledge.rules import Facet, check_kind


def has_subject(entry):
    """Whether a topic of `entry` (a version in memory is enough) belongs to the facet that every published entry needs."""
    concepts = [chosen.concept_id for chosen in entry.entry_concepts.all()]
    return SchemeMembership.objects.filter(concept__in=concepts, scheme__facet=Facet.SUBJECT).exists()


def check_classified(entry):
    """Raise `ValidationError`, with what to do, unless `entry` may go to others: it has a subject and a fitting visibility."""
    if not has_subject(entry):
        raise ValidationError(SUBJECT_MISSING, code="subject")
    check_kind(entry.kind, entry.state.visibility)
