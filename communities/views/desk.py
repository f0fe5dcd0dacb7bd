"""Combination: the librarians' desk, where distillations wait, and the form that brings them together in an entry."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import ListView

from communities.forms.spiral import CombineForm
from communities.interaction.combination import combine
from communities.models import Combination, Distillation
from communities.policies import check_combine
from communities.views.acting import ActingView
from knowledge.models import Entry
from knowledge.search.api import search
from knowledge.search.backends.base import Sort

SIMILAR = 6


class LibrarianMixin(LoginRequiredMixin):
    """For librarians; others who are signed in learn who may."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            check_combine(request.user)
        return super().dispatch(request, *args, **kwargs)


class DeskView(LibrarianMixin, ListView):
    """What waits, the oldest first; and what was brought together and waits to be published."""

    template_name = "communities/desk.html"
    context_object_name = "waiting"
    paginate_by = 20

    def get_queryset(self):
        waiting = Distillation.objects.visible_to(self.request.user).waiting()
        waiting = waiting.select_related("thread__community", "made_by").prefetch_related("chosen__post__author")
        return waiting.order_by("released_at", "pk")

    def get_context_data(self, **kwargs):
        entries = Entry.objects.visible_to(self.request.user)
        unpublished = Combination.objects.filter(published_at=None, entry__in=entries.values("pk"))
        unpublished = unpublished.select_related("entry__locale", "made_by").prefetch_related("distillations")
        return super().get_context_data(unpublished=unpublished.order_by("-made_at")[:20], **kwargs)


class CombineView(LibrarianMixin, ActingView):
    """`?d=4&d=9`: those that were chosen on the desk, entries like them, and where they go."""

    form_class = CombineForm
    template_name = "communities/combine.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        keys = [key for key in request.GET.getlist("d") if key.isdecimal() and len(key) < 18]
        self.chosen = self.readable(keys) if request.user.is_authenticated else []

    def readable(self, keys):
        found = Distillation.objects.visible_to(self.request.user).filter(pk__in=keys, released_at__isnull=False)
        return list(found.select_related("thread__community", "made_by").order_by("made_at", "pk"))

    def get(self, request, *args, **kwargs):
        if not request.GET.getlist("d"):
            messages.info(request, _("Choose at least one distillation first."))
            return redirect("desk")
        if not self.chosen:
            raise Http404
        return super().get(request, *args, **kwargs)

    def similar(self):
        """Entries that say something like it, and the one that was looked for by name."""
        asked = self.request.GET.get("q") or " ".join(one.title for one in self.chosen)
        hits = search(
            asked[:200], self.request.user, filters={"type": ("entry",)}, sort=Sort.RELEVANCE, per_page=SIMILAR
        ).hits
        return [hit.thing for hit in hits]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "entries": self.entries}

    @property
    def entries(self):
        if not hasattr(self, "_entries"):
            self._entries = self.similar()
        return self._entries

    def get_initial(self):
        first = self.chosen[0]
        return {"title": first.title, "language": first.language or get_language()}

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("communities"), _("Communities")), (reverse("desk"), _("To be brought together"))]
        return super().get_context_data(
            chosen=self.chosen, entries=self.entries, asked=self.request.GET.get("q", ""), crumbs=crumbs, **kwargs
        )

    def form_valid(self, form):
        response = super().form_valid(form)
        if response.status_code == 302:
            messages.success(
                self.request,
                _("The draft is made. Edit it and submit it for approval; publishing it completes the step."),
            )
        return response

    def act(self, form):
        fields = {"says_it_already": form.cleaned_data["says_it_already"]} if form.entry else form.new_entry()
        made = combine(self.chosen, by=self.request.user, entry=form.entry, **fields)
        return reverse("wagtailadmin_pages:edit", args=[made.entry_id])
