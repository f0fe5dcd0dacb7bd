"""A steward lets a step of a thread be skipped, with a reason that is kept."""

from django.contrib import messages
from django.utils.translation import gettext as _

from communities.forms.spiral import SkipForm
from communities.interaction.skipping import skip
from communities.policies import check_skip
from communities.seci import Mode
from communities.views.community import crumbs_of
from communities.views.finding import TalkView, thread_of


class SkipView(TalkView):
    form_class = SkipForm
    template_name = "communities/confirm.html"

    def find(self):
        self.thread = thread_of(self.request, self.kwargs["pk"])

    def check(self):
        check_skip(self.request.user, self.thread)

    def get_initial(self):
        return {"mode": self.thread.stage}

    def get_context_data(self, **kwargs):
        thread = self.thread
        return super().get_context_data(
            title=_("Skip a step"),
            lead=_(
                "Sometimes a step has happened elsewhere, or makes no sense here. Say why; the ribbon shows it as skipped."
            ),
            action=_("Skip it"),
            back=thread.get_absolute_url(),
            crumbs=crumbs_of(thread.community, thread),
            **kwargs,
        )

    def act(self, form):
        skip(self.thread, Mode(form.cleaned_data["mode"]), reason=form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Skipped. The reason stands with the thread."))
        return self.thread
