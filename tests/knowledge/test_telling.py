import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from knowledge.acquisition.telling import language_of, take_in
from knowledge.models import Capture
from knowledge.outbox import work_off
from knowledge.rules import CaptureState, Visibility
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_while_ago(monkeypatch):
    """Forms are filled in at a person's pace, without waiting for it."""
    monkeypatch.setattr("knowledge.forms.capture.FASTEST", 0)


def fill_in(client, address="/en/tell/", **fields):
    """Fetch the form and send it with `fields`, as a browser does."""
    form = client.get(address).context["form"]
    hidden = {field.name: field.value() or "" for field in form.hidden_fields()}
    return client.post(address, {**hidden, **fields})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The quiet rooms are not quiet.", "en"),
        ("静音室周三并不安静。", "zh-hans"),
        ("我想用 Zotero 管理文献", "zh-hans"),
        ("The sign says 安静 but nobody reads it, and it is by the door", "en"),
        ("12345", "en"),
    ],
)
def test_the_language_of_what_was_told_is_heard_from_its_letters(text, language):
    assert language_of(text) == language


def test_anybody_can_tell_without_an_account(client, a_while_ago):
    response = fill_in(client, text="The lift stands still.")

    capture = Capture.objects.get()
    assert response.url == reverse("told", args=[capture.token])
    assert (capture.text, capture.state, capture.teller) == ("The lift stands still.", CaptureState.NEW, None)
    assert capture.heard_on == timezone.localdate()


def test_the_same_form_sent_twice_makes_one_capture(client, a_while_ago):
    form = client.get("/en/tell/").context["form"]
    sent = {field.name: field.value() or "" for field in form.hidden_fields()} | {"text": "The lift stands still."}

    first, second = client.post("/en/tell/", sent), client.post("/en/tell/", sent)

    assert first.url == second.url
    assert Capture.objects.count() == 1


def test_the_key_of_somebody_elses_form_does_not_lead_to_what_they_told(people):
    told = [
        take_in("The lift stands still.", form_key="k"),
        take_in("The lift stands still.", form_key="k", teller=people["patron"].person),
        take_in("The lift stands still.", form_key="k", by=people["librarian"]),
        take_in("What did they tell?", form_key="k"),
    ]

    assert len({capture.token for capture in told}) == 4


def test_what_a_program_sends_at_once_is_held_and_kept_in_the_form(client):
    response = fill_in(client, text="Buy my pills.")

    assert Capture.objects.count() == 0
    assert "Buy my pills." in response.content.decode()


def test_what_fills_the_trap_is_held(client, a_while_ago):
    fill_in(client, text="Buy my pills.", website="https://pills.example")

    assert Capture.objects.count() == 0


def test_an_empty_form_says_what_to_do(client, a_while_ago):
    response = fill_in(client, text=" ")

    assert "Write a few words first." in response.content.decode()


def test_somebody_signed_in_tells_under_their_own_name(client, people, a_while_ago):
    client.force_login(people["patron"])

    fill_in(client, text="The lift stands still.")

    assert Capture.objects.get().teller == people["patron"].person


def test_the_words_searched_for_are_carried_along(client, a_while_ago):
    fill_in(client, "/en/tell/?about=parish+maps", text="I have some at home.")

    assert Capture.objects.get().about == "parish maps"


def test_the_form_does_not_tell_the_title_of_a_hidden_entry(client):
    hidden = make_entry("Plans for the branch", visibility=Visibility.STAFF)

    response = client.get(f"/en/tell/?entry={hidden.pk}")

    assert "Plans for the branch" not in response.content.decode()


def test_the_page_of_the_teller_opens_with_its_token_only(client):
    capture = take_in("The lift stands still.")

    assert client.get(reverse("told", args=[capture.token])).status_code == 200
    assert client.get(reverse("told", args=["somebody-elses"])).status_code == 404


def test_a_teller_who_left_an_address_gets_a_mail_that_repeats_nothing(db, django_capture_on_commit_callbacks):
    take_in("My secret words", teller_email="ines@example.org")

    work_off()

    assert mail.outbox[0].to == ["ines@example.org"]
    assert "My secret words" not in mail.outbox[0].body
    assert "/told/" in mail.outbox[0].body


@pytest.mark.parametrize(("role", "sees"), [("visitor", 0), ("patron", 0), ("librarian", 1), ("manager", 1)])
def test_captures_are_read_by_staff_only(role, sees, people):
    take_in("The lift stands still.")

    assert Capture.objects.visible_to(people[role]).count() == sees
