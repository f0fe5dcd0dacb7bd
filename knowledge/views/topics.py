"""Topics: the vocabularies by facet, an index of each, and a page for every concept."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import DetailView, TemplateView

from knowledge.models import Concept, ConceptScheme, Entry
from knowledge.organization import topics
from knowledge.organization.skos.writing import concept_graph, written
from knowledge.rules import Facet

TOPS_A_PAGE, LABELS_A_PAGE, FOUND_A_PAGE, ENTRIES_A_PAGE = 60, 120, 50, 10
LONGEST_WORDS = 200
MEDIA_TYPES = {"ttl": "text/turtle; charset=utf-8", "json-ld": "application/ld+json"}


def readable(request):
    """The published entries that the reader may see: every count starts here."""
    return Entry.objects.live().visible_to(request.user)


class TopicsView(TemplateView):
    """All schemes by facet; `?scheme=` one of them, with `&letter=` its index; `?q=` labels that contain some words."""

    template_name = "knowledge/topics.html"

    def get_context_data(self, **kwargs):
        query = self.request.GET
        words = query.get("q", "").strip()[:LONGEST_WORDS]
        scheme = self._scheme(query.get("scheme", ""))
        context = {**super().get_context_data(**kwargs), "scheme": scheme, "words": words}
        if words:
            return {**context, **self._found(words, scheme)}
        if scheme is None:
            return {**context, "facets": self._facets()}
        return {**context, **self._index(scheme, query.get("letter", "")[:1].lower())}

    def _scheme(self, key):
        if not key:
            return None
        if not key.isascii() or not key.isdigit() or len(key) > 18:
            raise Http404
        return get_object_or_404(ConceptScheme, pk=key)

    def _page(self, things, size):
        return Paginator(things, size).get_page(self.request.GET.get("page"))

    def _facets(self):
        """(facet, its name, its schemes) of the five, then of the schemes of none."""
        names = {**{facet: facet.label for facet in Facet}, "": _("Other vocabularies")}
        found = topics.schemes_by_facet(readable(self.request))
        return [(facet, names[facet], lines) for facet, lines in found.items() if facet or lines]

    def _found(self, words, scheme):
        page = self._page(topics.named(words, scheme), FOUND_A_PAGE)
        return {"page_obj": page, "found": topics.in_order(page.object_list)}

    def _index(self, scheme, letter):
        labels = topics.index_labels(scheme)
        context = {"letters": topics.letters(labels), "letter": letter, "number": topics.size_of(scheme)}
        if letter:
            if letter not in context["letters"]:
                raise Http404
            chosen = topics.sorted_labels(topics.beginning_with(labels, letter))
            return {**context, "page_obj": self._page(chosen, LABELS_A_PAGE)}
        tops = labels.filter(concept__in=topics.top_of(scheme))
        page = self._page(topics.sorted_labels(tops), TOPS_A_PAGE)
        concepts = Concept.objects.filter(pk__in=[label.concept_id for label in page])
        numbers = {concept.pk: concept for concept in topics.counted(concepts, readable(self.request))}
        return {**context, "page_obj": page, "tops": [numbers[label.concept_id] for label in page]}


class TopicView(DetailView):
    """One concept: what it means, where it stands, what is known about it and who knows."""

    template_name = "knowledge/topic.html"
    context_object_name = "concept"

    def get_queryset(self):
        return Concept.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        topic = topics.Topic(self.object, self.request.user, readable(self.request))
        page = Paginator(topic.best_entries(), ENTRIES_A_PAGE).get_page(self.request.GET.get("page"))
        return {
            **context,
            "topic": topic,
            "page_obj": page,
            "people": topic.people(),
            "crumbs": self._crumbs(topic),
            "tell_query": urlencode({"about": self.object.name}),
        }

    def _crumbs(self, topic):
        """The way here over the first path, from the list of topics on."""
        path = topic.paths[0] if topic.paths else []
        return [(reverse("topics"), _("Topics")), *((concept.get_absolute_url(), concept.name) for concept in path)]


def topic_file(request, pk, file_format):
    """One concept as SKOS, for cataloguers and programs."""
    concept = get_object_or_404(Concept.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(written(concept_graph(concept), file_format), content_type=MEDIA_TYPES[file_format])
    ending = {"ttl": "ttl", "json-ld": "jsonld"}[file_format]
    response["Content-Disposition"] = f'attachment; filename="topic-{concept.pk}.{ending}"'
    return response
