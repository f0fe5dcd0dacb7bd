"""Externalization: putting posts into words, alone at first, then together."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.components.people import Speakers
from communities.forms.spiral import ChosenPosts, DistilForm, RewriteForm
from communities.interaction.externalization import ALONE, distil, rewrite
from communities.interaction.socialization import drop_draft
from communities.models import Post
from communities.policies import check_distil, check_edit_distillation
from communities.rules import TalkState
from communities.views.both import BothTexts
from communities.views.community import crumbs_of
from communities.views.distillation import distillation_of
from communities.views.finding import TalkView, thread_of
from communities.views.writing import Writing

OFFERED = 30  # posts that the page offers beside those that were chosen
MOST = 200  # chosen posts


def numbers(values):
    """The numbers in `["2,3", "15"]`; what is none is passed over."""
    parts = (part.strip() for value in values for part in value.split(","))
    return [int(part) for part in parts if part.isdecimal() and len(part) < 18]


class WritingUp(TalkView):
    """The form beside the posts: those that are chosen, each with a note, and others that could be."""

    template_name = "communities/distil.html"
    counted_as = "post"
    looks = ("preview",)
    shown = {}

    def again(self):
        fields, self.shown = Writing(self.place, self.request.user).work_on(self.request)
        form = self.form_class(initial={**self.before(), **fields})
        return self.render_to_response(self.get_context_data(form=form))

    def get_initial(self):
        self.shown = {"draft_saved": self.writing.saved_at}
        return {**self.before(), **self.writing.kept}

    @property
    def writing(self):
        """What this reader left here unsent."""
        if not hasattr(self, "_writing"):
            self._writing = Writing(self.place, self.request.user)
        return self._writing

    def get_context_data(self, **kwargs):
        posts = self.offered()
        chosen, notes = self.chosen(posts)
        speakers = Speakers([post.author for post in posts], self.request.user)
        for post in posts:
            post.is_chosen, post.note = post.pk in chosen, notes.get(post.pk, "")
            post.speaker = speakers.of(post.author)
        crumbs = crumbs_of(self.thread.community, self.thread)
        context = {"thread": self.thread, "posts": posts, "crumbs": crumbs, "place": self.place, "preview": None}
        context["left_notes"] = self.left_notes()
        return super().get_context_data(**context | self.shown | kwargs)

    # ------------------------------------------------------------ which posts
    def offered(self):
        """The posts that were chosen, then the accepted and most helpful ones, in the order of the talk."""
        wanted = set(self.readable().filter(self.wanted()).values_list("pk", flat=True)[:MOST])
        best = self.readable().order_by("-accepted_at", "-helpful_count", "number").exclude(pk__in=wanted)
        keys = wanted | set(best.values_list("pk", flat=True)[:OFFERED])
        return list(Post.objects.filter(pk__in=keys).select_related("author").order_by("number"))

    def readable(self):
        posts = Post.objects.visible_to(self.request.user).posts()
        return posts.filter(thread=self.thread, state=TalkState.VISIBLE)

    def wanted(self):
        """Which posts are to stand on the page in any case."""
        return Q(pk__in=self.sent_keys()) if self.request.method == "POST" else self.wanted_first()

    def chosen(self, posts):
        """(keys of the chosen among `posts`, notes beside them)."""
        if self.request.method == "POST":
            picked = ChosenPosts(self.request.POST, posts)
            return {post.pk for post in picked.posts}, picked.notes
        return self.chosen_first(posts)

    def picked(self):
        """The posts that were sent with the form, with the notes beside them.

        Raises `ValidationError` when some were taken away meanwhile: whoever wrote of them looks at the text again.
        """
        if number := len(self.gone_keys()):
            raise ValidationError(
                ngettext(
                    "%(number)d of the posts that you chose was taken away meanwhile. See whether your text still holds "
                    "without it, then send it again.",
                    "%(number)d of the posts that you chose were taken away meanwhile. See whether your text still holds "
                    "without them, then send it again.",
                    number,
                )
                % {"number": number}
            )
        return ChosenPosts(self.request.POST, self.readable().filter(pk__in=self.sent_keys()).order_by("number"))

    def sent_keys(self):
        return numbers(self.request.POST.getlist("post"))[:MOST]

    def gone_keys(self):
        """The posts that were sent and are not to be read any more."""
        sent = list(dict.fromkeys(self.sent_keys()))
        there = set(self.readable().filter(pk__in=sent).values_list("pk", flat=True)) if sent else set()
        return [key for key in sent if key not in there]

    def left_notes(self):
        """What was noted beside posts that were taken away meanwhile, to be copied."""
        noted = (self.request.POST.get(f"note-{key}", "").strip() for key in self.gone_keys())
        return [note for note in noted if note]

    def kept_keys(self):
        """The posts that the draft chose."""
        return set(numbers([self.writing.kept.get("post", "")]))

    def kept_notes(self):
        kept = self.writing.kept.items()
        return {int(name[5:]): note for name, note in kept if name.startswith("note-") and name[5:].isdecimal()}


class DistilView(WritingUp):
    """`?posts=2,3` are those chosen on the thread."""

    form_class = DistilForm

    def find(self):
        self.thread = thread_of(self.request, self.kwargs["pk"])
        self.place = f"distil:{self.thread.pk}"

    def check(self):
        check_distil(self.request.user, self.thread)
        if self.thread.state != TalkState.VISIBLE:
            raise PermissionDenied(
                _("Nobody writes this thread up while it is hidden. Ask a steward to show it again.")
            )
        if not self.thread.was_talked_about:
            raise PermissionDenied(ALONE)

    def before(self):
        return {"title": self.thread.title, "language": self.thread.language}

    def asked(self):
        return set(numbers(self.request.GET.getlist("posts")))

    def wanted_first(self):
        return Q(number__in=self.asked()) | Q(pk__in=self.kept_keys())

    def chosen_first(self, posts):
        asked, kept = self.asked(), self.kept_keys()
        nothing = not asked and not kept
        keys = {post.pk for post in posts if post.number in asked or (nothing and post.is_accepted)}
        return keys | kept, self.kept_notes()

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
        drop_draft(self.request.user, self.place)
        messages.success(self.request, _("Written up. Everybody whose post you chose is credited."))
        return made


class RewriteView(BothTexts, WritingUp):
    """Writing on together."""

    form_class = RewriteForm
    counted_as = "edit"

    def find(self):
        self.distillation = distillation_of(self.request, self.kwargs["pk"])
        self.thread = thread_of(self.request, self.distillation.thread_id)
        self.place = f"distillation:{self.distillation.pk}"

    def check(self):
        check_edit_distillation(self.request.user, self.distillation)

    def get_context_data(self, **kwargs):
        return super().get_context_data(distillation=self.distillation, **kwargs)

    def before(self):
        made = self.distillation
        return {"title": made.title, "text": made.source, "language": made.language, "version": made.version}

    def wanted(self):
        return super().wanted() | Q(distilled_in__distillation=self.distillation)

    def wanted_first(self):
        return Q(pk__in=self.kept_keys())

    def chosen_first(self, posts):
        notes = dict(self.distillation.chosen.values_list("post", "note"))
        return self.kept_keys() or set(notes), notes | self.kept_notes()

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
        drop_draft(self.request.user, self.place)
        messages.success(self.request, _("Saved. The version before it is kept."))
        return made

    def stands(self, current):
        return {
            "theirs_by": current.edited_by or current.made_by,
            "theirs_at": current.edited_at or current.made_at,
            "edit_url": reverse("distillation_edit", args=[current.pk]),
        }
