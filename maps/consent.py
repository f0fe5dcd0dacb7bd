"""Who is on maps."""

from knowledge.models import Person
from knowledge.models.person import MapConsent


def people_on_maps():
    """People who agreed to be on maps, have an account and are not erased."""
    return Person.objects.filter(on_maps=MapConsent.YES, erased_at=None).exclude(user=None)
