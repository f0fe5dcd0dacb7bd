"""What a browser needs to search here from its own box: a description and suggestions, after OpenSearch 1.1."""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knowledge import house
from knowledge.search import api

LONGEST_SHORT_NAME = 16  # characters, by the specification
DESCRIPTION = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"


@require_safe
def description(request):
    """The description document in the language of its address."""
    name = house.names().get(get_language(), "")
    context = {"name": name, "short_name": name[:LONGEST_SHORT_NAME].strip()}
    return render(request, "knowledge/opensearch.xml", context, content_type=DESCRIPTION)


@require_safe
def suggestions(request):
    """What was typed, then names, kinds and addresses: four lists as browsers read them."""
    text = request.GET.get("q", "")
    hits = api.suggest(text, request.user)
    addresses = [request.build_absolute_uri(hit.url) for hit in hits]
    rows = [text, [hit.entry.title for hit in hits], [hit.label for hit in hits], addresses]
    response = JsonResponse(rows, safe=False, content_type=SUGGESTIONS)
    if request.user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response
