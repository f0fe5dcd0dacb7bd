"""Externalization: putting posts into words, and the page of what came of it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q
from django.forms import Form
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from communities.forms.spiral import ChosenPosts, DistilForm, ReasonForm, RewriteForm, SkipForm
from communities.interaction.externalization import distil, release, rewrite, withdraw_distillation
from communities.interaction.skipping import skip
from communities.interaction.versions import StaleVersion
from communities.lineage import lineage_of
from communities.models import Distillation, Post, Thread
from communities.policies import check_combine, check_distil, check_edit_distillation, check_release, check_skip
from communities.rules import TalkState
from communities.seci import Mode
from communities.views.acting import ActingView
from knowledge.policies import allows
from knowledge.throttle import throttled

OFFERED = 30  # posts that the page offers beside those that were chosen


def thread_of(request, slug, pk):
    """The thread that the reader of `request` may read; the unseen is missing."""
    threads = Thread.objects.visible_to(request.user).filter(community__slug=slug, state=TalkState.VISIBLE)
    return get_object_or_404(threads.select_related("community", "author"), pk=pk)


def numbers(text):
    """The numbers in “2,3,15”; what is none is passed over."""
    return [int(part) for part in text.split(",") if part.strip().isdecimal() and len(part) < 10]


class WritingUp(ActingView):
    """The form beside the posts: those that are chosen, each with a note, and others that could be."""

    template_name = "communities/distil.html"

    def get_context_data(self, **kwargs):
        posts = self.offered()
        chosen, notes = self.chosen(posts)
        for post in posts:
            post.is_chosen, post.note = post.pk in chosen, notes.get(post.pk, "")
        crumbs = [
            (reverse("communities"), _("Communities")),
            (self.thread.community.get_absolute_url(), self.thread.community.name),
            (self.thread.get_absolute_url(), self.thread.title),
        ]
        return super().get_context_data(thread=self.thread, posts=posts, crumbs=crumbs, **kwargs)

    def offered(self):
        """The posts that were chosen, then the accepted and most helpful ones, in the order of the talk."""
        readable = self.thread.posts.visible_to(self.request.user).posts().filter(state=TalkState.VISIBLE)
        wanted = set(readable.filter(self.wanted()).values_list("pk", flat=True)[:200])
        best = readable.order_by("-accepted_at", "-helpful_count", "number").exclude(pk__in=wanted)
        keys = wanted | set(best.values_list("pk", flat=True)[:OFFERED])
        return list(Post.objects.filter(pk__in=keys).select_related("author").order_by("number"))

    def picked(self):
        """The keys and notes of the posts that were sent with the form."""
        return ChosenPosts(self.request.POST, self.sent())

    def sent(self):
        readable = self.thread.posts.visible_to(self.request.user).posts()
        return list(readable.filter(pk__in=self.sent_keys(), state=TalkState.VISIBLE).order_by("number"))

    def sent_keys(self):
        return [key for key in self.request.POST.getlist("post") if key.isdecimal() and len(key) < 18]


@method_decorator(throttled("post"), name="dispatch")
class DistilView(WritingUp):
    """`?posts=2,3` are those chosen on the thread."""

    form_class = DistilForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.thread = thread_of(request, kwargs["slug"], kwargs["pk"])

    def get(self, request, *args, **kwargs):
        check_distil(request.user, self.thread)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"title": self.thread.title, "language": self.thread.language}

    def wanted(self):
        return Q(pk__in=self.sent_keys()) | Q(number__in=numbers(",".join(self.request.GET.getlist("posts"))))

    def chosen(self, posts):
        if self.request.method == "POST":
            picked = self.picked()
            return {post.pk for post in picked.posts}, picked.notes
        asked = set(numbers(",".join(self.request.GET.getlist("posts"))))
        return {post.pk for post in posts if post.number in asked or (not asked and post.is_accepted)}, {}

    def act(self, form):
        picked, said = self.picked(), form.cleaned_data
        made = distil(
            self.thread,
            posts=picked.posts,
            notes=picked.notes,
            title=said["title"],
            text=said["text"],
            language=said["language"],
            form_key=said["form_key"],
            by=self.request.user,
        )
        messages.success(self.request, _("Written up. Everybody whose post you chose is credited."))
        return made


# ---------------------------------------------------------------- what came of it
def distillation_of(request, pk):
    """The distillation that the reader of `request` may read, with its thread."""
    readable = Distillation.objects.visible_to(request.user)
    return get_object_or_404(readable.select_related("thread__community", "made_by"), pk=pk)


class DistillationView(DetailView):
    """The text, the posts that it was drawn from, what came of it, and the next step."""

    template_name = "communities/distillation.html"
    context_object_name = "distillation"

    def get_object(self, queryset=None):
        return distillation_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        user, made = self.request.user, self.object
        reads_thread = Thread.objects.visible_to(user).filter(pk=made.thread_id).exists()
        community = made.thread.community
        crumbs = [(reverse("communities"), _("Communities"))]
        if reads_thread:
            crumbs += [
                (community.get_absolute_url(), community.name),
                (made.thread.get_absolute_url(), made.thread.title),
            ]
        return super().get_context_data(
            thread=made.thread if reads_thread else None,
            chosen=self.posts() if reads_thread else [],
            lineage=lineage_of(made, user),
            crumbs=crumbs,
            may_edit=user.is_authenticated and allows(check_edit_distillation, user, made),
            may_release=user.is_authenticated and not made.released_at and allows(check_release, user, made),
            may_combine=user.is_authenticated and bool(made.released_at) and allows(check_combine, user),
            **kwargs,
        )

    def posts(self):
        """The chosen posts with what this reader may read of each."""
        chosen = list(self.object.chosen.select_related("post__author"))
        readable = Post.objects.visible_to(self.request.user).filter(pk__in=[one.post_id for one in chosen])
        open_to = set(readable.values_list("pk", flat=True))
        for one in chosen:
            one.post.thread = self.object.thread
            one.is_open = one.post_id in open_to
        return chosen


@method_decorator(throttled("edit"), name="dispatch")
class RewriteView(WritingUp):
    """Writing on together; who started from an older version is shown both."""

    form_class = RewriteForm

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.distillation = distillation_of(request, kwargs["pk"])
        self.thread = thread_of(request, self.distillation.thread.community.slug, self.distillation.thread_id)

    def get(self, request, *args, **kwargs):
        check_edit_distillation(request.user, self.distillation)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(distillation=self.distillation, **kwargs)

    def get_initial(self):
        made = self.distillation
        return {"title": made.title, "text": made.source, "language": made.language, "version": made.version}

    def wanted(self):
        return Q(pk__in=self.sent_keys()) | Q(distilled_in__distillation=self.distillation)

    def chosen(self, posts):
        if self.request.method == "POST":
            picked = self.picked()
            return {post.pk for post in picked.posts}, picked.notes
        notes = dict(self.distillation.chosen.values_list("post", "note"))
        return set(notes), notes

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except StaleVersion as stale:
            return self.both(form, stale)

    def act(self, form):
        picked, said = self.picked(), form.cleaned_data
        made = rewrite(
            self.distillation,
            posts=picked.posts,
            notes=picked.notes,
            title=said["title"],
            text=said["text"],
            version=said["version"],
            by=self.request.user,
        )
        messages.success(self.request, _("Saved. The version before it is kept."))
        return made

    def both(self, form, stale):
        """Somebody wrote on meanwhile: both texts, and the way to put one's own on top."""
        now = stale.current
        rows = [
            (name, form.fields[name].label, theirs, stale.yours[name])
            for name, theirs in (("title", now.title), ("text", now.source))
            if theirs != stale.yours[name]
        ]
        again = [(name, value) for name, values in self.request.POST.lists() for value in values if name != "version"]
        context = {
            "thing": now,
            "rows": rows,
            "theirs_by": now.edited_by or now.made_by,
            "theirs_at": now.edited_at or now.made_at,
            "edit_url": reverse("distillation_edit", args=[now.pk]),
            "again": [*again, ("version", now.version)],
        }
        return render(self.request, "communities/both.html", context, status=409)


