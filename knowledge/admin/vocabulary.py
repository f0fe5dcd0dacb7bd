"""Concept schemes and concepts in the admin: lists, forms, a chooser that shows where a concept stands."""

from uuid import uuid4

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Count
from django.forms import CharField
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views import chooser
from wagtail.snippets.views import snippets as views
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from knowledge.audit import record
from knowledge.models import Concept, ConceptLabel, ConceptScheme, ConceptStatus, RelationKind
from knowledge.organization.vocabulary import (
    changed,
    check_broader,
    check_labels,
    check_languages,
    check_uri,
    remove,
    snapshot,
)
from knowledge.outbox import tell
from knowledge.rules import Facet
from knowledge.search.analysis import fold, sort_key


def labelled(concepts, words):
    """Those of `concepts` one of whose labels, in any language, contains `words` as search compares them."""
    return concepts.filter(pk__in=ConceptLabel.objects.filter(folded__contains=fold(words)).values("concept"))


def list_of(model):
    """The address of the list of a snippet."""
    return reverse(model.snippet_viewset.get_url_name("list"))


def uri_of(form):
    """The URI that a form states; a lasting one of ours when it states none."""
    uri = form.cleaned_data.get("uri") or uuid4().urn
    if not form.instance.pk:
        check_uri(uri)
    return uri


# ---------------------------------------------------------------- concepts
class ConceptForm(WagtailAdminModelForm):
    """A concept with its labels, notes and relations; refuses what would break the vocabulary."""

    notation = CharField(label=gettext_lazy("Notation"), max_length=80, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uri"].required = False
        self.fields["notation"].initial = self.instance.notation
        if self.instance.pk:
            self.fields["uri"].disabled = True
        else:
            self.fields["uri"].help_text = _("Leave it empty unless the concept has one elsewhere.")

    def clean_uri(self):
        return uri_of(self)

    def is_valid(self):
        if not super().is_valid():
            return False
        for check in (self._check_labels, self._check_relations):
            try:
                check()
            except ValidationError as fault:
                self.add_error(NON_FIELD_ERRORS, fault)
        return not self.errors

    def _rows(self, name):
        """The cleaned rows of an inline that stay."""
        rows = (form.cleaned_data for form in self.formsets[name].forms if hasattr(form, "cleaned_data"))
        return [row for row in rows if row and not row.get("DELETE")]

    def _check_labels(self):
        check_labels([(row["kind"], row["language"]) for row in self._rows("labels")])
        check_languages([row["language"] for row in self._rows("notes")])
        for row in self._rows("mappings"):
            check_uri(row["target_uri"])

    def _check_relations(self):
        rows = self._rows("relations")
        if any(row["target"].pk == self.instance.pk for row in rows):
            raise ValidationError(_("A concept cannot be related to itself."))
        check_broader(self.instance, [row["target"] for row in rows if row["kind"] == RelationKind.BROADER])

    def save(self, commit=True):
        self.instance.notations = _with_first(self.instance.notations, self.cleaned_data["notation"].strip())
        for form in self.formsets["labels"].forms:
            text = form.instance.text
            form.instance.folded, form.instance.sort_key = fold(text)[:500], sort_key(text)[:60]
        return super().save(commit)


def _with_first(notations, text):
    """`notations` with `text` as the first of them; without it when `text` is empty."""
    if notations and notations[0][0] == text:
        return notations
    return ([[text, "", ""]] if text else []) + notations[1:]


class RecordedMixin:
    """Saves in one transaction with the audit row and what search has to hear."""

    def save_instance(self):
        with transaction.atomic():
            before = snapshot(self.form.instance)
            concept = super().save_instance()
            changed(concept, by=self.request.user, before=before)
        return concept


class ConceptCreateView(RecordedMixin, views.CreateView):
    pass


class ConceptEditView(RecordedMixin, views.EditView):
    pass


class ConceptFilterSet(WagtailFilterSet):
    facet = django_filters.ChoiceFilter(
        label=gettext_lazy("Facet"), field_name="schemes__facet", choices=Facet.choices, distinct=True
    )
    schemes = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Concept scheme"), queryset=ConceptScheme.objects.all()
    )
    status = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=ConceptStatus.choices)

    class Meta:
        model = Concept
        fields = ["facet", "schemes", "status"]


class ConceptIndexView(views.IndexView):
    def get_base_queryset(self):
        return Concept.objects.with_labels().prefetch_related("schemes")

    def search_queryset(self, queryset):
        return labelled(queryset, self.search_query) if self.is_searching else queryset

    @cached_property
    def columns(self):
        return [
            self._get_title_column("__str__"),
            Column("languages", label=_("In other languages"), accessor=other_names),
            Column("schemes", label=_("Concept scheme"), accessor=scheme_names),
            Column("status", label=_("Status"), accessor="get_status_display"),
        ]


