"""Checks 2 and 3: what somebody may not see shows nowhere, and answers as if it did not exist."""

import pytest
from django.urls import reverse

from knowledge.acquisition.telling import take_in
from knowledge.models import Entry
from knowledge.models.entry import EntryContributor, EntrySource
from knowledge.outbox import tell, work_off
from knowledge.rules import Visibility
from tests.factories import make_concept, make_entry, make_user

pytestmark = pytest.mark.django_db
CANARIES = ["Titlecanary", "Summarycanary", "Bodycanary", "Sourcecanary", "Teachercanary"]
OUTSIDERS = ["visitor", "patron"]


@pytest.fixture
def topic():
    return make_concept("Study rooms", "研修室")


@pytest.fixture(params=["a staff entry", "a draft", "about customers"])
def hidden(request, topic, people):
    """An entry that outsiders may not see, full of words that stand nowhere else."""
    fields = {"visibility": Visibility.STAFF}
    if request.param == "a draft":
        fields = {"visibility": Visibility.PUBLIC, "live": False}
    elif request.param == "about customers":
        fields |= {"kind": "about"}
    body = [("markdown", {"source": "## Bodycanary\n\nBodycanary sings.", "format": "markdown"})]
    entry = make_entry("Titlecanary", summary="Summarycanary", body=body, concepts=[topic], **fields)
    EntrySource.objects.create(entry=entry, title="Sourcecanary")
    author = make_user(name="Teachercanary").person
    EntryContributor.objects.create(entry=entry, person=author)
    tell("entry_changed", entry)
    while work_off():
        pass
    return entry


def addresses(entry, topic):
    """Every address at which a word of it could slip out."""
    for language in ("en", "zh-hans"):
        root = f"/{language}"
        yield from (f"{root}/", f"{root}/browse/", f"{root}/topics/", f"{root}/topics/?q=Study")
        yield f"{root}/browse/?subject={topic.pk}"
        yield from (f"{root}/topics/{topic.pk}/", f"{root}/topics/{topic.pk}.ttl", f"{root}/topics/{topic.pk}.jsonld")
        yield from (f"{root}/tell/?entry={entry.pk}", f"{root}/nowhere/")
        for word in ("sings", "Study", "canary"):
            yield f"{root}/search/?q={word}"
            yield f"{root}/search/suggest/?q={word}"
    yield from ("/sitemap.xml", "/robots.txt", entry.get_url())
    yield from (reverse(name, args=[entry.pk]) for name in ("entry", "entry_bib", "entry_ris", "entry_check"))


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_word_of_a_hidden_entry_shows_anywhere(role, hidden, topic, people, client):
    if role != "visitor":
        client.force_login(people[role])

    for address in addresses(hidden, topic):
        response = client.get(address)
        answer = response.content.decode() + str(response.headers)
        assert not [canary for canary in CANARIES if canary in answer], address


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_hidden_entry_is_counted_nowhere(role, hidden, topic, people, client):
    if role != "visitor":
        client.force_login(people[role])

    assert client.get("/en/browse/").context["results"].total == 0
    assert client.get("/en/search/", {"q": "sings"}).context["results"].total == 0


def test_staff_see_it(hidden, people, client):
    assert Entry.objects.visible_to(people["librarian"]).contains(hidden)


@pytest.mark.parametrize("role", OUTSIDERS)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_the_hidden_answers_as_the_missing(role, method, hidden, people, client):
    """Same status and same body, whatever is asked, and no row changes."""
    if role != "visitor":
        client.force_login(people[role])
    before = Entry.objects.filter(pk=hidden.pk).values().get()
    unseen = hidden.get_url()
    missing = unseen.replace("titlecanary", "never-was-here")
    assert missing != unseen

    answers = [getattr(client, method)(address) for address in (unseen, missing)]

    assert {answer.status_code for answer in answers} == {404}
    bodies = [a.content.decode().replace(path, "PATH") for a, path in zip(answers, (unseen, missing), strict=True)]
    assert bodies[0] == bodies[1]
    assert Entry.objects.filter(pk=hidden.pk).values().get() == before


@pytest.mark.parametrize("role", OUTSIDERS)
def test_what_was_told_is_no_business_of_others(role, people, client):
    capture = take_in("Bodycanary sings.", teller=people["librarian"].person)
    if role != "visitor":
        client.force_login(people[role])

    for address in (reverse("inbox:triage", args=[capture.pk]), reverse("inbox:index"), "/en/me/"):
        assert "Bodycanary" not in client.get(address).content.decode()
    assert client.post(reverse("inbox:act", args=[capture.pk, "claim"])).status_code in (302, 403, 404)
    capture.refresh_from_db()
    assert capture.claimed_by is None


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_person_who_did_not_agree_is_missing(role, people, client):
    person = people["manager"].person
    if role != "visitor":
        client.force_login(people[role])

    unseen, missing = client.get(f"/en/people/{person.pk}/"), client.get("/en/people/999999/")

    assert (unseen.status_code, missing.status_code) == (404, 404)
    assert person.name not in unseen.content.decode()
