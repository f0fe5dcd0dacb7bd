"""The page of one search: what became of it, and what a librarian can do about it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from knowledge.acquisition.telling import language_of
from knowledge.acquisition.wanted import want_entry
from knowledge.forms.learning import NameForm, PinForm, WantForm
from knowledge.models import Concept, SearchPin
from knowledge.organization.naming import name_too
from knowledge.policies import allows, check_curate
from knowledge.search import api, reports
from knowledge.search.analysis import fold
from knowledge.search.pins import pin
from knowledge.search.query import clean, parse
from knowledge.search.registry import things
from knowledge.search.reports import LANGUAGES
from knowledge.search.synonyms import named
from knowledge.throttle import throttled
from knowledge.views.pins import lines
from knowledge.views.searches import ForStaffMixin, crumbs, of_searches

OFFERED = 10  # results and topics to choose from


@method_decorator(throttled("edit"), name="dispatch")
class SearchedWordsView(ForStaffMixin, TemplateView):
    """`?q=` the words; `?find=` looks for another result, `?about=` for another topic to choose."""

    template_name = "knowledge/searched_words.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.words = clean(request.GET.get("q", ""))[:300]
        self.find = clean(request.GET.get("find", ""))[:300]
        self.about = clean(request.GET.get("about", ""))[:300]

    def get(self, request, *args, **kwargs):
        if not fold(self.words):
            raise Http404
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        act = {"pin": self.pin, "name": self.name, "want": self.want}.get(request.POST.get("do"))
        if act is None or not fold(self.words):
            raise Http404
        form = self.forms()[request.POST["do"]]
        if form.is_valid():
            try:
                messages.success(request, act(form.cleaned_data))
                return redirect(self.address())
            except ValidationError as fault:
                form.add_error(None, fault)
        return self.render_to_response(self.get_context_data(**{request.POST["do"]: form}))

    def address(self):
        return f"{reverse('searched_words')}?{urlencode({'q': self.words})}"

    # ------------------------------------------------------------ what can be done
    def pin(self, said):
        concept = None if said["where"] == "words" else get_object_or_404(Concept, pk=said["where"])
        pin(said["key"], query=self.words, concept=concept, until=said["until"], by=self.request.user)
        return _("It stands first now.")

    def name(self, said):
        concept = get_object_or_404(Concept, pk=said["concept"])
        name_too(concept, self.words, kind=said["kind"], language=said["language"], by=self.request.user)
        return _("“%(words)s” finds “%(topic)s” now.") % {"words": self.words, "topic": concept}

    def want(self, said):
        numbers = reports.story(fold(self.words)[:300], self.request.user) or {"searches": 0}
        want_entry(self.words, said["note"], searches=numbers["searches"], by=self.request.user)
        return _("It waits in the inbox.")

    def forms(self):
        """Each with what was sent, when it was the one."""
        results = self.results()
        open_to_all = things([hit.entry.key for hit in results], AnonymousUser())
        topics = Concept.objects.with_labels().in_bulk(named(parse(self.words)))
        language = {"language": "zh-Hans" if language_of(self.words) == "zh-hans" else "en"}
        sent = {self.request.POST.get("do"): self.request.POST} if self.request.method == "POST" else {}
        return {
            "pin": PinForm(
                sent.get("pin"),
                results=[(hit.entry.key, _choice(hit, hit.entry.key in open_to_all)) for hit in results],
                topics=[(pk, topic.name) for pk, topic in topics.items()],
            ),
            "name": NameForm(sent.get("name"), topics=self.topics(), initial=language),
            "want": WantForm(sent.get("want")),
        }

    def results(self):
        """What may be put first: what is found now, or what was looked for."""
        found = api.search(self.find or self.words, self.request.user, per_page=OFFERED)
        return (*found.pinned, *found.hits)

    def topics(self):
        """(key, name) of topics that may be meant: found by what was looked for, else by the words."""
        asked = {"filters": {"type": ["concept"]}, "per_page": OFFERED}
        found = api.search(self.about or self.words, self.request.user, **asked)
        return [(str(hit.thing.pk), hit.entry.title) for hit in found.hits]

    # ------------------------------------------------------------ what is shown
    def get_context_data(self, **kwargs):
        user = self.request.user
        folded = fold(self.words)[:300]
        may_choose = allows(check_curate, user)
        pins = SearchPin.objects.visible_to(user).filter(folded=folded) if may_choose else SearchPin.objects.none()
        story = reports.story(folded, user)
        if story:
            story["languages"] = [(LANGUAGES.get(code, code), number) for code, number in story["languages"].items()]
            story["opened"] = [(_kind(kind), place, number) for kind, place, number in story["opened"]]
        return {
            **super().get_context_data(**self.forms() | kwargs),
            "words": self.words,
            "find": self.find,
            "about": self.about,
            "story": story,
            "may_choose": may_choose,
            "lines": lines(pins, user),
            "crumbs": crumbs(of_searches()),
        }


def _choice(hit, is_open_to_all):
    said = {"title": hit.entry.title, "kind": hit.label}
    return (_("%(title)s (%(kind)s)") if is_open_to_all else _("%(title)s (%(kind)s, visitors do not see it)")) % said


def _kind(kind):
    known = api.KINDS.get(kind)
    return known.label if known else kind
