"""Keeping a search: naming it, changing it, following it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from knowledge.application.saved import delete_search, rename_search, renew_feed, save_search
from knowledge.forms.saved import LONGEST_NAME, NameForm
from knowledge.models import SavedSearch
from knowledge.models.saved import LONGEST_QUERY
from knowledge.policies import allows, check_keep_search
from knowledge.search import api
from knowledge.search.backends.base import Sort
from knowledge.search.query import clean
from knowledge.throttle import throttled
from knowledge.views.narrowing import Narrowing

limited = method_decorator([never_cache, throttled("edit")], name="dispatch")


@limited
class SaveSearchView(LoginRequiredMixin, FormView):
    """Keep the search that the address asks for, under a name."""

    template_name = "knowledge/search_save.html"
    form_class = NameForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.words = clean(request.GET.get("q", ""))[:LONGEST_QUERY]
        self.narrowing = Narrowing(request, sort=Sort.RELEVANCE)

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.words else redirect("search")

    def get_initial(self):
        return {"name": self.words[:LONGEST_NAME]}

    def get_context_data(self, **kwargs):
        results = api.search(self.words, self.request.user, filters=self.narrowing.filters, per_page=1)
        chips = self.narrowing.chips(results.panels)
        may_save = allows(check_keep_search, self.request.user)
        return {**super().get_context_data(**kwargs), "query": self.words, "chips": chips, "may_save": may_save}

    def form_valid(self, form):
        saved = save_search(
            form.cleaned_data["name"],
            self.words,
            by=self.request.user,
            filters=self.narrowing.filters,
            exact="exact" in self.request.GET,
            left_out=self.narrowing.left_out,
        )
        messages.success(self.request, _("“%(name)s” is kept. You find it on your page.") % {"name": saved})
        return redirect("saved_search", pk=saved.pk)


@limited
class SavedSearchView(LoginRequiredMixin, FormView):
    """One kept search of one's own: rename it, follow it, give its feed a new address, delete it."""

    template_name = "knowledge/search_saved.html"
    form_class = NameForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.saved = None
        if request.user.is_authenticated:
            self.saved = get_object_or_404(SavedSearch.objects.visible_to(request.user), pk=kwargs["pk"])

    def get_initial(self):
        return {"name": self.saved.name}

    def get_context_data(self, **kwargs):
        feed = self.request.build_absolute_uri(self.saved.feed)
        return {**super().get_context_data(**kwargs), "saved": self.saved, "feed": feed}

    def post(self, request, *args, **kwargs):
        if request.POST.get("do") == "renew":
            renew_feed(self.saved, by=request.user)
            messages.success(request, _("The feed has a new address. The old one no longer answers."))
            return redirect("saved_search", pk=self.saved.pk)
        if request.POST.get("do") == "delete":
            delete_search(self.saved, by=request.user)
            messages.success(request, _("“%(name)s” is no longer kept.") % {"name": self.saved})
            return redirect(reverse("search"))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        rename_search(self.saved, form.cleaned_data["name"], by=self.request.user)
        messages.success(self.request, _("The search is now called “%(name)s”.") % form.cleaned_data)
        return redirect("saved_search", pk=self.saved.pk)
