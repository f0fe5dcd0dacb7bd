"""Lists of threads, narrowed by what stands in the address. Pages follow a key, so that none costs more than the first."""

from datetime import datetime

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from communities.components.lists import rows
from communities.flow import NARROWS, narrowed_threads
from communities.forms.talk import NarrowForm
from communities.models import Thread
from communities.policies import check_post
from communities.seci import Stage
from communities.views.community import crumbs_of
from communities.views.finding import community_of
from knowledge.models import Concept
from knowledge.policies import allows

PER_PAGE = 25
# The order of a list: field, whether the newest comes first
ORDERS = {"": ("last_post_at", True), "new": ("created_at", True), "waits": ("stage_since", False)}


class ThreadsView(TemplateView):
    """The threads of all communities that the reader may read."""

    template_name = "communities/threads.html"
    community = None

    def get(self, request, *args, **kwargs):
        self.form = NarrowForm(request.GET)
        self.form.is_valid()  # what is not valid does not narrow
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        reader, topic = self.request.user, self.topic()
        found, after = self.page(self.narrowed(self.threads(), topic))
        return super().get_context_data(
            community=self.community,
            form=self.form,
            topic=topic,
            rows=rows(found, reader),
            after=after,
            is_narrowed=bool(topic or self.of_figure() or any(map(self.form.cleaned_data.get, ("answered", "mine")))),
            of_figure={name: value for name, value in self.of_figure().items() if name != "stage"},
            is_first="after" not in self.request.GET,
            may_ask=self.community is None or not reader.is_authenticated or allows(check_post, reader, self.community),
            crumbs=self.crumbs(),
            **kwargs,
        )

    def crumbs(self):
        return [(reverse("communities"), _("Communities"))]

    def threads(self):
        return Thread.objects.visible_to(self.request.user).select_related("community")

    def topic(self):
        key = self.request.GET.get("topic", "")
        if not key.isdecimal() or len(key) > 18:
            return None
        return get_object_or_404(Concept.objects.with_labels(), pk=key)

    def of_figure(self):
        """What narrows the list to the threads that a figure of the flow counts."""
        return {name: self.request.GET[name] for name in NARROWS if self.request.GET.get(name)}

    def narrowed(self, threads, topic):
        chosen, reader = self.form.cleaned_data, self.request.user
        if topic:
            threads = threads.filter(concepts=topic)
        if self.of_figure():
            threads = narrowed_threads(threads, self.of_figure())
        if chosen.get("answered") == "none":
            threads = threads.filter(stage=Stage.SOCIALIZATION)
        elif chosen.get("answered"):
            threads = threads.filter(is_answered=chosen["answered"] == "yes")
        if chosen.get("mine") and reader.is_authenticated:
            mine = Q(author__user=reader) | Q(pk__in=reader.watches.filter(by_mail=True).values("thread"))
            threads = threads.filter(mine)
        return threads

    def page(self, threads):
        """The threads of this page, and the address of the next one ("" after the last)."""
        name, newest_first = ORDERS[self.form.cleaned_data.get("sort") or ""]
        sign, beyond = ("-", "lt") if newest_first else ("", "gt")
        if key := read_key(self.request.GET.get("after", "")):
            moment, pk = key
            same = Q(**{name: moment, f"pk__{beyond}": pk})
            threads = threads.filter(Q(**{f"{name}__{beyond}": moment}) | same)
        found = list(threads.order_by(f"{sign}{name}", f"{sign}pk")[: PER_PAGE + 1])
        if len(found) <= PER_PAGE:
            return found, ""
        last = found[PER_PAGE - 1]
        query = {key: value for key, value in self.request.GET.items() if key != "after"}
        return found[:PER_PAGE], "?" + urlencode(query | {"after": f"{getattr(last, name).isoformat()}~{last.pk}"})


class CommunityThreadsView(ThreadsView):
    """The threads of one community."""

    def get(self, request, *args, **kwargs):
        self.community = community_of(request, kwargs["slug"])
        return super().get(request, *args, **kwargs)

    def crumbs(self):
        return crumbs_of(self.community)

    def threads(self):
        return super().threads().filter(community=self.community)


def read_key(text):
    """Where the page before ended: (moment, key of the thread); None for what is no such key."""
    moment, _tilde, pk = text.partition("~")
    try:
        moment = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if moment.tzinfo is None or not pk.isdecimal() or len(pk) > 18:
        return None
    return moment, int(pk)
