"""Who is in a community: joining and leaving, members and their roles, invitations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.components.people import Speakers
from communities.forms.community import InviteForm, RoleForm
from communities.interaction.membership import (
    accept_invitation,
    give_role,
    invite,
    join,
    leave,
    remove_member,
    set_may_name,
)
from communities.models import Invitation, Membership
from communities.policies import (
    check_edit_community,
    check_invite,
    check_join,
    check_read_members,
    holds,
)
from communities.views.acting import reason_of
from communities.views.community import crumbs_of
from communities.views.finding import TalkView, community_of
from knowledge.policies import allows

PER_PAGE = 50


class InCommunity(TalkView):
    def find(self):
        self.community = community_of(self.request, self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        crumbs = crumbs_of(self.community)
        return super().get_context_data(
            community=self.community, crumbs=crumbs, back=self.community.get_absolute_url(), **kwargs
        )


class JoinView(InCommunity):
    form_class = Form
    template_name = "communities/confirm.html"

    def check(self):
        check_join(self.request.user, self.community)

    def get_context_data(self, **kwargs):
        words = {
            "title": _("Join %(name)s") % {"name": self.community.name},
            "lead": _("As a member you write here, write up what is worth keeping, and are told what becomes of it."),
            "action": _("Join"),
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form):
        join(self.community, by=self.request.user)
        messages.success(self.request, _("You are a member of %(name)s now.") % {"name": self.community.name})
        return self.community


class LeaveView(InCommunity):
    form_class = Form
    template_name = "communities/confirm.html"

    def get_context_data(self, **kwargs):
        words = {
            "title": _("Leave %(name)s") % {"name": self.community.name},
            "lead": _("What you wrote stays, under your name. You can join again at any time."),
            "action": _("Leave"),
            "is_grave": True,
        }
        if self.community.is_closed:
            words["lead"] = _("What you wrote stays, under your name. To come back you need a new invitation.")
        return super().get_context_data(**words, **kwargs)

    def act(self, form):
        leave(self.community, by=self.request.user)
        messages.success(self.request, _("You have left %(name)s.") % {"name": self.community.name})
        return reverse("communities")


class MembersView(InCommunity):
    """The members with their roles; stewards give roles and remove, everybody says whether they may be named."""

    form_class = RoleForm
    template_name = "communities/members.html"

    def check(self):
        check_read_members(self.request.user, self.community)

    def get_context_data(self, **kwargs):
        listed = self.community.memberships.select_related("person").order_by("-role", "joined_at", "pk")
        page = Paginator(listed, PER_PAGE).get_page(self.request.GET.get("page"))
        speakers = Speakers([one.person for one in page.object_list], self.request.user)
        return super().get_context_data(
            page_obj=page,
            members=[(one, speakers.of(one.person)) for one in page.object_list],
            mine=self.community.memberships.filter(person__user=self.request.user).first(),
            may_edit=allows(check_edit_community, self.request.user, self.community),
            may_invite=allows(check_invite, self.request.user, self.community),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        try:
            self.change(request)
        except ValidationError as refusal:  # the last steward
            messages.error(request, reason_of(refusal))
        return redirect("community_members", slug=self.community.slug)

    def change(self, request):
        """One of several buttons: which member, and what to do."""
        do = request.POST.get("do")
        if do == "name":
            set_may_name(self.membership(person__user=request.user), request.POST.get("on") == "yes", by=request.user)
        elif do == "remove":
            remove_member(self.membership(pk=number(request.POST.get("member"))), by=request.user)
            messages.success(request, _("Removed. What they wrote stays."))
        else:
            form = self.get_form()
            if form.is_valid():
                give_role(
                    self.membership(pk=number(request.POST.get("member"))), form.cleaned_data["role"], by=request.user
                )
                messages.success(request, _("The role is changed."))

    def membership(self, **which):
        """A member of this community; nobody is the same 404 as elsewhere."""
        return get_object_or_404(Membership.objects.filter(community=self.community), **which)


class InviteView(InCommunity):
    """A letter to an address that its owner did not give us: counted like a post, so that nobody is flooded with them."""

    form_class = InviteForm
    counted_as = "post"
    template_name = "communities/confirm.html"

    def check(self):
        check_invite(self.request.user, self.community)

    def get_context_data(self, **kwargs):
        words = {
            "title": _("Invite somebody to %(name)s") % {"name": self.community.name},
            "lead": _("Whoever has the letter can join, once."),
            "action": _("Send the invitation"),
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form):
        invite(self.community, email=form.cleaned_data["email"], by=self.request.user)
        messages.success(self.request, _("The letter is on its way."))
        return reverse("community_members", args=[self.community.slug])


class InvitationView(TalkView):
    """What somebody is invited to. The token in the address is the key; one that is used, or holds no more, leads nowhere."""

    form_class = Form
    template_name = "communities/confirm.html"

    def find(self):
        invitations = Invitation.objects.select_related("community", "invited_by__user")
        self.invitation = get_object_or_404(invitations, token=self.kwargs["token"], accepted_at=None)
        if not holds(self.invitation):
            raise Http404

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        # The address is a secret: the site's policy keeps it from others. "no-referrer" would make browsers send `Origin: null`
        # with the form, which the check against forged requests refuses.
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_context_data(self, **kwargs):
        community, writer = self.invitation.community, self.invitation.invited_by
        words = {
            "title": _("You are invited to %(name)s") % {"name": community.name},
            "lead": _("%(name)s invites you to join. %(purpose)s") % {"name": writer, "purpose": community.purpose},
            "action": _("Join"),
            "back": reverse("communities"),
            "crumbs": [(reverse("communities"), _("Communities"))],
        }
        return super().get_context_data(**words, **kwargs)

    def act(self, form):
        accept_invitation(self.invitation, by=self.request.user)
        messages.success(
            self.request, _("You are a member of %(name)s now.") % {"name": self.invitation.community.name}
        )
        return self.invitation.community


def number(text):
    """The key that a form sent; raises 404 for what is none."""
    if not str(text or "").isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
