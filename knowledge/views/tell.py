"""Tell us: a page for everybody, and one where the teller reads what became of it."""

from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, FormView

from knowledge.acquisition.telling import take_in
from knowledge.forms.capture import TellForm
from knowledge.models import Capture, Entry
from knowledge.rules import Channel
from knowledge.throttle import throttled


@method_decorator([never_cache, throttled("post")], name="dispatch")
class TellView(FormView):
    """The form; `?about=` carries along the words or the topic, `?entry=` the entry that somebody came from."""

    form_class = TellForm
    template_name = "knowledge/tell.html"

    def get_initial(self):
        entry = self._entry(self.request.GET.get("entry"))
        about = entry.title if entry else self.request.GET.get("about", "")
        return {"about": about[:200], "entry": entry.pk if entry else None}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "known": self._person()}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return {**context, "about": form["about"].value() or "", "person": self._person()}

    def form_valid(self, form):
        told, person = form.cleaned_data, self._person()
        capture = take_in(
            told["text"],
            form_key=told["form_key"],
            channel=Channel.INFORMAL,
            teller=person,
            teller_name=person.name if person else told["name"],
            teller_email=self.request.user.email if person else told["email"],
            may_name=told["may_name"],
            about=told["about"],
            about_entry=self._entry(told["entry"]),
        )
        return redirect("told", token=capture.token)

    def _person(self):
        user = self.request.user
        return getattr(user, "person", None) if user.is_authenticated else None

    def _entry(self, pk):
        """The entry that the reader may see, else none: the form tells nothing of what is hidden."""
        if not str(pk or "").isdecimal() or len(str(pk)) > 18:
            return None
        return Entry.objects.live().visible_to(self.request.user).filter(pk=pk).first()


@method_decorator(never_cache, name="dispatch")
class ToldView(DetailView):
    """What became of it; the token in the address is the key, so nothing here is for anybody else."""

    model = Capture
    slug_field = slug_url_kwarg = "token"
    template_name = "knowledge/told.html"
    context_object_name = "capture"

    def get_queryset(self):
        return Capture.objects.select_related("entry")

    def get_context_data(self, **kwargs):
        readable = Entry.objects.live().visible_to(self.request.user)
        entry = readable.filter(pk=self.object.entry_id).first() if self.object.entry_id else None
        return super().get_context_data(entry=entry, **kwargs)

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"  # the address is a secret
        response["X-Robots-Tag"] = "noindex"
        return response
