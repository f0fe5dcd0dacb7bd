"""A button is pressed twice, or an answer is lost on its way: one form makes one thing, for the person whose form it was."""

from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError


def once(model, author="author"):
    """Decorate a write that makes a `model`: the same `form_key` of the same person returns what it made before.

    A press that another one was faster than is stopped by the database, or by a check that has the first thing before it;
    both lead to that thing.
    """

    def decorate(write):
        @wraps(write)
        def writing(*args, by, form_key=None, **said):
            def made():
                return model.objects.filter(form_key=form_key, **{author: by.person}).first() if form_key else None

            try:
                return made() or write(*args, by=by, form_key=form_key, **said)
            except (IntegrityError, PermissionDenied, ValidationError):
                if (first := made()) is None:
                    raise
                return first

        return writing

    return decorate
