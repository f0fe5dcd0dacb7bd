"""One click on a post: it helped, it is the answer. A button on the page; the address alone shows that button."""

from django.forms import Form
from django.utils.translation import gettext as _

from communities.interaction.socialization import accept, mark_helpful, unaccept, unmark_helpful
from communities.policies import check_accept, check_mark_helpful
from communities.views.community import crumbs_of
from communities.views.finding import TalkView, post_of


class OneClickView(TalkView):
    """`on=yes` does it, `on=no` undoes it."""

    form_class = Form
    template_name = "communities/confirm.html"

    def find(self):
        self.post_ = post_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        thread = self.post_.thread
        crumbs = crumbs_of(thread.community, thread)
        return super().get_context_data(back=self.post_.get_absolute_url(), crumbs=crumbs, **self.words(), **kwargs)

    def act(self, form):
        self.undo() if self.request.POST.get("on") == "no" else self.do()
        return self.post_


class AcceptView(OneClickView):
    def check(self):
        check_accept(self.request.user, self.post_.thread)

    def words(self):
        return {
            "title": _("Accept as an answer"),
            "lead": _("The post is marked as an answer, and the first post leads to it. There can be several."),
            "action": _("Accept"),
        }

    def do(self):
        accept(self.post_, by=self.request.user)

    def undo(self):
        unaccept(self.post_, by=self.request.user)


class HelpfulView(OneClickView):
    def check(self):
        check_mark_helpful(self.request.user, self.post_)

    def words(self):
        return {
            "title": _("Say that it helped"),
            "lead": _("Others see how many people it helped, not who they are."),
            "action": _("It helped"),
        }

    def do(self):
        mark_helpful(self.post_, by=self.request.user)

    def undo(self):
        unmark_helpful(self.post_, by=self.request.user)
