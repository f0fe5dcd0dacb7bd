"""One's own page: what is mine, how I am shown, my data, and the way out."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from kmsite.accounts.middleware import TimeZoneMiddleware
from kmsite.models import User
from knowledge.application import own
from knowledge.application.own import register_section, sections_for
from knowledge.models import AuditEvent, Capture, EntryContributor, Person
from tests.factories import make_concept, make_entry, make_user

PASSWORD = "open sesame 1897"


@pytest.fixture
def patron(client, people):
    client.force_login(people["patron"])
    return people["patron"]


PAGES = ["/en/me/", "/en/me/settings/", "/en/me/topics/", "/en/me/data/", "/en/me/close/"]


@pytest.mark.parametrize("path", PAGES)
def test_visitors_sign_in_first(path, client, db):
    assert client.get(path).url == f"/en/account/login/?next={path}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_in_both_languages_and_is_kept_nowhere(path, language, client, patron):
    answer = client.get(path.replace("/en/", f"/{language}/"))

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_an_account_without_a_person_gets_one(client, django_user_model):
    user = django_user_model.objects.create_user("lone@example.org", PASSWORD)
    client.force_login(user)
    client.get("/en/me/settings/")

    assert Person.objects.get(user=user).name == "lone"


# ---------------------------------------------------------------- what is mine
def test_what_i_wrote_stands_there_with_where_it_stands(client, patron):
    make_entry("Hives on the roof", owner=patron)
    make_entry("Half a thought", owner=patron, live=False)
    make_entry("Somebody else’s")
    page = client.get("/en/me/").content.decode()

    assert "Hives on the roof" in page
    assert "Published" in page
    assert "Half a thought" in page
    assert "Draft" in page
    assert "Somebody else’s" not in page


def test_rooms_add_their_sections_in_order_and_once(patron, monkeypatch):
    monkeypatch.setattr(own, "SECTIONS", [])

    def later(user):
        return {"who": str(user)}

    def nothing(user):
        return None

    def earlier(user):
        return {}

    register_section(50, later, "later.html")
    register_section(10, earlier, "earlier.html")
    register_section(20, nothing, "nothing.html")
    register_section(50, later, "later.html")

    assert sections_for(patron) == [("earlier.html", {}), ("later.html", {"who": "Ines"})]


# ---------------------------------------------------------------- settings
SETTINGS = {
    "name": "Nettle",
    "is_pseudonym": "on",
    "bio": "I keep **bees**.",
    "languages": "en, zh-Hans",
    "language": "zh-hans",
    "time_zone": "Asia/Shanghai",
    "in_search": "on",
    "on_maps": "on",
}


def test_settings_are_kept_and_answered_in_the_language_just_chosen(client, patron):
    answer = client.post("/en/me/settings/", SETTINGS)

    assert answer.url == "/zh-hans/me/settings/"
    person, user = Person.objects.get(user=patron), User.objects.get(pk=patron.pk)
    assert (person.name, person.is_pseudonym, person.languages, person.in_search) == (
        "Nettle",
        True,
        "en zh-Hans",
        True,
    )
    assert "<strong>bees</strong>" in person.bio_html
    assert (user.language, user.time_zone) == ("zh-hans", "Asia/Shanghai")


def test_consent_to_maps_is_kept_with_day_and_basis_and_taken_back(client, patron):
    client.post("/en/me/settings/", SETTINGS)
    person = Person.objects.get(user=patron)
    assert (person.on_maps, person.on_maps_basis) == ("yes", "own choice on the settings page")
    since = person.on_maps_since

    client.post("/en/me/settings/", {**SETTINGS, "name": "Dock"})
    assert Person.objects.get(user=patron).on_maps_since == since  # unchanged consent keeps its day
    client.post("/en/me/settings/", {key: value for key, value in SETTINGS.items() if key != "on_maps"})

    person = Person.objects.get(user=patron)
    assert person.on_maps == "no"
    assert person.on_maps_since > since


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "required"),
        ("bio", "> " * 30 + "deep", "nested too deeply"),
        ("languages", "en <b>", "not a language tag"),
        ("language", "fr", "Select a valid choice"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_changes(field, value, reason, client, patron):
    page = client.post("/en/me/settings/", {**SETTINGS, field: value}).content.decode()

    assert reason in page
    assert Person.objects.get(user=patron).name == "Ines"


def test_times_are_shown_in_the_zone_of_the_reader_and_visitors_see_the_librarys(client, db):
    seen = []
    middleware = TimeZoneMiddleware(lambda request: seen.append(timezone.get_current_timezone_name()))
    request = RequestFactory().get("/")
    request.user = make_user(time_zone="Pacific/Auckland")
    request.COOKIES["sessionid"] = "x"
    middleware(request)
    request.COOKIES.clear()
    middleware(request)

    assert seen == ["Pacific/Auckland", "UTC"]


# ---------------------------------------------------------------- what I know
def test_a_topic_is_declared_by_typing_its_label_in_either_language(client, patron):
    bees = make_concept("Beekeeping", "养蜂")
    client.post("/en/me/topics/", {"label": "beekeeping", "note": "on roofs"})
    client.post("/zh-hans/me/topics/", {"label": "养蜂", "note": "屋顶上"})

    row = patron.person.knows.get()
    assert (row.concept, row.note) == (bees, "屋顶上")


def test_when_several_topics_match_one_is_chosen_without_script(client, patron):
    make_concept("Open access")
    chosen = make_concept("Open data")
    page = client.post("/en/me/topics/", {"label": "open", "note": ""}).content.decode()
    assert "Open access" in page
    assert "Open data" in page
    assert not patron.person.knows.exists()

    client.post("/en/me/topics/", {"label": "open", "note": "", "concept": chosen.pk})
    assert patron.person.knows.get().concept == chosen


def test_a_word_that_names_no_topic_is_said_so(client, patron):
    page = client.post("/en/me/topics/", {"label": "dragons"}).content.decode()

    assert "No topic is called this" in page


def test_only_ones_own_topics_are_removed(client, people, patron):
    mine = patron.person.knows.create(concept=make_concept("Beekeeping"))
    theirs = people["librarian"].person.knows.create(concept=make_concept("Cataloguing"))

    assert client.post(f"/en/me/topics/{theirs.pk}/remove/").status_code == 404
    assert client.post(f"/en/me/topics/{mine.pk}/remove/").status_code == 302
    assert not patron.person.knows.exists()
    assert people["librarian"].person.knows.exists()


# ---------------------------------------------------------------- my data
def test_the_download_holds_everything_of_mine_and_nothing_of_others(client, people, patron):
    person = patron.person
    person.say_about("I keep bees.")
    person.save()
    person.knows.create(concept=make_concept("Beekeeping"), note="on roofs")
    make_entry("Hives on the roof", owner=patron)
    Capture.objects.create(text="The quiet rooms are loud.", teller=person)
    Capture.objects.create(text="Somebody else said this.", teller=people["librarian"].person)
    make_entry("Somebody else’s entry", owner=people["librarian"])
    answer = client.get("/en/me/data/")

    text = answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    for words in (
        "ines@example.org",
        "I keep bees.",
        "Beekeeping",
        "on roofs",
        "Hives on the roof",
        "quiet rooms are loud",
    ):
        assert words in text
    for words in ("Somebody else", "Maren", "maren@example.org"):
        assert words not in text
    assert json.loads(text)["person"]["name"] == "Ines"


def test_the_download_is_limited(client, patron):
    codes = [client.get("/en/me/data/").status_code for _ in range(3)]

    assert codes == [200, 200, 429]


# ---------------------------------------------------------------- the way out
def test_closing_asks_for_the_password(client, patron):
    page = client.post("/en/me/close/", {"password": "wrong"}).content.decode()

    assert "not your password" in page
    assert User.objects.filter(pk=patron.pk).exists()


def test_closing_leaves_the_name_and_address_in_no_table(client, people):
    user = make_user(name="Canaryname", email="canaryname@example.org")
    client.post("/en/account/login/", {"login": "canaryname@example.org", "password": "wrong"})
    client.post("/en/account/login/", {"login": "canaryname@example.org", "password": PASSWORD})
    client.post(
        "/en/me/settings/", {**SETTINGS, "name": "Canaryname", "language": "en", "bio": "Canaryname keeps bees."}
    )
    entry = make_entry("Hives on the roof", owner=user)
    EntryContributor.objects.create(entry=entry, person=user.person)
    entry.save_revision(user=user)
    Capture.objects.create(text="Too loud.", teller=user.person, teller_name="Canaryname", teller_email=user.email)

    answer = client.post("/en/me/close/", {"password": PASSWORD})

    assert "closed" in answer.content.decode()
    assert client.get("/en/me/settings/").status_code == 302
    assert tables_with("canaryname") == []
    entry.refresh_from_db()
    assert entry.live
    assert AuditEvent.objects.get(action="account-deleted").object_key == f"kmsite.user:{user.pk}"
    assert not Session.objects.filter(session_data__contains="canaryname").exists()


def tables_with(word):
    """Names of tables in which a text holds `word`, whatever its case."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            for column in columns:
                name = f"{connection.ops.quote_name(table)}.{connection.ops.quote_name(column)}"
                sql = (
                    f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)} WHERE LOWER(CAST({name} AS TEXT)) LIKE %s"
                )
                cursor.execute(sql, [f"%{word}%"])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}")
    return found
