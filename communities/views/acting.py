"""Forms that do something: a refusal of the domain is shown on the form, with everything that was typed."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import get_callable
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView


def reason_of(refusal):
    """What a `PermissionDenied` or `ValidationError` says, as one text."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def signed_out(request):
    """The answer to whoever was signed out meanwhile: it says so, and gives back what they wrote."""
    return get_callable(settings.CSRF_FAILURE_VIEW)(request)


def for_signed_in(view):
    """Decorate a view that a script asks: it would take the page to sign in on for the answer."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        return view(request, *args, **kwargs) if request.user.is_authenticated else signed_out(request)

    return asked


@method_decorator(never_cache, name="dispatch")
class ActingView(LoginRequiredMixin, FormView):
    """A form for who is signed in. `act(form)` calls the domain and returns the thing to go to."""

    http_method_names = ["get", "post", "head", "options"]  # Django takes a PUT for a form that was sent

    def form_valid(self, form):
        try:
            return redirect(self.act(form))
        except (PermissionDenied, ValidationError) as refusal:
            form.add_error(None, reason_of(refusal))
            return self.form_invalid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def act(self, form):
        raise NotImplementedError

    def handle_no_permission(self):
        """Whoever was signed out meanwhile is told so; others sign in and come back."""
        if self.request.method == "POST" or self.request.htmx:
            return signed_out(self.request)
        return super().handle_no_permission()
