import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from knowledge.models import AuditEvent, Entry, EntryIndex, EntryState, OutboxRow
from knowledge.organization.review import submit
from knowledge.rules import Visibility
from tests.factories import make_concept, make_entry
from tests.knowledge.editor import add_url, edit_url, open_form, open_new

pytestmark = pytest.mark.django_db
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def entry(db):
    return make_entry(body=[("markdown", {"source": "Ask at the desk.", "format": "markdown"})], live=False)


@pytest.fixture
def desk(people):
    """A browser in which a librarian is signed in."""
    return signed_in(people["librarian"])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def version(entry):
    return EntryState.objects.get(entry=entry).version


def draft(entry):
    return Entry.objects.get(pk=entry.pk).get_latest_revision_as_object()


def test_a_save_counts_a_version_and_is_told(desk, entry):
    form = open_form(desk, entry)

    response = desk.post(edit_url(entry), {**form, "title": "Loans from elsewhere"})

    assert (response.status_code, draft(entry).title) == (302, "Loans from elsewhere")
    assert version(entry) == 1
    assert OutboxRow.objects.filter(kind="entry_changed", key=f"knowledge.entry:{entry.pk}").exists()


def test_who_comes_second_sees_both_texts_and_writes_nothing(desk, entry, people):
    mine = open_form(desk, entry)
    other = signed_in(people["second_librarian"])
    other.post(edit_url(entry), {**open_form(other, entry), "title": "Theirs"})

    response = desk.post(edit_url(entry), {**mine, "title": "Mine", "body-0-value-source": "What I wrote for an hour."})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in page
    assert "What I wrote for an hour." in page
    assert (draft(entry).title, version(entry)) == ("Theirs", 1)


def test_a_second_text_can_be_put_on_top_and_the_first_stays_in_the_history(desk, entry, people):
    mine = open_form(desk, entry)
    other = signed_in(people["second_librarian"])
    other.post(edit_url(entry), {**open_form(other, entry), "title": "Theirs"})
    again = dict(desk.post(edit_url(entry), {**mine, "title": "Mine"}).context["again"])

    response = desk.post(edit_url(entry), again)

    assert response.status_code == 302
    assert draft(entry).title == "Mine"
    assert "Theirs" in [revision.content["title"] for revision in entry.revisions.all()]


def test_an_edit_that_does_not_say_where_it_started_is_stale(desk, entry):
    form = open_form(desk, entry)
    del form["loaded_revision_id"], form["loaded_revision_created_at"]

    assert desk.post(edit_url(entry), {**form, "title": "Blind"}).status_code == 409


def test_a_version_written_over_in_the_background_is_newer_though_its_number_is_the_same(desk, entry, people):
    other = signed_in(people["second_librarian"])
    first = other.post(edit_url(entry), {**open_form(other, entry), "title": "One"}, **JSON).json()
    mine = open_form(desk, entry)
    other.post(
        edit_url(entry),
        {**open_form(other, entry), "overwrite_revision_id": first["revision_id"], "title": "Two"},
        **JSON,
    )

    assert desk.post(edit_url(entry), {**mine, "title": "Mine"}).status_code == 409
    assert draft(entry).title == "Two"


def test_saving_in_the_background_is_told_in_the_words_of_the_editor(desk, entry, people):
    mine = open_form(desk, entry)
    other = signed_in(people["second_librarian"])
    other.post(edit_url(entry), {**open_form(other, entry), "title": "Theirs"})

    response = desk.post(edit_url(entry), {**mine, "title": "Mine"}, **JSON)

    assert (response.status_code, response.json()["error_code"]) == (409, "invalid_revision")
    assert draft(entry).title == "Theirs"


def test_saving_in_the_background_never_writes_over_what_was_submitted(desk, entry, people):
    saved = desk.post(edit_url(entry), {**open_form(desk, entry), "title": "Submitted"}, **JSON).json()
    entry.entry_concepts.create(concept=make_concept("Loans"))
    submitted = Entry.objects.get(pk=entry.pk)
    submitted.get_workflow().start(submitted, people["librarian"])

    again = desk.post(
        edit_url(entry),
        {**open_form(desk, entry), "title": "Typed on", "overwrite_revision_id": saved["revision_id"]},
        **JSON,
    ).json()

    assert again["success"]
    assert again["revision_id"] != saved["revision_id"]
    assert entry.revisions.get(pk=saved["revision_id"]).content["title"] == "Submitted"


