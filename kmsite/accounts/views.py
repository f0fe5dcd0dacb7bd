"""Two buttons of an account in the admin, each with a page that asks first."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from kmsite.accounts.people import drop_second_factor, unlock
from kmsite.models import User
from knowledge.policies import check_manage_account


class AskFirst(WagtailAdminTemplateMixin, TemplateView):
    """Say what will happen, do it on POST, go back to the list."""

    template_name = "wagtailusers/ask_first.html"
    header_icon = "user"
    question = done = button = None
    act = None

    def dispatch(self, request, *args, **kwargs):
        self.account = get_object_or_404(User, pk=kwargs["pk"])
        check_manage_account(request.user, self.account)
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return str(self.account)

    def get_breadcrumbs_items(self):
        steps = [
            {"url": reverse("wagtailusers_users:index"), "label": _("Accounts")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
        return [*super().get_breadcrumbs_items(), *steps]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "question": self.question, "button": self.button}

    def post(self, request, *args, **kwargs):
        type(self).act(self.account, by=request.user)
        messages.success(request, self.done % {"name": self.account})
        return redirect("wagtailusers_users:index")


class Unlock(AskFirst):
    page_title = _("Unlock")
    question = _("After too many wrong passwords or codes an account waits five minutes. Let it try again at once?")
    done = _("%(name)s may try again at once.")
    button = _("Unlock")
    act = staticmethod(unlock)


class DropSecondFactor(AskFirst):
    page_title = _("Remove the second factor")
    question = _(
        "For somebody who lost the telephone or key. Make sure that it is really they who ask. All sessions end; "
        "the next sign-in asks to set up a new second factor."
    )
    done = _("The second factor of %(name)s was removed.")
    button = _("Remove it")
    act = staticmethod(drop_second_factor)


unlock_view = Unlock.as_view()
drop_second_factor_view = DropSecondFactor.as_view()
