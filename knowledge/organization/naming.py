"""Another name for a concept, from what readers type: it widens searches from the moment it is saved."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from knowledge.models import Concept, ConceptLabel, LabelKind
from knowledge.organization.vocabulary import changed, check_languages, snapshot
from knowledge.policies import check_curate
from knowledge.search.analysis import fold, sort_key

KINDS = (LabelKind.ALTERNATIVE, LabelKind.HIDDEN)


@transaction.atomic
def name_too(concept, text, *, kind, language, by):
    """Give `concept` the alternative or hidden label `text`; return the label.

    Raises: `PermissionDenied`; `ValidationError` with what to do.
    """
    check_curate(by)
    concept = Concept.objects.select_for_update().get(pk=concept.pk)
    text = " ".join(text.split())[:500]
    _check(concept, text, kind, language)
    before = snapshot(concept)
    label = ConceptLabel.objects.create(
        concept=concept, kind=kind, language=language, text=text, folded=fold(text)[:500], sort_key=sort_key(text)[:60]
    )
    changed(concept, by=by, before=before)
    return label


def _check(concept, text, kind, language):
    check_languages([language])
    if kind not in KINDS:
        raise ValidationError(_("A name from a search is an alternative or a hidden label."), code="kind")
    if not fold(text):
        raise ValidationError(_("Write the name."), code="text")
    if concept.is_deprecated:
        raise ValidationError(_("This topic is not offered any more. Choose another."), code="deprecated")
    if ConceptLabel.objects.filter(concept=concept, folded=fold(text)[:500]).exists():
        raise ValidationError(_("The topic is called so already."), code="known")
