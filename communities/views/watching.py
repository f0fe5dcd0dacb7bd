"""Being told when a thread goes on, and not any more: one click, from a mail too."""

from django.contrib import messages
from django.forms import Form
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from communities.interaction.socialization import stop_letters, unwatch, watch
from communities.models import Watch
from communities.views.community import crumbs_of
from communities.views.finding import TalkView, thread_of
from knowledge.throttle import throttled


class WatchView(TalkView):
    """`on=yes` begins, `on=no` ends it."""

    form_class = Form
    template_name = "communities/confirm.html"

    def find(self):
        self.thread = thread_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Tell me when somebody writes here"),
            lead=_("You get a letter when “%(title)s” goes on. Each letter has an address that ends it.")
            % {"title": self.thread.title},
            action=_("Tell me"),
            back=self.thread.get_absolute_url(),
            crumbs=crumbs_of(self.thread.community, self.thread),
            **kwargs,
        )

    def act(self, form):
        if self.request.POST.get("on") == "no":
            for mine in Watch.objects.filter(thread=self.thread, user=self.request.user):
                unwatch(mine)
            messages.success(self.request, _("You are not told about this thread any more."))
        else:
            watch(self.thread, by=self.request.user)
            messages.success(self.request, _("You are told when somebody writes here."))
        return self.thread


@method_decorator([never_cache, csrf_exempt, throttled("stop-letters")], name="dispatch")
class OffView(View):
    """The address in a letter: mail programs POST to it without a key (List-Unsubscribe-Post), people press a button.

    It tells nothing of the thread: the letter may have been passed on. A used and a made-up address answer the same.
    """

    def get(self, request, token):
        return self.answer(request, is_done=False)

    def post(self, request, token):
        stop_letters(token)
        return self.answer(request, is_done=True)

    def answer(self, request, **shown):
        response = render(request, "communities/off.html", shown)
        response["Referrer-Policy"] = "no-referrer"  # the address is a secret
        response["X-Robots-Tag"] = "noindex"
        return response
