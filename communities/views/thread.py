"""A thread: reading it, and replying at its end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from communities.components.audience import audience_of, joining
from communities.components.thread import ThreadFace
from communities.forms.talk import ReplyForm
from communities.interaction.socialization import drop_draft, read_up_to, reply
from communities.models import Post
from communities.policies import check_skip
from communities.rules import TalkState
from communities.views.acting import reason_of, signed_out
from communities.views.community import crumbs_of
from communities.views.finding import given_back, thread_of
from communities.views.writing import Writing, quoted, text_of
from knowledge.policies import allows
from knowledge.throttle import count_request


def numbers(values):
    """The numbers in `["2,3", "15"]`; what is none is passed over."""
    parts = (part.strip() for value in values for part in value.split(","))
    return [int(part) for part in parts if part.isdecimal() and len(part) < 10]


class ThreadView(TemplateView):
    """`?page=` counts from 1, `?posts=2,3` are chosen for the write-up, `?quote=2` begins a reply with a quotation."""

    template_name = "communities/thread.html"

    def get(self, request, *args, **kwargs):
        thread = thread_of(request, kwargs["pk"])
        if thread.community.slug != kwargs["slug"]:
            return redirect(thread)  # it was moved; this reader may see where to
        face = self.face(thread)
        response = self.render_to_response(self.get_context_data(face=face, form=self.fresh_form(face)))
        if face.is_behind:
            read_up_to(thread, face.shown_last, by=request.user)
        return response

    def face(self, thread):
        (page,) = numbers([self.request.GET.get("page", "")])[:1] or [1]
        chosen = numbers(self.request.GET.getlist("posts"))
        return ThreadFace(thread, self.request.user, page=page, chosen=chosen)

    def get_context_data(self, *, face, form, **kwargs):
        thread, reader = face.thread, self.request.user
        face.may_write = form is not None
        return super().get_context_data(
            thread=thread,
            face=face,
            form=form,
            place=place_of(thread),
            audience=" ".join(
                filter(None, [audience_of(thread.community), form and joining(thread.community, reader)])
            ),
            may_skip=reader.is_authenticated and allows(check_skip, reader, thread),
            crumbs=crumbs_of(thread.community),
            **{"preview": None, **kwargs},
        )

    def fresh_form(self, face):
        """The reply form with the draft or a quotation in it; none for who may not write."""
        if not face.may_post:
            return None
        writing = Writing(place_of(face.thread), self.request.user)
        text = writing.kept.get("text", "")
        for number in numbers([self.request.GET.get("quote", "")])[:1]:
            text = "\n\n".join(filter(None, [text, quoted(face.thread, number, self.request.user)]))
        self.extra_context = {"draft_saved": writing.saved_at}
        return ReplyForm(initial={"text": text})

    # ------------------------------------------------------------ replying
    def post(self, request, *args, **kwargs):
        is_looked_at = request.POST.get("do") in ("preview", "attach")
        count_request("preview" if is_looked_at else "post", request)
        try:
            thread = thread_of(request, kwargs["pk"])
        except Http404 as missing:
            return given_back(request, missing)
        if not request.user.is_authenticated:
            return signed_out(request)
        if is_looked_at:
            return self.again(thread)
        form = ReplyForm(request.POST, request.FILES)
        return self.send(thread, form) if form.is_valid() else self.refused(thread, form)

    def send(self, thread, form):
        try:
            text = text_of(form, self.request)
            post = reply(thread, text=text, form_key=form.cleaned_data["form_key"], by=self.request.user)
        except (PermissionDenied, ValidationError) as refusal:
            form.add_error(None, reason_of(refusal))
            return self.refused(thread, form)
        drop_draft(self.request.user, place_of(thread))
        if post.state == TalkState.HELD:
            messages.info(
                self.request, _("Thank you. A steward looks at it first; you see it here, marked as waiting.")
            )
        return redirect(Post.objects.select_related("thread__community").get(pk=post.pk))

    def refused(self, thread, form):
        """The thread again, with the text and the reason: it may have been closed or hidden meanwhile."""
        return self.render_to_response(self.get_context_data(face=self.face(thread), form=form), status=422)

    def again(self, thread):
        """The thread again, with the text as it is by now and, when asked for, how it will look."""
        fields, shown = Writing(place_of(thread), self.request.user).work_on(self.request)
        context = self.get_context_data(face=self.face(thread), form=ReplyForm(initial=fields), **shown)
        return self.render_to_response(context)


def place_of(thread):
    """The name of the draft of a reply."""
    return f"reply:{thread.pk}"
