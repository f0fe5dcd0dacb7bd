"""Stands before Wagtail's own addresses of pages: what writes runs in one transaction with the page's row held.

Wagtail looks whether somebody else saved before it writes, but not under a lock, and asks a person nothing. Here a write that
started from an older version is answered with both texts, and nothing is written. Publishing is by approval alone.
"""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import re_path, resolve, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views import View
from django.views.defaults import page_not_found
from wagtail.admin import messages
from wagtail.models import Page, TaskState

from knowledge.audit import record
from knowledge.form_keys import own_key
from knowledge.models import Entry, EntryState
from knowledge.organization.classify import check_classified
from knowledge.organization.editing import lock_tree, move_on
from knowledge.organization.review import check_may_approve
from knowledge.views.conflict import Versus, is_same

SAFE = ("GET", "HEAD", "OPTIONS")
HARMLESS = {"preview_on_add", "preview_on_edit", "collect_workflow_action_data", "confirm_workflow_cancellation"}
MOVES_THE_TREE = {"add", "copy", "move", "move_confirm", "set_page_position", "delete", "convert_alias"}
MOVES_THE_TREE |= {"submit_page_translation", "wagtail_bulk_action"}
PAGE_NAMES = ("page_id", "page_to_move_id")


class Guard(View):
    """One address of Wagtail's, guarded; `rest` is what follows `/admin/`."""

    def dispatch(self, request, rest):
        self.match = resolve(f"/{rest}", "wagtail.admin.urls")
        request.resolver_match = self.match
        self.keys = self._keys()
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return self.answer()  # which leads to the sign-in
        if Entry.objects.filter(pk__in=self.keys).exclude(pk__in=Entry.objects.visible_to(request.user)).exists():
            return page_not_found(
                request, None, template_name="wagtailadmin/404.html"
            )  # as Wagtail answers the missing
        if request.method in SAFE or self.match.url_name in HARMLESS:
            return self.answer()
        try:
            return self.write()
        except ValidationError as refusal:
            return self.refuse(" ".join(refusal.messages))

    def _keys(self):
        """The pages that the address is about."""
        if self.match.url_name == "wagtail_bulk_action":
            return [int(key) for key in self.request.GET.getlist("id") if key.isdecimal() and len(key) < 18]
        given = [self.match.kwargs[name] for name in PAGE_NAMES if name in self.match.kwargs]
        return given or [int(key) for key in self.match.args[:1]]

    def answer(self):
        return self.match.func(self.request, *self.match.args, **self.match.kwargs)

    @transaction.atomic
    def write(self):
        before = self._hold()
        settled = self._repeated() or self._stale()
        if settled:
            return settled
        self._check_allowed()
        response = self.answer()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        else:
            self._follow_up(before)
            if self.match.url_name == "edit" and wants_json(self.request):
                start_from_here(response)
        return response

    # ------------------------------------------------------------ under the lock
    def _hold(self):
        """Hold the rows; return how the entries stand and which is the newest."""
        if self.match.url_name in MOVES_THE_TREE:
            lock_tree()
        list(Page.objects.select_for_update().filter(pk__in=self.keys).order_by("pk"))
        self.entries = Entry.objects.defer("body").in_bulk(self.keys)
        self.newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return standing(self.keys)

    def _repeated(self):
        """A form that has made its entry already: a double click, or an answer that got lost."""
        key = self.request.POST.get("form_key") if self.match.url_name == "add" else None
        own = own_key(key, self.request.user.pk)
        state = EntryState.objects.filter(form_key=own).first() if own else None
        if state is None:
            return None
        if wants_json(self.request):
            return conflict_for_autosave()
        messages.info(self.request, _("This entry was made already; here it is."))
        return redirect("wagtailadmin_pages:edit", state.entry_id)

    def _stale(self):
        """The answer to somebody who started from an older version; None when nobody came between."""
        if self.match.url_name not in ("edit", "revisions_revert") or not self.entries:
            return None
        entry = self.entries[self.keys[0]]
        latest = entry.get_latest_revision()
        if latest is None or is_current(self.request.POST, latest):
            self._spare(latest)
            return None
        if wants_json(self.request):
            return conflict_for_autosave()
        if latest.user_id == self.request.user.pk and is_same(self.request, entry, latest):
            messages.info(self.request, _("This was saved already."))
            return redirect("wagtailadmin_pages:edit", entry.pk)
        context = Versus(self.request, entry, latest).context()
        return render(self.request, "knowledge/conflict.html", context, status=409)

    def _spare(self, latest):
        """Saving in the background writes over its own last version, but not over one that was published or submitted."""
        if latest is None or "overwrite_revision_id" not in self.request.POST:
            return
        in_use = (
            Page.objects.filter(live_revision=latest).exists()
            or TaskState.objects.filter(revision=latest).exists()
            or latest.approved_go_live_at
        )
        if in_use:
            post = self.request.POST.copy()
            del post["overwrite_revision_id"]
            post["loaded_revision_id"] = str(latest.pk)
            post["loaded_revision_created_at"] = latest.created_at.isoformat()
            self.request.POST = post

    def _check_allowed(self):
        """Refuse what entries do not allow whoever asks, and approval by whom it does not suit."""
        is_bulk, is_add = (self.match.url_name == name for name in ("wagtail_bulk_action", "add"))
        if is_bulk and "all" in self.request.GET.getlist("id"):
            raise ValidationError(_("Choose the pages of the list that you mean, at most what it shows at a time."))
        publishes = self.match.kwargs["action"] == "publish" if is_bulk else self.request.POST.get("action-publish")
        is_entry = self.entries or (is_add and self.match.kwargs["content_type_model_name"] == "entry")
        if publishes and is_entry:
            raise ValidationError(_("Entries are published by approval: submit it, and another librarian approves it."))
        if self.entries and self._workflow_action():
            self._check_action(self.entries[self.keys[0]])

    def _workflow_action(self):
        if self.match.url_name == "workflow_action":
            return self.match.kwargs["action_name"]
        if self.match.url_name == "edit" and self.request.POST.get("action-workflow-action"):
            return self.request.POST.get("workflow-action-name")
        return None

    def _check_action(self, entry):
        if (
            entry.current_workflow_task is None and self.match.url_name == "edit"
        ):  # settled meanwhile: keep what was typed
            post = self.request.POST.copy()
            del post["action-workflow-action"]
            self.request.POST = post
            messages.info(self.request, _("Nothing waits for approval here. Somebody may have settled it meanwhile."))
        elif self._workflow_action() == "approve":
            self._check_approval(entry)

    def _check_approval(self, entry):
        try:
            check_may_approve(self.request.user, entry)
        except PermissionDenied as refusal:
            raise ValidationError(str(refusal)) from refusal
        if self.match.url_name == "workflow_action":  # no form, so no version that was read
            latest, waiting = entry.get_latest_revision(), entry.current_workflow_task_state
            if waiting and (waiting.revision_id != latest.pk or latest.created_at > waiting.started_at):
                raise ValidationError(_("This was changed after it was submitted. Read it, then approve it here."))
            check_classified(latest.as_object())

    def refuse(self, reason):
        """Say why; the entry's page is where it can be put right."""
        if wants_json(self.request):
            return JsonResponse(
                {"success": False, "error_code": "blocked_by_hook", "error_message": reason}, status=403
            )
        messages.error(self.request, reason)
        if self.request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": self._edit_address()})
        return redirect(self._edit_address())

    def _edit_address(self):
        if len(self.keys) == 1:
            return reverse("wagtailadmin_pages:edit", args=self.keys)
        return reverse("wagtailadmin_home")

    # ------------------------------------------------------------ afterwards
    def _follow_up(self, before):
        """Move on the versions of what changed, and write down what was moved or deleted."""
        fresh = list(Entry.objects.filter(pk__gt=self.newest).values_list("pk", flat=True))
        now = standing([*self.keys, *fresh])
        for entry in Entry.objects.defer("body").filter(pk__in=[key for key in now if now[key] != before.get(key)]):
            move_on(entry)
            was = before.get(entry.pk)
            if was and was["url_path"] != entry.url_path and was["slug"] == entry.slug:
                record(
                    "entry-moved",
                    entry,
                    by=self.request.user,
                    before={"at": was["url_path"]},
                    after={"at": entry.url_path},
                )
        for key in before.keys() - now.keys():
            record("entry-deleted", self.entries[key], by=self.request.user, before={"at": before[key]["url_path"]})


