"""What an address names, for who asks. The unseen is missing: both answer the same 404, and a text that was sent comes back."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from communities.models import Community, Post, Thread
from communities.views.acting import ActingView
from knowledge.forms.typed import typed
from knowledge.models import Concept
from knowledge.search.analysis import fold
from knowledge.throttle import count_request


def community_of(request, slug):
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug)


def thread_of(request, pk):
    """The thread that the reader may read, wherever it stands now: it may have been moved."""
    threads = Thread.objects.visible_to(request.user).select_related("community", "author")
    return get_object_or_404(threads, pk=pk)


def post_of(request, pk):
    """The post or comment that the reader may read, with its place."""
    posts = Post.objects.visible_to(request.user)
    return get_object_or_404(posts.select_related("thread__community", "thread__author", "author", "reply_to"), pk=pk)


def given_back(request, missing):
    """The answer to a form about something that is missing, or gone meanwhile: the 404 page, with the words that were sent."""
    texts = typed(request.POST)
    if not texts:
        raise missing
    return render(request, "communities/gone.html", {"texts": texts, "exception": missing}, status=404)


def concepts_named(words, besides=()):
    """The concepts that `words`, with commas between, name; and the words that name none.

    `besides` are concepts that stand there by now: they may stay, also when they are not offered any more.
    """
    wanted = {fold(word): word.strip() for word in words.replace("，", ",").replace("、", ",").split(",") if fold(word)}
    stand = {concept.pk for concept in besides}
    concepts = Concept.objects.offered() | Concept.objects.filter(pk__in=stand)
    concepts = concepts.filter(labels__folded__in=wanted).distinct().prefetch_related("labels")
    found = {}
    for concept in sorted(concepts, key=lambda one: (one.pk in stand, -one.pk)):
        found |= {label.folded: concept for label in concept.labels.all() if label.folded in wanted}
    missing = [word for key, word in wanted.items() if key not in found]
    return list(dict.fromkeys(found[key] for key in wanted if key in found)), missing


def named(concepts):
    """Concepts as a form shows them: their names with commas between."""
    return ", ".join(str(concept) for concept in concepts)


@method_decorator(never_cache, name="dispatch")
class TalkView(ActingView):
    """A form about something of talk: `find` says what, before anything else is asked; `check` whether the form is shown.

    Sending it counts as `counted_as`. The buttons `looks` (of `do`) send it only to be looked at once more, by `again`.
    """

    counted_as = "edit"
    looks = ()

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST":
            count_request("preview" if self.is_looked_at else self.counted_as, request)
        try:
            self.find()
        except Http404 as missing:
            if request.method == "POST":
                return given_back(request, missing)
            raise
        return super().dispatch(request, *args, **kwargs)

    def find(self):
        """Set what the address names; raise `Http404` where this reader sees nothing there."""

    def check(self):
        """Raise `PermissionDenied`, with the reason to show, when the reader may not do it."""

    def get(self, request, *args, **kwargs):
        self.check()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.again() if self.is_looked_at else super().post(request, *args, **kwargs)

    @property
    def is_looked_at(self):
        return self.request.POST.get("do") in self.looks

    def again(self):
        """The form with what was sent, and how it will look."""
        raise NotImplementedError
