"""The librarians' desk and the form that brings distillations into an entry."""

import pytest
from django.urls import reverse

from communities.interaction.externalization import distil, withdraw_distillation
from communities.models import Combination
from kmsite.home import waiting_for
from knowledge.outbox import key_of
from knowledge.search.indexing import index
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def write_up(talk, by, title="The licence"):
    return distil(talk.thread, posts=[talk.second], title=title, text="It decides.", by=by)


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("patron", 403), ("manager", 403), ("librarian", 200)])
def test_librarians_read_the_desk(client, people, role, status):
    if role != "visitor":
        client.force_login(people[role])

    assert client.get(reverse("desk")).status_code == status


def test_a_full_desk_asks_no_more_than_one_with_a_single_row(
    client, people, talk, member, django_assert_max_num_queries
):
    client.force_login(people["librarian"])
    make_entry(live=True, concepts=[talk.topic])
    write_up(talk, member)
    client.get(reverse("desk"))
    with django_assert_max_num_queries(40) as one:
        client.get(reverse("desk"))
    for number in range(19):
        write_up(talk, member, title=f"Number {number}")

    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(client.get(reverse("desk")).context["waiting"]) == 20


def test_the_draft_opens_in_the_editor(client, people, talk, member):
    client.force_login(people["librarian"])
    made = write_up(talk, member)

    answer = client.post(
        f"{reverse('combine')}?d={made.pk}",
        {"target": "new", "title": "Licences", "form": "best-practice", "language": "en"},
    )

    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[Combination.objects.get().entry_id])


def test_a_new_entry_needs_a_title_and_one_that_is_there_none(client, people, talk, member):
    client.force_login(people["librarian"])
    made = write_up(talk, member)
    known = make_entry(live=True, concepts=[talk.topic])
    address = f"{reverse('combine')}?d={made.pk}"
    asked = {"title": "", "form": "best-practice", "language": "en"}

    refused = client.post(address, {**asked, "target": "new"})
    taken = client.post(address, {**asked, "target": known.pk})

    assert refused.context["form"].errors["title"] == ["A new entry needs a title."]
    assert taken.status_code == 302


@pytest.mark.parametrize("is_alike", [True, False])
def test_only_an_entry_that_is_there_can_say_it_already(client, people, talk, member, is_alike):
    client.force_login(people["librarian"])
    made = write_up(talk, member)
    if is_alike:
        index([key_of(make_entry(title="The licence", live=True, concepts=[talk.topic]))])

    page = client.get(f"{reverse('combine')}?d={made.pk}").text

    assert ('name="says_it_already"' in page) is is_alike
    assert 'name="title"' in page


def test_what_was_taken_back_meanwhile_is_said_and_nothing_typed_is_lost(client, people, talk, member):
    client.force_login(people["librarian"])
    made = write_up(talk, member)
    withdraw_distillation(made, by=member, reason="Wrong.")

    answer = client.post(
        f"{reverse('combine')}?d={made.pk}",
        {"target": "new", "title": "Licences", "form": "best-practice", "language": "en"},
    )

    assert answer.status_code == 422
    assert "Licences" in answer.text
    assert not Combination.objects.exists()


def test_the_first_page_tells_librarians_what_waits_on_the_desk(people, talk, member):
    write_up(talk, member)

    assert reverse("desk") in [figure.url for figure in waiting_for(people["librarian"])]
    assert not waiting_for(people["patron"])
