"""Combination: the librarians' desk, where distillations wait, and the form that brings them together in an entry."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import ListView

from communities.components.desk import give_alike
from communities.forms.spiral import CombineForm
from communities.interaction.combination import combine
from communities.models import Combination, Distillation
from communities.policies import check_combine
from communities.views.acting import ActingView
from knowledge.models import Entry
from knowledge.search.api import search
from knowledge.search.backends.base import Sort
from knowledge.throttle import throttled

SIMILAR = 6
MOST = 20  # distillations that are brought together at once


class LibrarianMixin(LoginRequiredMixin):
    """For librarians; others who are signed in learn who may."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            check_combine(request.user)
        return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class DeskView(LibrarianMixin, ListView):
    """What waits, the oldest first; and what was brought together and waits to be published."""

    template_name = "communities/desk.html"
    context_object_name = "waiting"
    paginate_by = 20

    def get_queryset(self):
        waiting = Distillation.objects.visible_to(self.request.user).waiting()
        waiting = waiting.select_related("thread__community", "made_by").prefetch_related("chosen")
        return waiting.order_by("released_at", "pk")

    def get_context_data(self, **kwargs):
        entries = Entry.objects.visible_to(self.request.user)
        unpublished = Combination.objects.filter(published_at=None, entry__in=entries.values("pk"))
        unpublished = unpublished.select_related("entry__locale", "made_by").prefetch_related("distillations")
        crumbs = [(reverse("communities"), _("Communities"))]
        context = super().get_context_data(
            unpublished=list(unpublished.order_by("-made_at", "-pk")[:20]), crumbs=crumbs, **kwargs
        )
        give_alike(context["waiting"], self.request.user)
        return context


def keys_in(values, most=MOST):
    """The keys among `values`, each once, in their order."""
    return list(dict.fromkeys(int(key) for key in values if key.isdecimal() and len(key) < 18))[:most]


@method_decorator(throttled("edit"), name="dispatch")
class CombineView(LibrarianMixin, ActingView):
    """`?d=4&d=9`: those that were chosen on the desk, `q` looks for an entry that takes them in."""

    form_class = CombineForm
    template_name = "communities/combine.html"

    @cached_property
    def asked_for(self):
        return keys_in(self.request.GET.getlist("d"))

    @cached_property
    def chosen(self):
        """Those that may still be brought together; others were taken back meanwhile, or are none of this reader's."""
        found = Distillation.objects.visible_to(self.request.user)
        found = found.filter(pk__in=self.asked_for, released_at__isnull=False)
        return list(found.select_related("thread__community", "made_by").order_by("made_at", "pk"))

    @property
    def is_whole(self):
        return len(self.chosen) == len(self.asked_for)

    def get(self, request, *args, **kwargs):
        if not self.asked_for:
            messages.info(request, _("Choose at least one distillation first."))
            return redirect("desk")
        if not self.chosen:
            raise Http404
        return super().get(request, *args, **kwargs)

    # ------------------------------------------------------------ where it may go
    @cached_property
    def entries(self):
        """Entries that say something like it, or that were looked for; and the one that was chosen on the form."""
        found = {hit.thing.pk: hit.thing for hit in self.similar()}
        for key in keys_in([self.request.POST.get("target", "")]):
            if key not in found:  # the search finds others by now
                found |= Entry.objects.visible_to(self.request.user).select_related("locale").in_bulk([key])
        return list(found.values())

    def similar(self):
        words = self.request.GET.get("q") or " ".join(one.title for one in self.chosen)
        filters = {"type": ("entry",)}
        return search(words[:200], self.request.user, filters=filters, sort=Sort.RELEVANCE, per_page=SIMILAR).hits

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "entries": self.entries}

    def get_initial(self):
        for first in self.chosen[:1]:
            return {"title": first.title, "language": first.language or get_language()}
        return {}

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("communities"), _("Communities")), (reverse("desk"), _("To be brought together"))]
        asked = self.request.GET.get("q", "")
        left = [("d", one.pk) for one in self.chosen]
        return super().get_context_data(
            chosen=self.chosen,
            entries=self.entries,
            asked=asked,
            address=urlencode([*left, ("q", asked)] if asked else left),
            is_whole=self.is_whole,
            crumbs=crumbs,
            **kwargs,
        )

    # ------------------------------------------------------------ bringing together
    def form_valid(self, form):
        if self.chosen and not self.is_whole:
            form.add_error(None, _("Something was taken back meanwhile. Look once more at what goes in, then go on."))
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, form):
        fields = {"says_it_already": form.cleaned_data["says_it_already"]} if form.entry else form.new_entry()
        made = combine(self.chosen, by=self.request.user, entry=form.entry, **fields)
        messages.success(
            self.request,
            _("The draft is made. Edit it and submit it for approval; publishing it completes the step."),
        )
        return reverse("wagtailadmin_pages:edit", args=[made.entry_id])