def test_who_saved_in_the_background_goes_on_from_there(desk, entry):
    entry.entry_concepts.create(concept=make_concept("Loans"))
    form = open_form(desk, entry) | {"title": "Typed"}
    saved = desk.post(edit_url(entry), form, **JSON).json()

    response = desk.post(edit_url(entry), {**form, **saved["field_updates"], "title": "Typed on"})

    assert response.status_code == 302
    assert draft(entry).title == "Typed on"


def test_a_double_click_is_one_save(desk, entry):
    form = {**open_form(desk, entry), "title": "Once"}
    desk.post(edit_url(entry), form)

    response = desk.post(edit_url(entry), form)

    assert response.status_code == 302
    assert version(entry) == 1


def test_one_form_makes_one_entry(desk):
    index = EntryIndex.objects.get(locale__language_code="en")
    form = {**open_new(desk, index), "title": "Made once", "slug": "made-once"}

    answers = [desk.post(add_url(index), form) for _ in range(3)]

    made = Entry.objects.get(title="Made once")
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert answers[2].url == edit_url(made)


def test_the_key_of_somebody_elses_form_leads_nobody_to_their_entry(desk, people):
    index = EntryIndex.objects.get(locale__language_code="en")
    form = {**open_new(desk, index), "title": "Theirs", "slug": "theirs", "form_key": "k"}
    desk.post(add_url(index), form)

    answer = signed_in(people["second_librarian"]).post(add_url(index), form | {"title": "Mine", "slug": "mine"})

    assert answer.status_code == 302
    assert {entry.title for entry in Entry.objects.all()} >= {"Theirs", "Mine"}


def test_who_makes_an_entry_is_its_author(desk, people):
    index = EntryIndex.objects.get(locale__language_code="en")
    desk.post(add_url(index), {**open_new(desk, index), "title": "Mine", "slug": "mine"})

    credited = Entry.objects.get(title="Mine").get_latest_revision_as_object().contributors.all()

    assert [(one.person, one.role) for one in credited] == [(people["librarian"].person, "author")]


def test_a_draft_is_previewed_as_readers_will_see_it(desk, entry):
    index = EntryIndex.objects.get(locale__language_code="en")
    fresh = reverse("wagtailadmin_pages:preview_on_add", args=["knowledge", "entry", index.pk])
    begun = reverse("wagtailadmin_pages:preview_on_edit", args=[entry.pk])

    assert desk.post(fresh, {**open_new(desk, index), "title": "Not there yet", "slug": "not-yet"}).json()["is_valid"]
    assert "Not there yet" in desk.get(fresh).content.decode()
    assert desk.post(begun, {**open_form(desk, entry), "title": "Changed"}).json()["is_valid"]
    assert "Changed" in desk.get(begun).content.decode()


@pytest.mark.parametrize("role", ["librarian", "administrator"])
def test_nobody_publishes_past_the_approval(role, people, entry):
    client = signed_in(people[role])
    form = open_form(client, entry)

    client.post(edit_url(entry), {**form, "action-publish": "action-publish"})
    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={entry.pk}")

    assert Entry.objects.get(pk=entry.pk).live is False


def test_the_editor_offers_submitting_and_not_publishing(people, entry):
    page = signed_in(people["administrator"]).get(edit_url(entry)).content.decode()

    assert "action-publish" not in page
    assert "Submit for approval" in page


class TestVisibility:
    def test_it_acts_at_once_and_is_written_down(self, desk, entry):
        desk.post(edit_url(entry), {**open_form(desk, entry), "visibility": "signed-in"})

        assert EntryState.objects.get(entry=entry).visibility == Visibility.SIGNED_IN
        event = AuditEvent.objects.get(action="visibility-change")
        assert (event.before["visibility"], event.after["visibility"]) == ("public", "signed-in")

    def test_saving_in_the_background_does_not_change_it(self, desk, entry):
        desk.post(edit_url(entry), {**open_form(desk, entry), "visibility": "staff"}, **JSON)

        assert EntryState.objects.get(entry=entry).visibility == Visibility.PUBLIC

    def test_reverting_to_an_old_version_does_not_open_it(self, desk, entry):
        first = entry.get_latest_revision()
        desk.post(edit_url(entry), {**open_form(desk, entry), "visibility": "staff", "title": "Closed"})
        revert = reverse("wagtailadmin_pages:revisions_revert", args=[entry.pk, first.pk])

        response = desk.post(revert, open_form(desk, entry) | {"title": first.content["title"]})

        assert response.status_code == 302
        assert draft(entry).title == first.content["title"]
        assert EntryState.objects.get(entry=entry).visibility == Visibility.STAFF

    def test_what_is_about_customers_cannot_be_opened(self, desk, entry):
        response = desk.post(edit_url(entry), {**open_form(desk, entry), "kind": "about", "visibility": "public"})

        assert response.status_code == 200
        assert b"for staff only" in response.content
        assert draft(entry).kind == "for"


