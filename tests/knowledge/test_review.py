import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow, WorkflowPage

from kmsite.models import LibrarySettings
from knowledge.models import AuditEvent, Entry, EntryIndex, OutboxRow
from knowledge.organization import publishing, review
from knowledge.organization.editing import create_entry, save_draft
from knowledge.outbox import work_off
from knowledge.rules import Visibility
from tests.factories import make_concept

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(people):
    """A classified draft of the librarian."""
    return create_entry(
        title="Renewing by phone",
        language="en",
        markdown="Call before noon.",
        concepts=[make_concept("Loans", "借阅")],
        visibility=Visibility.PUBLIC,
        by=people["librarian"],
    )


@pytest.fixture
def submitted(draft, people):
    return review.submit(draft, by=people["librarian"])


def live(entry):
    return Entry.objects.get(pk=entry.pk).live


def test_laying_the_workflow_again_changes_nothing():
    before = (Workflow.objects.count(), WorkflowPage.objects.count())

    workflow = review.lay_workflow()

    assert (Workflow.objects.count(), WorkflowPage.objects.count()) == before
    assert all(index.get_workflow() == workflow for index in EntryIndex.objects.all())


def test_another_librarian_approves_and_it_is_published(submitted, people):
    entry = review.approve(submitted, by=people["second_librarian"])

    assert entry.live
    assert OutboxRow.objects.filter(kind="published", key=f"knowledge.entry:{entry.pk}").count() == 1


def test_who_wrote_it_does_not_approve_it(submitted, people):
    with pytest.raises(PermissionDenied, match="Another librarian"):
        review.approve(submitted, by=people["librarian"])
    assert not live(submitted)


def test_who_submitted_it_for_another_does_not_approve_it(draft, people):
    submitted = review.submit(draft, by=people["second_librarian"])

    for role in ("librarian", "second_librarian"):
        with pytest.raises(PermissionDenied):
            review.approve(submitted, by=people[role])
    assert review.approve(submitted, by=people["administrator"]).live


@pytest.mark.parametrize("role", ["patron", "manager"])
def test_only_librarians_approve(role, submitted, people):
    with pytest.raises(PermissionDenied):
        review.approve(submitted, by=people[role])


def test_where_the_library_says_so_one_approves_alone(submitted, people):
    LibrarySettings.objects.update(one_may_approve=True)

    assert review.approve(submitted, by=people["librarian"]).live


def test_what_another_changed_while_it_waited_its_author_approves(submitted, people):
    version = submitted.get_latest_revision_as_object()
    version.title = "Renewing by phone or mail"
    save_draft(version, by=people["second_librarian"])

    with pytest.raises(PermissionDenied):
        review.approve(submitted, by=people["second_librarian"])
    assert review.approve(submitted, by=people["librarian"]).title == "Renewing by phone or mail"


def test_who_may_approve_finds_that_first(submitted, people, client):
    edit = reverse("wagtailadmin_pages:edit", args=[submitted.pk])
    first = {}
    for role in ("librarian", "second_librarian"):
        client.force_login(people[role])
        menu = client.get(edit).context["action_menu"]
        first[role] = menu.default_item.name

    assert first == {"librarian": "action-save-draft", "second_librarian": "approve"}


def test_sending_back_needs_a_reason(submitted, people):
    with pytest.raises(ValidationError):
        review.reject(submitted, "  ", by=people["second_librarian"])


def test_the_task_itself_refuses_to_send_back_without_a_reason(submitted, people):
    waiting = submitted.current_workflow_task_state

    with pytest.raises(PermissionDenied):
        waiting.task.specific.on_action(waiting, people["second_librarian"], "reject", comment="")


def test_the_author_reads_the_reason_on_their_page_and_by_mail(submitted, people):
    review.reject(submitted, "Name the desk.", by=people["second_librarian"])
    work_off()

    back = review.reviews_of(people["librarian"])["sent_back"]
    assert [(row["entry"].pk, row["task"].comment) for row in back] == [(submitted.pk, "Name the desk.")]
    letters = [letter for letter in mail.outbox if letter.to == ["maren@example.org"]]
    assert len(letters) == 1
    assert "Name the desk." in letters[0].body


def test_no_mail_is_sent_before_the_transaction_has_ended(submitted, people):
    review.reject(submitted, "Name the desk.", by=people["second_librarian"])

    assert mail.outbox == []


def test_the_reason_stands_above_the_entry_in_the_editor(submitted, people, client):
    review.reject(submitted, "Name the desk.", by=people["second_librarian"])
    client.force_login(people["librarian"])

    page = client.get(f"/admin/pages/{submitted.pk}/edit/").content.decode()

    assert "Name the desk." in page
    assert "Wen" in page


