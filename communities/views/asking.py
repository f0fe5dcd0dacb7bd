"""Asking: a thread begins without choosing where. What is alike is shown while the title is written."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.components.audience import audience_of, joining
from communities.forms.talk import AskForm
from communities.interaction.socialization import ask, drop_draft, similar, suggest_community
from communities.models import Community, PracticeReport
from communities.policies import check_post
from communities.rules import TalkState
from communities.views.community import unknown
from communities.views.finding import TalkView, concepts_named
from communities.views.writing import Writing, text_of
from knowledge.models import Concept, Entry
from knowledge.policies import allows
from knowledge.throttle import throttled

PLACE = "ask"
ENOUGH = 4  # characters of a title before something alike is looked for


class AskView(TalkView):
    """`?community=` chooses one, `?from=practice:12` or `entry:7` says what the question grew from, `?topic=` what it is about."""

    form_class = AskForm
    template_name = "communities/ask.html"
    counted_as = "post"
    looks = ("preview", "attach", "similar")
    shown = {}

    def find(self):
        self.source = source_of(
            self.request.POST.get("grew_from") or self.request.GET.get("from", ""), self.request.user
        )

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "communities": self.offered(), "suggested": self.suggested()}

    def offered(self):
        """The communities in which this reader may begin a thread."""
        reader = self.request.user
        visible = Community.objects.visible_to(reader).order_by("-is_board", "-thread_count")[:100]
        return [one for one in visible if allows(check_post, reader, one)]

    def get_initial(self):
        writing, asked = Writing(PLACE, self.request.user), self.request.GET
        self.shown = {"draft_saved": writing.saved_at}
        topic = asked.get("topic", "")
        concept = (
            Concept.objects.with_labels().filter(pk=topic).first() if topic.isdecimal() and len(topic) < 18 else None
        )
        return {
            "language": get_language(),
            "topics": str(concept) if concept else "",
            **writing.kept,
            **{name: asked[name] for name in ("community", "title") if name in asked},
            "grew_from": self.request.GET.get("from", ""),
        }

    def suggested(self):
        """Where the text would go by itself; None while there is too little of it."""
        title, text = self.request.POST.get("title", ""), self.request.POST.get("text", "")
        return suggest_community(title, text, self.request.user) if len(title) >= ENOUGH else None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form, reader = context["form"], self.request.user
        slug = form["community"].value()
        chosen = next((one for one in self.offered() if one.slug == slug), None) or self.suggested()
        title = form["title"].value() or ""
        return {
            "preview": None,
            "alike": similar(title, form["text"].value() or "", reader) if len(title) >= ENOUGH else (),
            "suggested": self.suggested(),
            "audience": " ".join(filter(None, [audience_of(chosen), joining(chosen, reader)])),
            "source": self.source,
            "source_url": url_of(self.source),
            "place": PLACE,
            "crumbs": [(reverse("communities"), _("Communities"))],
            **context,
            **self.shown,
        }

    def again(self):
        fields, self.shown = Writing(PLACE, self.request.user).work_on(self.request)
        if self.request.POST["do"] == "similar":
            self.shown.pop("preview", None)
        form = AskForm(initial=fields, communities=self.offered(), suggested=self.suggested())
        return self.render_to_response({**self.get_context_data(form=form), **self.shown})

    def act(self, form):
        said, reader = form.cleaned_data, self.request.user
        concepts, missing = concepts_named(said["topics"])
        if missing:
            raise ValidationError(unknown(missing))
        thread = ask(
            next((one for one in self.offered() if one.slug == said["community"]), None),
            title=said["title"],
            text=text_of(form, self.request),
            language=said["language"],
            concepts=concepts,
            grew_from=self.source,
            form_key=said["form_key"],
            by=reader,
        )
        drop_draft(reader, PLACE)
        if thread.state == TalkState.HELD:
            messages.info(
                self.request, _("Thank you. A steward looks at it first; you see it here, marked as waiting.")
            )
        return thread


def source_of(text, reader):
    """What “practice:12” or “entry:7” names, as the reader may see it; None for anything else."""
    kind, _colon, key = text.partition(":")
    if not key.isdecimal() or len(key) > 18:
        return None
    if kind == "practice":
        return PracticeReport.objects.visible_to(reader).filter(pk=key).first()
    return Entry.objects.live().visible_to(reader).filter(pk=key).first() if kind == "entry" else None


def url_of(source):
    return source.get_url() if isinstance(source, Entry) else source.get_absolute_url() if source else ""


@never_cache
@require_safe
@throttled("similar", methods=("GET",))
def similar_view(request):
    """A piece of a page: threads and entries that are like the title being written, and where it would go."""
    title, text = request.GET.get("title", "")[:200], request.GET.get("text", "")[:2000]
    found = {}
    if len(title) >= ENOUGH:
        suggested = suggest_community(title, text, request.user)
        found = {"alike": similar(title, text, request.user), "suggested": suggested}
    return render(request, "communities/alike.html", found)
