import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from knowledge.acquisition import triage
from knowledge.acquisition.telling import take_in
from knowledge.models import Capture, Entry
from knowledge.outbox import work_off
from knowledge.rules import CaptureState, Kind
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def capture(db):
    return take_in("静音室周三并不安静。隔壁有读书会。", teller_email="ines@example.org")


def states(capture):
    return list(capture.events.values_list("state", flat=True))


def test_a_draft_carries_text_language_and_source_over(capture, people):
    entry = triage.draft_entry(capture, by=people["librarian"])

    draft = Entry.objects.get(pk=entry.pk).get_latest_revision_as_object()
    assert draft.locale.language_code == "zh-hans"
    assert (draft.kind, draft.live, draft.title) == (Kind.FROM, False, "静音室周三并不安静")
    assert "隔壁有读书会" in str(draft.body)
    assert [source.capture_id for source in draft.sources.all()] == [capture.pk]


def test_every_step_leaves_a_trace(capture, people):
    triage.claim(capture, by=people["librarian"])
    triage.drop(capture, "Known since May.", by=people["librarian"])

    assert states(capture) == [CaptureState.NEW, CaptureState.CLAIMED, CaptureState.DROPPED]
    assert capture.events.last().note == "Known since May."


def test_a_capture_is_settled_once(capture, people):
    triage.draft_entry(capture, by=people["librarian"])

    with pytest.raises(ValidationError):
        triage.drop(capture, "Too late.", by=people["second_librarian"])
    assert Entry.objects.count() == 1


def test_what_one_librarian_has_claimed_another_does_not_settle(capture, people):
    triage.claim(capture, by=people["librarian"])

    with pytest.raises(PermissionDenied):
        triage.draft_entry(capture, by=people["second_librarian"])


def test_a_claim_can_be_taken_over_and_given_back(capture, people):
    triage.claim(capture, by=people["librarian"])
    triage.claim(capture, by=people["second_librarian"])
    triage.release(capture, by=people["second_librarian"])

    capture.refresh_from_db()
    assert (capture.state, capture.claimed_by) == (CaptureState.NEW, None)


@pytest.mark.parametrize("role", ["patron", "manager"])
def test_only_librarians_settle(role, capture, people):
    with pytest.raises(PermissionDenied):
        triage.claim(capture, by=people[role])


def test_dropping_needs_a_reason(capture, people):
    with pytest.raises(ValidationError):
        triage.drop(capture, "  ", by=people["librarian"])
    capture.refresh_from_db()
    assert capture.is_waiting


def test_added_to_an_entry_it_becomes_a_source_of_the_next_version(capture, people):
    entry = make_entry("Quiet rooms")

    triage.add_to_entry(capture, entry, by=people["librarian"])

    entry.refresh_from_db()
    assert [s.capture_id for s in entry.get_latest_revision_as_object().sources.all()] == [capture.pk]
    assert entry.sources.count() == 0  # what is published waits for approval
    capture.refresh_from_db()
    assert (capture.state, capture.entry_id) == (CaptureState.MERGED, entry.pk)


def test_the_teller_hears_when_something_became_of_it(capture, people):
    triage.drop(capture, "Known since May.", by=people["librarian"])

    work_off()

    assert [message.to for message in mail.outbox] == [["ines@example.org"]] * 2


def test_the_teller_reads_the_reason(capture, people, client):
    triage.drop(capture, "Known since May.", by=people["librarian"])

    page = client.get(reverse("told", args=[capture.token])).content.decode()

    assert "Known since May." in page


def test_the_tellers_page_does_not_name_an_unpublished_entry(capture, people, client):
    triage.draft_entry(capture, by=people["librarian"], title="工作标题")

    assert "工作标题" not in client.get(reverse("told", args=[capture.token])).content.decode()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("It is loud. Very loud.", "It is loud"),
        ("Is it open? I came by.", "Is it open?"),
        ("Mrs. Adler says it is loud. Very loud.", "Mrs. Adler says it is loud"),
        ("静音室不安静。真的。", "静音室不安静"),
        ("a " * 100, ("a " * 40).strip() + "…"),
        ("\n\nfirst line\nsecond", "first line"),
    ],
)
def test_the_working_title_is_the_first_sentence(text, title):
    assert triage.headline(text) == title


class TestInbox:
    def test_it_lists_what_waits(self, capture, people, client):
        client.force_login(people["librarian"])

        page = client.get(reverse("inbox:index"), {"state": "new"}).content.decode()

        assert "静音室周三并不安静" in page

    @pytest.mark.parametrize("role", ["patron", "visitor"])
    def test_it_is_closed_to_the_public(self, role, capture, people, client):
        if role != "visitor":
            client.force_login(people[role])

        response = client.get(reverse("inbox:triage", args=[capture.pk]))

        assert response.status_code in (302, 403, 404)
        assert "静音室" not in response.content.decode()

    def test_the_number_of_queries_does_not_grow_with_the_list(self, people, client, django_assert_max_num_queries):
        client.force_login(people["librarian"])
        for number in range(25):
            triage.claim(take_in(f"Note {number}"), by=people["librarian"])
        client.get(reverse("inbox:index"))

        with django_assert_max_num_queries(30):
            page = client.get(reverse("inbox:index"))
        assert "Note 24" in page.content.decode()

    def test_one_field_is_enough(self, people, client):
        client.force_login(people["librarian"])

        client.post(reverse("inbox:add"), {"text": "Said at the desk", "channel": "complaint"})

        capture = Capture.objects.get()
        assert (capture.text, capture.taken_by, capture.channel) == (
            "Said at the desk",
            people["librarian"],
            "complaint",
        )

    def test_a_refusal_is_said_and_nothing_is_lost(self, capture, people, client):
        client.force_login(people["librarian"])

        page = client.post(reverse("inbox:act", args=[capture.pk, "drop"]), {"reason": ""}, follow=True)

        assert "the teller reads the reason" in page.content.decode()
        capture.refresh_from_db()
        assert capture.is_waiting
