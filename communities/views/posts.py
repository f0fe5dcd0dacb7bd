"""Changing, deleting, commenting and flagging a post, and its earlier versions."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from communities.forms.talk import CommentForm, EditPostForm, FlagForm
from communities.interaction.socialization import comment, delete_post, drop_draft, edit_post
from communities.models import Post, PracticeReport
from communities.moderation import flag
from communities.policies import check_comment, check_delete_post, check_edit_post, check_flag, check_moderate
from communities.views.both import BothTexts
from communities.views.community import crumbs_of
from communities.views.finding import TalkView, post_of
from communities.views.writing import Writing, text_of
from knowledge.policies import allows


class OnPost(TalkView):
    """A form about a post or a comment."""

    def find(self):
        self.post_ = post_of(self.request, self.kwargs["pk"])
        self.thread = self.post_.thread

    def get_context_data(self, **kwargs):
        crumbs = crumbs_of(self.thread.community, self.thread)
        back = self.post_.get_absolute_url()
        return super().get_context_data(post=self.post_, thread=self.thread, crumbs=crumbs, back=back, **kwargs)


class EditView(BothTexts, OnPost):
    """Who started from an older version is shown both."""

    form_class = EditPostForm
    template_name = "communities/post_edit.html"
    looks = ("preview", "attach")
    shown = {}

    @property
    def place(self):
        return f"edit:{self.post_.pk}"

    def check(self):
        check_edit_post(self.request.user, self.post_)

    def get_initial(self):
        writing = Writing(self.place, self.request.user)
        self.shown = {"draft_saved": writing.saved_at}
        return {"text": self.post_.source, "version": self.post_.version, **writing.kept}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"preview": None, "place": self.place, **self.shown, **kwargs})

    def again(self):
        fields, self.shown = Writing(self.place, self.request.user).work_on(self.request)
        return self.render_to_response(self.get_context_data(form=EditPostForm(initial=fields)))

    def act(self, form):
        text = text_of(form, self.request)
        edit_post(self.post_, text=text, version=form.cleaned_data["version"], by=self.request.user)
        drop_draft(self.request.user, self.place)
        messages.success(self.request, _("Saved. The version before it is kept."))
        return self.post_

    def stands(self, current):
        latest = current.versions.select_related("replaced_by").first()
        return {
            "thing": self.thread,
            "theirs_by": latest.replaced_by if latest else current.author,
            "theirs_at": current.edited_at or current.created_at,
            "edit_url": reverse("post_edit", args=[current.pk]),
        }


class DeleteView(OnPost):
    form_class = Form
    template_name = "communities/confirm.html"

    def check(self):
        check_delete_post(self.request.user, self.post_)

    def get_context_data(self, **kwargs):
        words = {
            "title": _("Delete this post?") if self.post_.number else _("Delete this comment?"),
            "lead": _("Its text goes. Its place in the thread stays, so that the answers to it still make sense."),
            "action": _("Delete"),
            "is_grave": True,
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form):
        delete_post(self.post_, by=self.request.user)
        messages.success(self.request, _("Deleted."))
        return self.thread


class CommentView(OnPost):
    """A short remark under a post. Within the thread only its form is fetched."""

    form_class = CommentForm
    counted_as = "post"

    def check(self):
        check_comment(self.request.user, self.thread.community)

    def get_template_names(self):
        fetched = self.request.htmx and self.request.method == "GET"
        return ["communities/comment_form.html" if fetched else "communities/comment.html"]

    def act(self, form):
        said = form.cleaned_data
        made = comment(self.post_, text=said["text"], form_key=said["form_key"], by=self.request.user)
        return Post.objects.select_related("thread__community", "reply_to").get(pk=made.pk)


class FlagView(OnPost):
    form_class = FlagForm
    counted_as = "flag"
    template_name = "communities/flag.html"

    def check(self):
        check_flag(self.request.user, self.post_)

    def act(self, form):
        said = form.cleaned_data
        flag(self.post_, reason=said["reason"], note=said["note"], by=self.request.user)
        messages.success(self.request, _("Thank you. The stewards look at it and decide."))
        return self.post_


class FlagReportView(TalkView):
    """Telling the librarians that something is wrong with a practice report."""

    form_class = FlagForm
    counted_as = "flag"
    template_name = "communities/flag.html"

    def find(self):
        self.report = get_object_or_404(PracticeReport.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def check(self):
        check_flag(self.request.user, self.report)

    def get_context_data(self, **kwargs):
        return super().get_context_data(report=self.report, back=self.report.get_absolute_url(), **kwargs)

    def act(self, form):
        said = form.cleaned_data
        flag(self.report, reason=said["reason"], note=said["note"], by=self.request.user)
        messages.success(self.request, _("Thank you. The librarians look at it and decide."))
        return self.report


@method_decorator(never_cache, name="dispatch")
class HistoryView(LoginRequiredMixin, TemplateView):
    """The texts of a post before, for its author and the stewards."""

    template_name = "communities/post_history.html"

    def dispatch(self, request, *args, **kwargs):
        self.post_ = post_of(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        post, reader = self.post_, self.request.user
        if not (post.author and post.author.user_id == reader.pk) and not allows(
            check_moderate, reader, post.thread.community
        ):
            raise PermissionDenied(_("Earlier versions are read by the author and the stewards."))
        return super().get_context_data(
            post=post,
            thread=post.thread,
            versions=post.versions.select_related("replaced_by")[:50],
            crumbs=crumbs_of(post.thread.community, post.thread),
            **kwargs,
        )