def other_names(concept):
    """The terms in our languages, the one that stands as title left out."""
    labels = [label for label in concept.preferred() if label.language[:2].lower() in ("en", "zh")]
    return " · ".join(label.text for label in labels if label.text != concept.name)


def scheme_names(concept):
    return " · ".join(str(scheme) for scheme in concept.schemes.all())


# ---------------------------------------------------------------- choosing one
class ConceptSearchForm(SearchFilterMixin, BaseFilterForm):
    """Finds by label in any language; by facet and scheme too."""

    facet = forms.ChoiceField(label=gettext_lazy("Facet"), required=False, choices=[("", "–"), *Facet.choices])

    def filter(self, objects):
        words, facet = self.cleaned_data.get("q"), self.cleaned_data.get("facet")
        self.is_searching, self.search_query = bool(words), words
        if words:
            objects = labelled(objects, words)
        return objects.filter(schemes__facet=facet).distinct() if facet else objects


class ConceptChooseMixin:
    """Offers current concepts with the way down to them and their scheme."""

    filter_form_class = ConceptSearchForm
    ordering = ["pk"]

    def get_object_list(self):
        return Concept.objects.offered().with_labels().prefetch_related("schemes", "relations__target__labels")

    @property
    def columns(self):
        return [
            self.title_column,
            Column("languages", label=_("In other languages"), accessor=other_names),
            Column("place", label=_("Narrower than"), accessor=broader_names),
            Column("schemes", label=_("Concept scheme"), accessor=scheme_names),
        ]


def broader_names(concept):
    """The concepts right above."""
    broader = [relation.target for relation in concept.relations.all() if relation.kind == RelationKind.BROADER]
    for target in broader:
        target.preferred_labels = [label for label in target.labels.all() if label.kind == "pref"]
    return " · ".join(target.name for target in broader)


class ConceptChooseView(ConceptChooseMixin, chooser.ChooseView):
    pass


class ConceptChooseResultsView(ConceptChooseMixin, chooser.ChooseResultsView):
    pass


class ConceptChooserViewSet(chooser.SnippetChooserViewSet):
    choose_view_class = ConceptChooseView
    choose_results_view_class = ConceptChooseResultsView


class ConceptViewSet(SnippetViewSet):
    model = Concept
    icon = "tag"
    menu_label = gettext_lazy("Concepts")
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView
    chooser_viewset_class = ConceptChooserViewSet
    filterset_class = ConceptFilterSet
    copy_view_enabled = False
    search_fields = ["labels__text"]  # switches the box on; `search_queryset` looks
    search_backend_name = None
    list_per_page = 50
    edit_handler = ObjectList(
        [
            InlinePanel(
                "labels",
                heading=gettext_lazy("Labels"),
                label=gettext_lazy("Label"),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("language"), FieldPanel("text")])],
                help_text=gettext_lazy(
                    "One preferred label in each language (en, zh-Hans), other names as alternative."
                ),
            ),
            InlinePanel(
                "notes",
                heading=gettext_lazy("Notes"),
                label=gettext_lazy("Note"),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]), FieldPanel("text")],
            ),
            InlinePanel(
                "relations",
                heading=gettext_lazy("Broader and related concepts"),
                label=gettext_lazy("Relation"),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("target")])],
            ),
            InlinePanel(
                "memberships",
                heading=gettext_lazy("Concept schemes"),
                label=gettext_lazy("Concept scheme"),
                panels=[FieldRowPanel([FieldPanel("scheme"), FieldPanel("is_top")])],
            ),
            InlinePanel(
                "mappings",
                heading=gettext_lazy("The same elsewhere"),
                label=gettext_lazy("Mapping"),
                panels=[FieldRowPanel([FieldPanel("kind"), FieldPanel("target_uri")])],
            ),
            MultiFieldPanel(
                [FieldPanel("status"), FieldPanel("notation"), FieldPanel("uri")], heading=gettext_lazy("Facts")
            ),
        ],
        base_form_class=ConceptForm,
    )


def remove_concepts(request, concepts):
    """In place of Wagtail's deleting, of one or many: what is used is marked deprecated, and all is written down."""
    concepts = [concept for concept in concepts if isinstance(concept, Concept)]
    if request.method != "POST" or not concepts:
        return None
    with transaction.atomic():
        kept = [concept for concept in concepts if not remove(concept, by=request.user)]
    gone = len(concepts) - len(kept)
    if gone:
        messages.success(request, _("Deleted: %(number)d.") % {"number": gone})
    if kept:
        text = _("In use, so marked deprecated and not offered any more: %(names)s.")
        messages.warning(request, text % {"names": ", ".join(concept.name for concept in kept)})
    return redirect(list_of(Concept))