def test_a_submission_without_a_subject_says_what_is_missing_and_keeps_the_text(desk, entry):
    response = desk.post(edit_url(entry), {**open_form(desk, entry), "title": "Kept", "action-submit": "1"})

    assert response.status_code == 200
    assert "“Subject”" in response.content.decode()
    assert "Kept" in response.content.decode()
    assert entry.current_workflow_state is None


def test_an_author_does_not_approve_through_any_address(desk, entry, people):
    entry.entry_concepts.create(concept=make_concept("Loans"))
    entry.save_revision(user=people["librarian"])
    submit(entry, by=people["librarian"])
    waiting = Entry.objects.get(pk=entry.pk).current_workflow_task_state
    action = reverse("wagtailadmin_pages:workflow_action", args=[entry.pk, "approve", waiting.pk])

    desk.post(action)
    desk.post(
        edit_url(entry),
        {**open_form(desk, entry), "action-workflow-action": "true", "workflow-action-name": "approve"},
    )

    assert Entry.objects.get(pk=entry.pk).live is False


def test_another_approves_in_the_editor_and_it_is_published(entry, people):
    entry.entry_concepts.create(concept=make_concept("Loans"))
    entry.save_revision(user=people["librarian"])
    submit(entry, by=people["librarian"])
    other = signed_in(people["second_librarian"])

    form = {**open_form(other, entry), "action-workflow-action": "true", "workflow-action-name": "approve"}
    other.post(edit_url(entry), form)

    assert Entry.objects.get(pk=entry.pk).live
    assert OutboxRow.objects.filter(kind="published", key=f"knowledge.entry:{entry.pk}").count() == 1


def test_approving_twice_is_told_and_breaks_nothing(entry, people):
    entry.entry_concepts.create(concept=make_concept("Loans"))
    entry.save_revision(user=people["librarian"])
    submit(entry, by=people["librarian"])
    other = signed_in(people["second_librarian"])
    approval = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    other.post(edit_url(entry), {**open_form(other, entry), **approval})

    again = other.post(edit_url(entry), {**open_form(other, entry), **approval, "title": "Typed meanwhile"})

    assert again.status_code == 302
    assert (Entry.objects.get(pk=entry.pk).title, draft(entry).title) == (entry.title, "Typed meanwhile")


def test_who_changes_it_while_approving_leaves_the_approval_to_the_other(desk, entry, people):
    entry.entry_concepts.create(concept=make_concept("Loans"))
    entry.save_revision(user=people["librarian"])
    submit(entry, by=people["librarian"])
    other = signed_in(people["second_librarian"])
    approval = {"action-workflow-action": "true", "workflow-action-name": "approve"}

    other.post(edit_url(entry), {**open_form(other, entry), **approval, "title": "Changed in passing"})
    other.post(edit_url(entry), {**open_form(other, entry), **approval})
    assert Entry.objects.get(pk=entry.pk).live is False

    desk.post(edit_url(entry), {**open_form(desk, entry), **approval})
    assert (Entry.objects.get(pk=entry.pk).live, Entry.objects.get(pk=entry.pk).title) == (True, "Changed in passing")


def test_what_a_librarian_may_not_see_is_missing_in_the_admin_too(desk, people):
    hidden = make_entry("Board minutes", visibility=Visibility.GROUP, group=Group.objects.create(name="Board"))

    for url in (edit_url(hidden), reverse("wagtailadmin_pages:history", args=[hidden.pk])):
        missing = desk.get(url.replace(str(hidden.pk), "987654"))
        answer = desk.get(url)
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert b"Board minutes" not in desk.get("/admin/entries/").content
    assert b"Board minutes" not in desk.get(reverse("wagtailadmin_explore", args=[hidden.get_parent().pk])).content


def test_deleting_is_written_down(people, entry):
    signed_in(people["administrator"]).post(reverse("wagtailadmin_pages:delete", args=[entry.pk]))

    assert not Entry.objects.filter(pk=entry.pk).exists()
    assert AuditEvent.objects.get(action="entry-deleted").actor == people["administrator"]


def test_a_translation_takes_over_who_may_read(desk, people):
    entry = make_entry(visibility=Visibility.SIGNED_IN)
    chinese = Locale.objects.get(language_code="zh-hans")

    desk.post(f"/admin/translation/submit/page/{entry.pk}/", {"locales": [chinese.pk]})

    copy = Entry.objects.get(translation_key=entry.translation_key, locale=chinese)
    assert copy.state.visibility == Visibility.SIGNED_IN
