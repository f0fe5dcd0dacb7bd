"""What stewards do with a thread or a post: hide, show again, let in, move, rename."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from communities.forms.talk import HideForm, MoveForm, ThreadForm
from communities.interaction.socialization import delete_thread, edit_thread, move_thread
from communities.models import Community, PracticeReport
from communities.moderation import approve_held, hide, reject_held, restore
from communities.policies import check_delete_thread, check_edit_thread, check_moderate, check_move_thread
from communities.rules import TalkState
from communities.views.community import crumbs_of, unknown
from communities.views.finding import TalkView, concepts_named, named, post_of, thread_of

DECISIONS = {"hide": hide, "restore": restore, "reject": reject_held}


class ModerateView(TalkView):
    """What a steward decides, with a reason that its author reads and the audit log keeps."""

    form_class = HideForm
    template_name = "communities/moderate.html"

    def check(self):
        check_moderate(self.request.user, self.thread.community if self.thread else None)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.request.POST.get("do") == "approve":
            form.fields["reason"].required = False
        return form

    def get_context_data(self, **kwargs):
        crumbs = crumbs_of(self.thread.community, self.thread) if self.thread else []
        return super().get_context_data(
            thing=self.thing, thread=self.thread, is_held=self.thing.state == TalkState.HELD, crumbs=crumbs, **kwargs
        )

    def act(self, form):
        do, by = self.request.POST.get("do"), self.request.user
        if do == "approve":
            approve_held(self.thing, by=by)
        elif do in DECISIONS:
            DECISIONS[do](self.thing, reason=form.cleaned_data["reason"], by=by)
        messages.success(self.request, _("Done. It stands in the log, with your reason."))
        return "queue" if self.request.POST.get("back") == "queue" else self.thing


class ModeratePostView(ModerateView):
    def find(self):
        self.thing = post_of(self.request, self.kwargs["pk"])
        self.thread = self.thing.thread


class ModerateReportView(ModerateView):
    """A practice report: librarians look after these."""

    thread = None

    def find(self):
        self.thing = get_object_or_404(PracticeReport.objects.visible_to(self.request.user), pk=self.kwargs["pk"])


class ModerateThreadView(ModerateView):
    def find(self):
        self.thing = self.thread = thread_of(self.request, self.kwargs["pk"])


class OnThread(TalkView):
    def find(self):
        self.thread = thread_of(self.request, self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        crumbs = crumbs_of(self.thread.community, self.thread)
        back = self.thread.get_absolute_url()
        return super().get_context_data(thread=self.thread, crumbs=crumbs, back=back, **self.words(), **kwargs)


class EditThreadView(OnThread):
    """Title and topics: for its author and the stewards."""

    form_class = ThreadForm
    template_name = "communities/confirm.html"

    def check(self):
        check_edit_thread(self.request.user, self.thread)

    def words(self):
        return {
            "title": _("Change title and topics"),
            "lead": _("Say in the title what it is about by now; topics lead others here."),
            "action": _("Save"),
        }

    def get_initial(self):
        return {"title": self.thread.title, "topics": named(self.thread.concepts.with_labels())}

    def act(self, form):
        concepts, missing = concepts_named(form.cleaned_data["topics"], self.thread.concepts.all())
        if missing:
            raise ValidationError(unknown(missing))
        edit_thread(self.thread, title=form.cleaned_data["title"], concepts=concepts, by=self.request.user)
        return self.thread


class DeleteThreadView(OnThread):
    """For its author while nobody has answered, and for stewards."""

    form_class = Form
    template_name = "communities/confirm.html"

    def check(self):
        check_delete_thread(self.request.user, self.thread)

    def words(self):
        return {
            "title": _("Delete this thread?"),
            "lead": _("Nobody reads “%(title)s” any more, and what you wrote in it goes.")
            % {"title": self.thread.title},
            "action": _("Delete"),
            "is_grave": True,
        }

    def act(self, form):
        delete_thread(self.thread, by=self.request.user)
        messages.success(self.request, _("Deleted."))
        return self.thread.community


class MoveThreadView(OnThread):
    form_class = MoveForm
    template_name = "communities/confirm.html"

    def check(self):
        check_move_thread(self.request.user, self.thread)

    def words(self):
        return {
            "title": _("Move to another community"),
            "lead": _("Whoever reads the other community reads the thread from then on, and nobody else."),
            "action": _("Move it"),
        }

    def get_form_kwargs(self):
        self.others = list(Community.objects.visible_to(self.request.user).exclude(pk=self.thread.community_id)[:100])
        return {**super().get_form_kwargs(), "communities": self.others}

    def act(self, form):
        there = next(one for one in self.others if one.slug == form.cleaned_data["community"])
        move_thread(self.thread, there, reason=form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Moved. Its old address leads to the new one."))
        return thread_of(self.request, self.thread.pk)