STANDING = ("latest_revision_id", "latest_revision_created_at", "live", "live_revision_id", "last_published_at")
STANDING += ("url_path", "slug", "locked", "go_live_at", "expire_at")


def standing(keys):
    """How entries stand: key -> the values that a write of any kind changes."""
    return {row["pk"]: row for row in Entry.objects.filter(pk__in=keys).values("pk", *STANDING)}


def wants_json(request):
    return not request.accepts("text/html")


def is_current(post, latest):
    """Whether a form started from `latest`; one that does not say where it started did not."""
    if overwrites := post.get("overwrite_revision_id"):
        return overwrites == str(latest.pk)
    if post.get("loaded_revision_id") != str(latest.pk):
        return False
    try:
        return parse_datetime(post.get("loaded_revision_created_at", "")) == latest.created_at
    except ValueError:
        return False


def conflict_for_autosave():
    """In the form in which Wagtail's editor expects it: it stops saving in the background and shows the message."""
    message = _("Somebody saved a newer version. Press “Save draft” to see both; nothing is lost.")
    return JsonResponse({"success": False, "error_code": "invalid_revision", "error_message": message}, status=409)


def start_from_here(response):
    """Let the open form start from the version that saving in the background has made; Wagtail leaves the form's own fields at
    the version that was loaded, and what is sent next would be taken for older than itself."""
    answer = json.loads(response.content)
    if "revision_id" in answer:
        answer["field_updates"] |= {
            "loaded_revision_id": str(answer["revision_id"]),
            "loaded_revision_created_at": answer["revision_created_at"],
        }
        response.content = json.dumps(answer)


urlpatterns = [
    re_path(r"^(?P<rest>(?:pages/.+|bulk/wagtailcore/page/.+|translation/submit/page/.+)/)$", Guard.as_view()),
]
