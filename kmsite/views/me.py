"""One's own page: what I wrote, what waits for me, how I am shown, and the way out."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from kmsite.accounts.own import CloseForm, SettingsForm, TopicForm, person_of
from kmsite.accounts.people import close_account, sign_out_everywhere
from knowledge.application.own import everything_kept, sections_for
from knowledge.models import PersonConcept
from knowledge.policies import check_download
from knowledge.throttle import count_request
from knowledge.views.person import with_topics


@method_decorator(never_cache, name="dispatch")
class OwnPage(LoginRequiredMixin):
    """For signed-in people about themselves."""

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "person": person_of(self.request.user)}


class MeView(OwnPage, TemplateView):
    template_name = "kmsite/me.html"

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "sections": sections_for(self.request.user)}


class SettingsView(OwnPage, FormView):
    template_name = "kmsite/me_settings.html"
    form_class = SettingsForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "person": person_of(self.request.user)}

    def form_valid(self, form):
        user = form.save()
        with override(user.language):  # the answer is in the language that was just chosen
            messages.success(self.request, _("Your settings were saved."))
            return redirect("me_settings")


class TopicsView(OwnPage, FormView):
    """What I know: a concept is found by typing one of its labels; several that match are offered to choose from."""

    template_name = "kmsite/me_topics.html"
    form_class = TopicForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "person": person_of(self.request.user)}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["knows"] = with_topics(context["person"].knows.all())
        return context

    def form_valid(self, form):
        if form.choices:
            return self.render_to_response(self.get_context_data(form=form))
        topic = form.save()
        messages.success(self.request, _("“%(topic)s” was added.") % {"topic": topic.concept})
        return redirect("me_topics")


@require_POST
@login_required
def remove_topic(request, pk):
    mine = PersonConcept.objects.filter(person__user=request.user)
    get_object_or_404(mine, pk=pk).delete()
    return redirect("me_topics")


@never_cache
@login_required
def download(request):
    """Everything kept about me, as one JSON file."""
    check_download(request.user, person_of(request.user))
    count_request("export", request)
    kept = {"made": timezone.now().isoformat(), **everything_kept(request.user)}
    response = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
@login_required
def sign_out(request):
    """End my other sessions; this one goes on."""
    sign_out_everywhere(request.user, by=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("me_settings")


class CloseView(OwnPage, FormView):
    template_name = "kmsite/me_close.html"
    form_class = CloseForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        user = self.request.user
        close_account(user, by=user)
        logout(self.request)
        return self.render_to_response({"closed": True})