def test_own_page_shows_what_was_sent_back_and_what_waits(submitted, people, client):
    client.force_login(people["second_librarian"])
    assert "Renewing by phone" in client.get("/en/me/").content.decode()

    review.reject(submitted, "Name the desk.", by=people["second_librarian"])
    client.force_login(people["librarian"])
    assert "Name the desk." in client.get("/en/me/").content.decode()


def test_own_submissions_do_not_wait_for_oneself(submitted, people):
    assert review.reviews_of(people["librarian"]) is None
    assert len(review.reviews_of(people["second_librarian"])["waiting"]) == 1
    assert review.reviews_of(people["patron"]) is None


def test_what_was_sent_back_can_be_submitted_again(submitted, people):
    back = review.reject(submitted, "Name the desk.", by=people["second_librarian"])

    review.submit(back, by=people["librarian"])

    assert review.approve(back, by=people["second_librarian"]).live


def test_an_entry_without_a_subject_is_not_submitted(people):
    bare = create_entry(
        title="Bare", language="en", concepts=[make_concept("PDF", facet="form")], by=people["librarian"]
    )

    with pytest.raises(ValidationError, match="Subject"):
        review.submit(bare, by=people["librarian"])


def test_what_lost_its_subject_while_it_waited_is_not_approved(submitted, people):
    version = submitted.get_latest_revision_as_object()
    version.entry_concepts.clear()
    save_draft(version, by=people["librarian"])

    with pytest.raises(ValidationError, match="Subject"):
        review.approve(submitted, by=people["second_librarian"])
    assert not live(submitted)


def test_a_second_press_of_the_button_is_told_that_it_is_settled(submitted, people):
    review.approve(submitted, by=people["second_librarian"])

    with pytest.raises(ValidationError, match="settled"):
        review.approve(submitted, by=people["second_librarian"])


class TestChecking:
    def test_a_librarian_vouches_until_a_day_without_a_new_version_of_the_text(self, draft, people):
        until = timezone.localdate() + datetime.timedelta(days=90)
        revisions = draft.revisions.count()

        review.verify(draft, until, by=people["second_librarian"])

        state = Entry.objects.get(pk=draft.pk).state
        assert (state.checked_by, state.check_due) == (people["second_librarian"].person, until)
        assert draft.revisions.count() == revisions
        assert AuditEvent.objects.filter(action="entry-checked").count() == 1

    def test_nobody_vouches_for_the_past(self, draft, people):
        with pytest.raises(ValidationError):
            review.verify(draft, timezone.localdate(), by=people["librarian"])

    def test_a_patron_does_not_vouch(self, draft, people):
        with pytest.raises(PermissionDenied):
            review.verify(draft, timezone.localdate() + datetime.timedelta(days=1), by=people["patron"])


class TestWhenTheDayHasCome:
    def scheduled(self, submitted, people, **days):
        version = submitted.get_latest_revision_as_object()
        for name, offset in days.items():
            setattr(version, name, timezone.now() + datetime.timedelta(days=offset))
        version.save_revision(user=people["librarian"])
        return review.approve(submitted, by=people["second_librarian"])

    def test_an_approved_entry_waits_for_its_day(self, submitted, people):
        entry = self.scheduled(submitted, people, go_live_at=1)
        assert publishing.publish_due() == 0
        assert not live(entry)

        entry.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=timezone.now())
        Entry.objects.filter(pk=entry.pk).update(go_live_at=timezone.now())
        revision = entry.get_latest_revision()
        revision.content["go_live_at"] = timezone.now().isoformat()
        revision.save()

        assert publishing.publish_due() == 1
        assert live(entry)
        assert publishing.publish_due() == 0

    def test_what_is_over_is_taken_off(self, submitted, people):
        entry = self.scheduled(submitted, people, expire_at=1)
        Entry.objects.filter(pk=entry.pk).update(expire_at=timezone.now())

        assert publishing.publish_due() == 1
        assert not live(entry)
        assert OutboxRow.objects.filter(kind="unpublished").exists()

    def test_a_page_that_fails_does_not_keep_the_others(self, submitted, people, monkeypatch):
        entry = self.scheduled(submitted, people, expire_at=1)
        Entry.objects.filter(pk=entry.pk).update(expire_at=timezone.now())

        def broken(_key):
            raise RuntimeError

        monkeypatch.setattr(publishing, "_expire", broken)
        broken.__name__ = "_expire"

        assert publishing.publish_due() == 0
        assert live(entry)
