"""What a repeated POST makes exists once."""

from django.db import models
from django.db.models import Q


def one_of_a_form(name, author="author"):
    """The constraint that one form makes one thing for its author; a key from somebody else's form means nothing to it."""
    return models.UniqueConstraint(fields=[author, "form_key"], condition=Q(form_key__isnull=False), name=name)
