"""A text in the making: drafts that the server keeps, the preview that is the real rendering, pictures."""

from pathlib import PurePosixPath

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.interaction.rendering import render_post
from communities.interaction.socialization import attach_image, draft_of, drop_draft, keep_draft
from communities.models import Post, PostImage, Thread
from communities.views.acting import for_signed_in, reason_of
from knowledge.text import clean, plain, render_markdown
from knowledge.throttle import count_request, throttled
from knowledge.views.files import SHOWN_AS, serve

TEXTS = ("title", "text", "tried", "happened", "learned", "question")
KEPT = (*TEXTS, "community", "topics", "language", "useful", "version", "post")
NOTE = "note-"  # how the names of notes beside posts begin
MOST_NOTES = 200
PLAIN = ("distil", "distillation")  # places where names and pictures of talk mean nothing
QUOTED = 600  # characters of a post that a quotation begins with


class Writing:
    """What somebody writes at `place`, such as `reply:12` or `ask`."""

    def __init__(self, place, user):
        self.place, self.user = place, user
        draft = draft_of(user, place)
        self.kept = draft.fields if draft else {}
        self.saved_at = draft.saved_at if draft else None

    def work_on(self, request):
        """Take what was sent to be looked at, not to be posted: (fields for a fresh form, what to show with it).

        A picture that came along is taken in and stands in the text; all of it is kept as a draft.
        """
        fields = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
        shown = {}
        try:
            if picture := request.FILES.get("picture"):
                title = fields.pop("picture_title", "")
                fields["text"] = with_picture(fields.get("text", ""), picture, title, request)
            kept = kept_fields(request.POST)
            keep_draft(self.user, self.place, kept | ({"text": fields["text"]} if "text" in fields else {}))
            shown["preview"] = rendered(fields.get("text", ""), self.place, self.user)
        except (PermissionDenied, ValidationError) as refusal:
            shown |= {"preview": "", "refusal": reason_of(refusal)}
        return fields, shown


def kept_fields(data):
    """What a draft keeps of a form that was sent; the chosen posts stand in one text, with commas."""
    fields = {name: clean(data[name])[:40_000] for name in KEPT if name in data}
    if "post" in data:
        fields["post"] = ",".join(data.getlist("post")[:MOST_NOTES])
    notes = [name for name in data if name.startswith(NOTE) and data[name].strip()]
    return fields | {name[:40]: clean(data[name])[:500] for name in notes[:MOST_NOTES]}


def rendered(text, place, user):
    """The HTML that `text` becomes at `place`, with the pictures and the names that stand in it."""
    kind, _colon, key = place.partition(":")
    if kind in PLAIN:
        return render_markdown(text).html
    known = kind == "reply" and key.isdecimal() and len(key) < 18
    thread = Thread.objects.visible_to(user).filter(pk=key).first() if known else None
    return render_post(text, author=getattr(user, "person", None), thread=thread).html


def shows(image):
    """The Markdown that shows a picture."""
    words = image.title.translate(str.maketrans("[]\\\n", "()/ "))
    return f"![{words}](image:{image.pk})"


def taken_in(file, title, request):
    """A picture that came with `request`, counted by whatever button it came."""
    count_request("upload", request)
    return attach_image(file, by=request.user, title=title)


def with_picture(text, file, title, request):
    """`text` with a picture at its end."""
    image = taken_in(file, title, request)
    return f"{text.rstrip()}\n\n{shows(image)}\n".lstrip()


def text_of(form, request):
    """The text of a valid form; a picture that came along stands at its end."""
    said = form.cleaned_data
    if said.get("picture"):
        return with_picture(said["text"], said["picture"], said["picture_title"], request)
    return said["text"]


def quoted(thread, number, reader):
    """The beginning of post `number` as a quotation in Markdown; "" when the reader may not read it."""
    post = Post.objects.visible_to(reader).filter(thread=thread, number=number).select_related("author").first()
    if post is None:
        return ""
    words = plain(post.html)
    words = words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(maxsplit=1)[0]} …"
    return "\n".join([*(f"> {line}" for line in words.split("\n")), "", ""])


# ---------------------------------------------------------------- addresses for scripts
@never_cache
@require_POST
@throttled("preview")
@for_signed_in
def preview(request):
    """A piece of a page: how the text will look."""
    try:
        shown = {"preview": rendered(request.POST.get("text", ""), request.POST.get("place", ""), request.user)}
    except ValidationError as refusal:
        shown = {"refusal": reason_of(refusal)}
    return render(request, "communities/preview.html", shown)


@never_cache
@require_POST
@throttled("draft")
@for_signed_in
def draft(request):
    """Keep what is written so far; without words the draft is dropped."""
    place = request.POST.get("place", "")[:60]
    fields = kept_fields(request.POST)
    if not place:
        raise Http404
    if any(fields.get(name, "").strip() for name in TEXTS):
        keep_draft(request.user, place, fields)
    else:
        drop_draft(request.user, place)
    return HttpResponse(status=204)


@never_cache
@require_POST
@for_signed_in
def upload(request):
    """Take a picture in; answers with the Markdown that shows it."""
    try:
        if "picture" not in request.FILES:
            raise Http404
        image = taken_in(request.FILES["picture"], request.POST.get("picture_title", "")[:300], request)
    except (PermissionDenied, ValidationError) as refusal:
        return JsonResponse({"error": reason_of(refusal)}, status=422)
    return JsonResponse({"markdown": shows(image)})


@require_safe
def picture(request, pk):
    """A picture for who reads the post that it stands in; before it is posted, for who took it in."""
    image = get_object_or_404(PostImage.objects.select_related("uploaded_by"), pk=pk)
    if image.post_id:
        allowed = Post.objects.visible_to(request.user).filter(pk=image.post_id).exists()
    else:
        allowed = (
            request.user.is_authenticated and bool(image.uploaded_by) and image.uploaded_by.user_id == request.user.pk
        )
    if not allowed:
        raise Http404
    return serve(request, image.file, shown_as=SHOWN_AS.get(PurePosixPath(image.file.name).suffix.lower()))
