"""What was written up: its page, its versions, letting it out of a closed community, taking it back."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView

from communities.components.people import Speakers
from communities.forms.spiral import ReasonForm
from communities.interaction.externalization import release, withdraw_distillation
from communities.lineage import lineage_of
from communities.models import Distillation, Post, Thread
from communities.policies import check_combine, check_edit_distillation, check_release, check_withdraw
from communities.views.community import crumbs_of
from communities.views.finding import TalkView
from knowledge.policies import allows

VERSIONS = 50


def distillation_of(request, pk):
    """The distillation that the reader of `request` may read, with its thread."""
    readable = Distillation.objects.visible_to(request.user)
    return get_object_or_404(readable.select_related("thread__community", "made_by", "edited_by"), pk=pk)


class DistillationView(DetailView):
    """The text, the posts that it was drawn from, what came of it, and the next step."""

    template_name = "communities/distillation.html"
    context_object_name = "distillation"

    def get_object(self, queryset=None):
        return distillation_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        reader, made = self.request.user, self.object
        thread = made.thread if Thread.objects.visible_to(reader).filter(pk=made.thread_id).exists() else None
        chosen = self.posts() if thread else []
        speakers = Speakers([made.made_by, made.edited_by, *(one.post.author for one in chosen)], reader)
        for one in chosen:
            one.speaker = speakers.of(one.post.author)
        return super().get_context_data(
            thread=thread,
            chosen=chosen,
            writer=speakers.of(made.made_by),
            wrote_on=speakers.of(made.edited_by) if made.edited_at and made.edited_by_id != made.made_by_id else None,
            lineage=lineage_of(made, reader),
            crumbs=crumbs_of(thread.community, thread) if thread else [(reverse("communities"), _("Communities"))],
            may=self.allowed(thread),
            **kwargs,
        )

    def allowed(self, thread):
        """What the reader may do with it: names of the buttons."""
        reader, made = self.request.user, self.object
        if not reader.is_authenticated:
            return set()
        may = {
            "edit": thread and allows(check_edit_distillation, reader, made),
            "release": not made.released_at and allows(check_release, reader, made),
            "combine": made.released_at and not made.combinations.exists() and allows(check_combine, reader),
            "withdraw": allows(check_withdraw, reader, made),
        }
        return {name for name, is_allowed in may.items() if is_allowed}

    def posts(self):
        """The chosen posts with what this reader may read of each."""
        chosen = list(self.object.chosen.select_related("post__author"))
        readable = Post.objects.visible_to(self.request.user).filter(pk__in=[one.post_id for one in chosen])
        open_to = set(readable.values_list("pk", flat=True))
        for one in chosen:
            one.post.thread = self.object.thread
            one.is_open = one.post_id in open_to
        return chosen


@method_decorator(never_cache, name="dispatch")
class DistillationHistoryView(LoginRequiredMixin, DetailView):
    """The texts before, for who may write on."""

    template_name = "communities/distillation_history.html"
    context_object_name = "distillation"

    def dispatch(self, request, *args, **kwargs):
        self.made = distillation_of(request, kwargs["pk"])  # before sign-in is asked for: the unseen is missing
        return super().dispatch(request, *args, **kwargs)

    def get_object(self, queryset=None):
        check_edit_distillation(self.request.user, self.made)
        return self.made

    def get_context_data(self, **kwargs):
        crumbs = [(reverse("communities"), _("Communities")), (self.made.get_absolute_url(), self.made.title)]
        versions = self.made.versions.select_related("written_by").order_by("-version")[:VERSIONS]
        return super().get_context_data(versions=versions, crumbs=crumbs, **kwargs)


# ---------------------------------------------------------------- letting it out, taking it back
class OnDistillation(TalkView):
    """A step that is confirmed on a page of its own."""

    template_name = "communities/confirm.html"

    def find(self):
        self.distillation = distillation_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        made = self.distillation
        crumbs = [(reverse("communities"), _("Communities")), (made.get_absolute_url(), made.title)]
        return super().get_context_data(back=made.get_absolute_url(), crumbs=crumbs, **self.words(), **kwargs)


class ReleaseView(OnDistillation):
    form_class = Form

    def check(self):
        check_release(self.request.user, self.distillation)

    def words(self):
        return {
            "title": _("Let it out of the community"),
            "lead": _(
                "Librarians will read “%(title)s” and may bring it into an entry. Readers outside will see that it came "
                "from a closed community, and by name only those members who agreed."
            )
            % {"title": self.distillation.title},
            "action": _("Let it out"),
        }

    def act(self, form):
        made = release(self.distillation, by=self.request.user)
        messages.success(self.request, _("It waits on the librarians’ desk now."))
        return made


class WithdrawView(OnDistillation):
    form_class = ReasonForm

    def check(self):
        check_withdraw(self.request.user, self.distillation)

    def words(self):
        return {
            "title": _("Take the distillation back"),
            "lead": _("“%(title)s” is not shown any more. Entries that were made with it stay and name it as removed.")
            % {"title": self.distillation.title},
            "action": _("Take it back"),
            "is_grave": True,
        }

    def act(self, form):
        thread = self.distillation.thread
        withdraw_distillation(self.distillation, by=self.request.user, reason=form.cleaned_data["reason"])
        messages.success(self.request, _("It was taken back."))
        return thread
