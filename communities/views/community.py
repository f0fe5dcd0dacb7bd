"""The communities, the page of one, opening and changing it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from communities.components.community import CommunityFace, live_threads
from communities.forms.community import CommunityForm, OpenForm
from communities.interaction.membership import change_community, open_community
from communities.models import Community
from communities.policies import check_edit_community, check_open_community
from communities.views.finding import TalkView, community_of, concepts_named, named
from knowledge.policies import allows

PER_PAGE = 30


class CommunitiesView(TemplateView):
    """Every community that the reader may know of, with what is talked about in it."""

    template_name = "communities/communities.html"

    def get_context_data(self, **kwargs):
        reader = self.request.user
        listed = Community.objects.visible_to(reader).order_by("-is_board", "-thread_count", "pk")
        page = Paginator(listed, PER_PAGE).get_page(self.request.GET.get("page"))
        live = live_threads(page.object_list, reader)
        return super().get_context_data(
            page_obj=page,
            groups=[(community, live[community.pk], community.has_member(reader)) for community in page.object_list],
            may_open=reader.is_authenticated and allows(check_open_community, reader),
            **kwargs,
        )


class CommunityView(TemplateView):
    template_name = "communities/community.html"

    def get_context_data(self, **kwargs):
        community = community_of(self.request, kwargs["slug"])
        return super().get_context_data(
            community=community,
            face=CommunityFace(community, self.request.user),
            crumbs=[(reverse("communities"), _("Communities"))],
            **kwargs,
        )


class WritingCommunity(TalkView):
    """A form about what a community is."""

    template_name = "communities/settings.html"
    community = None

    def fields(self, form):
        """What the form says, as the domain wants it; raises `ValidationError` for a topic that nobody knows."""
        said = dict(form.cleaned_data)
        concepts, missing = concepts_named(said.pop("topics"), self.community.concepts.all() if self.community else ())
        if missing:
            raise ValidationError(unknown(missing))
        return said | {"concepts": concepts}


class OpenView(WritingCommunity):
    form_class = OpenForm

    def check(self):
        check_open_community(self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(crumbs=[(reverse("communities"), _("Communities"))], **kwargs)

    def act(self, form):
        community = open_community(**self.fields(form), by=self.request.user)
        messages.success(self.request, _("The community is open. Write what it is about in a first thread."))
        return community


class SettingsView(WritingCommunity):
    form_class = CommunityForm

    def find(self):
        self.community = community_of(self.request, self.kwargs["slug"])

    def check(self):
        check_edit_community(self.request.user, self.community)

    def get_initial(self):
        fields = [name for name in CommunityForm.base_fields if name != "topics"]
        topics = self.community.concepts.with_labels()
        return {name: getattr(self.community, name) for name in fields} | {"topics": named(topics)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(community=self.community, crumbs=crumbs_of(self.community), **kwargs)

    def act(self, form):
        change_community(self.community, **self.fields(form), by=self.request.user)
        messages.success(self.request, _("Saved."))
        return self.community


def crumbs_of(community, thread=None):
    """The way to a page inside a community, or inside one of its threads."""
    way = [(reverse("communities"), _("Communities")), (community.get_absolute_url(), community.name)]
    return [*way, (thread.get_absolute_url(), thread.title)] if thread else way


def unknown(words):
    """What is said about words that name no topic."""
    return _("No topic is called: %(words)s. Leave it out, or look for its name under Topics.") % {
        "words": ", ".join(words)
    }
