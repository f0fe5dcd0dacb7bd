"""The results that librarians put first: all of them, which still hold, their order, and taking them away."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from knowledge.models import Concept, SearchPin
from knowledge.policies import allows, check_curate
from knowledge.search.api import hits_of
from knowledge.search.pins import drop_pin, raise_pin
from knowledge.throttle import throttled
from knowledge.views.searches import ForStaffMixin, crumbs, of_searches

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A pin as a librarian reads it: for what, which thing ("" and no address when it is gone), and how it stands."""

    pin: SearchPin
    topic: Concept | None
    title: str
    url: str
    kind: str
    state: str  # holds · ended · closed (visitors do not see the thing) · gone


def lines(pins, user):
    """`pins` as Lines, with a constant number of queries for each kind of thing."""
    pins = list(pins)
    keys = [pin.key for pin in pins]
    seen, open_to_all = ({hit.entry.key: hit for hit in hits_of(keys, one)} for one in (user, AnonymousUser()))
    topics = Concept.objects.with_labels().in_bulk({pin.concept_id for pin in pins if pin.concept_id})
    found = []
    for pin in pins:
        hit = seen.get(pin.key)
        title, url, kind = (hit.entry.title, hit.url, hit.label) if hit else ("", "", "")
        found.append(Line(pin, topics.get(pin.concept_id), title, url, kind, _state(pin, seen, open_to_all)))
    return found


def _state(pin, seen, open_to_all):
    if pin.until and pin.until < timezone.localdate():
        return "ended"
    if pin.key not in seen:
        return "gone"
    return "holds" if pin.key in open_to_all else "closed"


@method_decorator(throttled("edit"), name="dispatch")
class PinsView(ForStaffMixin, TemplateView):
    template_name = "knowledge/pins.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        page = Paginator(SearchPin.objects.visible_to(user), PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **super().get_context_data(**kwargs),
            "lines": lines(page.object_list, user),
            "page_obj": page,
            "may_choose": allows(check_curate, user),
            "crumbs": crumbs(of_searches()),
        }

    def post(self, request, *args, **kwargs):
        acts = {"raise": raise_pin, "drop": drop_pin}
        pin = get_object_or_404(SearchPin.objects.visible_to(request.user), pk=_key(request.POST.get("pin", "")))
        act = acts.get(request.POST.get("do"))
        if act is None:
            raise Http404
        act(pin, by=request.user)
        said = _("It stands first no longer.") if act is drop_pin else _("It stands one place further up now.")
        messages.success(request, said)
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back if is_ours else "search_pins")


def _key(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