# ---------------------------------------------------------------- schemes
class SchemeForm(WagtailAdminModelForm):
    """A scheme with its title and description in both languages; other languages stay as they came."""

    title_en = CharField(label=gettext_lazy("Title (English)"), max_length=300)
    title_zh = CharField(label=gettext_lazy("Title (Chinese)"), max_length=300, required=False)
    description_en = CharField(label=gettext_lazy("Description (English)"), widget=forms.Textarea, required=False)
    description_zh = CharField(label=gettext_lazy("Description (Chinese)"), widget=forms.Textarea, required=False)

    TEXTS = (
        ("title_en", "titles", "en"),
        ("title_zh", "titles", "zh-Hans"),
        ("description_en", "descriptions", "en"),
        ("description_zh", "descriptions", "zh-Hans"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uri"].required = False
        self.fields["uri"].disabled = bool(self.instance.pk)
        for name, texts, language in self.TEXTS:
            self.fields[name].initial = getattr(self.instance, texts).get(language, "")

    def clean_uri(self):
        return uri_of(self)

    def save(self, commit=True):
        for name, texts, language in self.TEXTS:
            kept = {tag: text for tag, text in getattr(self.instance, texts).items() if tag != language}
            said = {language: self.cleaned_data[name].strip()} if self.cleaned_data[name].strip() else {}
            setattr(self.instance, texts, said | kept)
        return super().save(commit)


class SchemeRecordedMixin:
    """Saves a scheme with its audit row; its concepts are told, since their facet may be another."""

    def save_instance(self):
        with transaction.atomic():
            before = scheme_facts(ConceptScheme.objects.filter(pk=self.form.instance.pk).first())
            scheme = super().save_instance()
            action = "scheme-changed" if before else "scheme-added"
            record(action, scheme, by=self.request.user, before=before, after=scheme_facts(scheme))
            tell("concepts_imported", scheme)
        return scheme


def scheme_facts(scheme):
    """What the audit keeps of a scheme."""
    if scheme is None:
        return {}
    return {"uri": scheme.uri, "facet": str(scheme.facet), "titles": scheme.titles}


class SchemeCreateView(SchemeRecordedMixin, views.CreateView):
    pass


class SchemeEditView(SchemeRecordedMixin, views.EditView):
    pass


class SchemeFilterSet(WagtailFilterSet):
    facet = django_filters.ChoiceFilter(label=gettext_lazy("Facet"), choices=Facet.choices)

    class Meta:
        model = ConceptScheme
        fields = ["facet"]


class SchemeIndexView(views.IndexView):
    def get_base_queryset(self):
        return ConceptScheme.objects.annotate(number=Count("memberships"))

    @cached_property
    def columns(self):
        return [
            self._get_title_column("__str__"),
            Column("facet", label=_("Facet"), accessor="get_facet_display"),
            Column("number", label=_("Concepts"), accessor="number"),
            Column("uri", label=_("URI"), accessor="uri"),
        ]


class SchemeViewSet(SnippetViewSet):
    model = ConceptScheme
    icon = "list-ul"
    menu_label = gettext_lazy("Concept schemes")
    index_view_class = SchemeIndexView
    add_view_class = SchemeCreateView
    edit_view_class = SchemeEditView
    filterset_class = SchemeFilterSet
    copy_view_enabled = False
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("title_en"),
            FieldPanel("title_zh"),
            FieldPanel("facet"),
            FieldPanel("description_en"),
            FieldPanel("description_zh"),
            FieldPanel("uri"),
        ],
        base_form_class=SchemeForm,
    )


def remove_schemes(request, schemes):
    """In place of Wagtail's deleting: a scheme with concepts stays, since they would stand nowhere."""
    schemes = [scheme for scheme in schemes if isinstance(scheme, ConceptScheme)]
    if request.method != "POST" or not schemes:
        return None
    for scheme in schemes:
        if scheme.is_holding or scheme.memberships.exists():
            messages.error(request, _("“%(scheme)s” has concepts. Move or delete them first.") % {"scheme": scheme})
            continue
        with transaction.atomic():
            record("scheme-deleted", scheme, by=request.user, before=scheme_facts(scheme))
            scheme.delete()
        messages.success(request, _("Deleted: %(scheme)s.") % {"scheme": scheme})
    return redirect(list_of(ConceptScheme))


class VocabularyGroup(SnippetViewSetGroup):
    items = (ConceptViewSet, SchemeViewSet)
    menu_label = gettext_lazy("Vocabularies")
    menu_icon = "tag"
    menu_order = 130