class DistillationHistoryView(LoginRequiredMixin, DetailView):
    """The texts before, for who may write on."""

    template_name = "communities/distillation_history.html"
    context_object_name = "distillation"

    def get_object(self, queryset=None):
        made = distillation_of(self.request, self.kwargs["pk"])
        check_edit_distillation(self.request.user, made)
        return made

    def get_context_data(self, **kwargs):
        made = self.object
        crumbs = [(reverse("communities"), _("Communities")), (made.get_absolute_url(), made.title)]
        return super().get_context_data(versions=made.versions.select_related("written_by"), crumbs=crumbs, **kwargs)


# ---------------------------------------------------------------- letting out, taking back, skipping
class DistillationActView(ActingView):
    """A step that is confirmed on a page of its own."""

    template_name = "communities/confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.distillation = distillation_of(request, kwargs["pk"])

    def get_context_data(self, **kwargs):
        made = self.distillation
        crumbs = [(reverse("communities"), _("Communities")), (made.get_absolute_url(), made.title)]
        return super().get_context_data(back=made.get_absolute_url(), crumbs=crumbs, **self.words(), **kwargs)


class ReleaseView(DistillationActView):
    form_class = Form

    def get(self, request, *args, **kwargs):
        check_release(request.user, self.distillation)
        return super().get(request, *args, **kwargs)

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


class WithdrawView(DistillationActView):
    form_class = ReasonForm

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


class SkipView(ActingView):
    """A steward lets a step of a thread be skipped, with a reason that is kept."""

    form_class = SkipForm
    template_name = "communities/confirm.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.thread = thread_of(request, kwargs["slug"], kwargs["pk"])

    def get(self, request, *args, **kwargs):
        check_skip(request.user, self.thread)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"mode": self.thread.stage}

    def get_context_data(self, **kwargs):
        thread = self.thread
        crumbs = [
            (reverse("communities"), _("Communities")),
            (thread.community.get_absolute_url(), thread.community.name),
            (thread.get_absolute_url(), thread.title),
        ]
        return super().get_context_data(
            title=_("Skip a step"),
            lead=_(
                "Sometimes a step has happened elsewhere, or makes no sense here. Say why; the ribbon shows it as skipped."
            ),
            action=_("Skip it"),
            back=thread.get_absolute_url(),
            crumbs=crumbs,
            **kwargs,
        )

    def act(self, form):
        skip(self.thread, Mode(form.cleaned_data["mode"]), reason=form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Skipped. The reason stands with the thread."))
        return self.thread
