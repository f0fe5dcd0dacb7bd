"""What a page of results tells of itself, when script runs: what was opened."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from knowledge.search import events
from knowledge.throttle import throttled

MOST_HANDLES = 2  # the search, and the same one narrowed


@csrf_exempt  # a beacon has no token; a handle that we signed for the page stands for it, and opens nothing else
@require_POST
@throttled("note")
def opened(request):
    """Note that a result was opened. The answer is empty and the same whatever was sent."""
    for handle in request.POST.getlist("event")[:MOST_HANDLES]:
        events.opened(handle, request.POST.get("kind", ""), request.POST.get("place", ""))
    return HttpResponse(status=204)
