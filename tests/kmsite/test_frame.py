"""The frame around every page, its parts, its refusals, and the first page."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.paginator import Paginator
from django.db import connection
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import Locale

from kmsite import context
from kmsite.accounts.middleware import too_many
from kmsite.home import home_context, listed, told_lately, waiting_for
from kmsite.models import HomePage, LibrarySettings, StandardPage
from kmsite.ops.lostsession import typed
from kmsite.ops.stylesheet import SHEET, joined
from kmsite.settings.base import BASE_DIR
from knowledge.models import EntryState
from knowledge.rules import CaptureState, Visibility
from knowledge.throttle import TooMany
from tests.factories import CaptureFactory, make_concept, make_entry

CSS = BASE_DIR / "kmsite" / "static" / "kmsite" / "css"
PUBLIC = sorted(
    path
    for app in ("kmsite", "knowledge", "communities", "maps")
    for path in (BASE_DIR / app).rglob("*.html")
    if "admin" not in str(path.relative_to(BASE_DIR)) and "wagtail" not in str(path) and "mail" not in path.parts
)


@pytest.fixture(autouse=True)
def _english_and_no_kept_pages():
    caches["default"].clear()
    with translation.override("en"):
        yield


@pytest.fixture
def request_for(rf):
    """A request as the middleware hands it on: `request_for("/en/", user)`."""

    def make(path="/en/", user=None):
        request = rf.get(path)
        request.user = user or AnonymousUser()
        return request

    return make


def drawn(template, request, **variables):
    """`template` drawn with the context processors that a page has."""
    return Template("{% load face %}" + template).render(
        Context({"request": request, "frame": context.Frame(request), "user": request.user, **variables})
    )


# ---------------------------------------------------------------- the same for all visitors
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/", "/zh-hans/"])
def test_a_visitors_page_carries_nothing_personal(address):
    response = Client().get(address)

    assert response.status_code == 200
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.text
    assert response.text == Client().get(address).text


@pytest.mark.django_db
def test_a_page_keeps_its_content_policy(client):
    assert "unsafe-inline" not in client.get("/en/")["Content-Security-Policy"]


@pytest.mark.parametrize("template", PUBLIC, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_a_public_template_has_no_inline_style_or_script(template):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.DOTALL)

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)


@pytest.mark.django_db
def test_a_page_loads_one_stylesheet(client):
    assert client.get("/en/").text.count('rel="stylesheet"') == 1


# ---------------------------------------------------------------- rooms
def test_a_room_whose_address_does_not_exist_is_not_shown(request_for, monkeypatch):
    monkeypatch.setattr(context, "ROOMS", [context.Room("healthz", "Health"), context.Room("nowhere", "Nowhere")])

    shown = [room.label for room, _url, _inside in context.Frame(request_for()).rooms]

    assert shown == ["Health"]


@pytest.mark.parametrize(
    ("path", "inside"), [("/en/account/login/", True), ("/en/knowledge/loans/", True), ("/en/", False)]
)
def test_the_room_that_one_is_in_is_marked(request_for, monkeypatch, path, inside):
    monkeypatch.setattr(context, "ROOMS", [context.Room("account_login", "Sign in", also=("knowledge/",))])

    [(_room, _url, marked)] = context.Frame(request_for(path)).rooms

    assert marked is inside


@pytest.mark.django_db
def test_the_footer_names_the_pages_of_the_house_in_the_language_of_the_reader(client):
    for language, title in (("en", "About"), ("zh-hans", "关于")):
        home = HomePage.objects.get(locale__language_code=language)
        home.add_child(instance=StandardPage(title=title, slug="about-us", locale=home.locale))

    page = client.get("/en/").text

    assert '<a href="/en/about-us/">About</a>' in page
    assert "关于" not in page
    assert "<h1>About</h1>" in client.get("/en/about-us/").text


@pytest.mark.django_db
def test_librarians_see_their_desk_and_patrons_do_not(client, people):
    client.force_login(people["librarian"])
    desk = 'href="/admin/"'
    assert desk in client.get("/en/").text

    client.force_login(people["patron"])
    page = client.get("/en/").text

    assert desk not in page
    assert "Ines" in page


# ---------------------------------------------------------------- the other language
@pytest.mark.django_db
def test_the_home_page_leads_to_the_home_page_of_the_other_language(client):
    assert '<a href="/zh-hans/" lang="zh-Hans"' in client.get("/en/").text
    assert '<a href="/en/" lang="en"' in client.get("/zh-hans/").text


def test_an_address_is_carried_over_with_its_query(request_for):
    frame = context.Frame(request_for("/en/account/login/?next=%2Fen%2F"))

    assert frame.other_languages() == [("zh-Hans", "中文", "/zh-hans/account/login/?next=%2Fen%2F")]


@pytest.fixture
def entry_with_translation(db):
    entry = make_entry("Interlibrary loan", slug="loan")
    chinese = make_entry("馆际互借", language="zh-hans", slug="jie", translation_key=entry.translation_key)
    return entry, chinese


def test_an_entry_leads_to_its_translation(request_for, entry_with_translation):
    entry, chinese = entry_with_translation

    links = drawn("{% language_links %}", request_for(entry.url), page=entry)

    assert f'href="{chinese.url}"' in links


def test_an_entry_does_not_tell_of_a_translation_that_the_reader_may_not_see(request_for, entry_with_translation):
    entry, chinese = entry_with_translation
    EntryState.objects.filter(entry=chinese).update(visibility=Visibility.STAFF)

    links = drawn("{% language_links %}", request_for(entry.url), page=entry)

    assert 'href="/zh-hans/"' in links
    assert chinese.url not in links


def test_a_page_may_say_itself_where_its_translation_is(request_for):
    links = drawn("{% language_links %}", request_for(), translations={"zh-hans": "/zh-hans/elsewhere/"})

    assert 'href="/zh-hans/elsewhere/"' in links


# ---------------------------------------------------------------- refusals
@pytest.mark.django_db
def test_the_unseen_is_answered_like_the_missing(client):
    hidden = make_entry("Kept for staff", slug="kept-for-staff", visibility=Visibility.STAFF)

    unseen, missing = client.get(hidden.url), client.get("/en/knowledge/no-such-entry/")

    assert unseen.status_code == missing.status_code == 404
    assert unseen.content == missing.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "says"), [("/en/nowhere/", "This page is not here"), ("/zh-hans/nowhere/", "zh-Hans")]
)
def test_a_missing_page_is_refused_in_the_language_of_its_address(client, address, says):
    response = client.get(address)

    assert response.status_code == 404
    assert says in response.text


@pytest.mark.django_db
def test_a_refusal_says_who_may(request_for, people):
    request = request_for(user=people["patron"])

    page = render_to_string("403.html", {"exception": "Librarians classify entries."}, request)

    assert "Librarians classify entries." in page
    assert "ask an administrator" in page


@pytest.mark.django_db
def test_a_reader_who_may_not_is_asked_to_sign_in_first(request_for):
    page = render_to_string("403.html", {"exception": "Librarians classify entries."}, request_for())

    assert "sign in first" in page


@pytest.mark.parametrize("template", ["400.html", "500.html"])
@pytest.mark.django_db
def test_a_page_for_the_worst_needs_no_database_and_speaks_both_languages(template, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(template)

    assert 'lang="zh-Hans"' in page
    assert 'href="/en/"' in page
    assert 'href="/zh-hans/"' in page


@pytest.mark.django_db
def test_too_many_requests_says_how_long_to_wait(request_for):
    assert "Wait 40 seconds" in render_to_string("429.html", {"wait": 40}, request_for())


@pytest.mark.django_db
def test_the_page_that_says_to_wait_is_drawn_before_anybody_is_looked_up(rf):
    response = too_many(rf.get("/zh-hans/"), TooMany(40))

    assert response.status_code == 429
    assert '<html lang="zh-Hans">' in response.text


# ---------------------------------------------------------------- a lost session
@pytest.mark.django_db
def test_a_form_without_its_key_gives_back_what_was_typed():
    client = Client(enforce_csrf_checks=True)
    words = {"text": "It took me an <b>hour</b> to write this.", "password": "open sesame 1897"}

    response = client.post("/en/account/login/", words)

    assert response.status_code == 403
    assert "It took me an &lt;b&gt;hour&lt;/b&gt; to write this." in response.text
    assert "sesame" not in response.text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_a_script_without_the_key_is_told_so_in_its_own_language():
    client = Client(enforce_csrf_checks=True, headers={"accept": "application/json"})

    assert "Nothing was saved" in client.post("/en/account/login/", {"text": "some words"}).json()["error"]


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("text", "two words", True),
        ("text", "安静的阅览室", True),
        ("kind", "from", False),
        ("new_password1", "two words", False),
        ("csrfmiddlewaretoken", "two words", False),
        ("text", "   ", False),
    ],
)
def test_only_words_and_no_secrets_are_given_back(rf: RequestFactory, name, value, kept):
    assert typed(rf.post("/", {name: value}).POST) == ([value] if kept else [])


# ---------------------------------------------------------------- parts
class LoanForm(forms.Form):
    title = forms.CharField(label="Title", help_text="As on the cover")
    email = forms.EmailField(label="E-mail", required=False)
    way = forms.ChoiceField(
        label="How", choices=[("desk", "At the desk"), ("post", "By post")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="I will bring it back")
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_is_drawn_with_label_help_and_marks_what_is_optional():
    page = str(LoanForm())

    assert re.search(r'<label for="id_title">Title</label>\s*<div class="helptext" id="id_title_helptext">As on', page)
    assert 'E-mail <span class="optional">(optional)</span>' in page
    assert "<legend>How</legend>" in page
    assert 'type="hidden" name="key"' in page
    assert 'class="wrongs"' not in page


def test_a_form_that_is_not_right_says_so_on_top_and_beside_each_field():
    page = str(LoanForm({"email": "nonsense"}))

    assert page.index('class="wrongs"') < page.index('name="title"')
    assert '<a href="#id_email">E-mail</a>: Enter a valid email address.' in page
    assert '<a href="#id_way_0">How</a>' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'id="id_title_error"' in page


def test_pages_keep_the_rest_of_the_query(request_for):
    page = Paginator(range(100), 10).page(5)

    links = drawn("{% pagination page %}", request_for("/en/?kind=for&kind=from&page=5"), page=page)

    assert "?kind=for&amp;kind=from&amp;page=6" in links
    assert 'aria-current="page"' in links


def test_a_list_of_one_page_shows_no_pages(request_for):
    page = Paginator(range(3), 10).page(1)

    assert not drawn("{% pagination page %}", request_for(), page=page).strip()


def test_a_date_stands_in_the_page_for_readers_without_script():
    moment = timezone.make_aware(timezone.datetime(2026, 11, 24, 9, 30))

    said = Template("{% load face %}{% ago moment %}").render(Context({"moment": moment}))

    assert said == '<time datetime="2026-11-24T09:30:00+00:00" data-ago>24 November 2026</time>'


def test_sign_in_leads_back_to_the_page_but_never_to_an_error(request_for):
    request = request_for("/en/tell/")

    assert drawn("{% sign_in_url %}", request) == "/en/account/login/?next=%2Fen%2Ftell%2F"
    assert drawn("{% sign_in_url %}", request, exception="no") == "/en/account/login/"


# ---------------------------------------------------------------- colours and sheets
def tokens(block):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-F]{6})", block))


LIGHT, *DARKS = (
    tokens(block) for block in re.findall(r"color-scheme: \w+;(.*?)}", (CSS / "tokens.css").read_text(), re.DOTALL)
)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG 2.2: from 1 (none) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_both_ways_to_the_dark_colours_lead_to_the_same():
    assert len(DARKS) == 2
    assert DARKS[0] == DARKS[1]


@pytest.mark.parametrize("colours", [LIGHT, DARKS[0]], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_text_and_edges_stand_out_from_every_ground(colours, ground):
    for text in ("ink", "muted", "accent", "danger", "ok", "warn"):
        assert contrast(colours[text], colours[ground]) >= 5, text
    assert contrast(colours["edge"], colours[ground]) >= 3
    assert contrast(colours["on-fill"], colours["accent"]) >= 7


def test_the_stylesheet_is_collected_in_one_piece_with_its_layers():
    disk = SimpleNamespace(open=lambda path: (CSS / path).open("rb"))
    paths = {f"kmsite/css/{path.name}": (disk, path.name) for path in CSS.glob("*.css")}

    sheet = joined(paths)

    assert SHEET in paths
    assert "@import" not in sheet
    assert "@layer forms" not in sheet
    assert sheet.count("{") == sheet.count("}")
    for part in ("tokens", "base", "frame", "parts", "pages", "print"):
        assert f"@layer {part} {{" in sheet


# ---------------------------------------------------------------- the first page
@pytest.fixture
def english(db):
    return Locale.objects.get(language_code="en")


def published(entry, days=0):
    type(entry).objects.filter(pk=entry.pk).update(last_published_at=timezone.now() - timedelta(days=days, hours=1))
    return entry


def test_the_first_page_shows_the_newest_first_and_the_readers_language_before_others(english):
    published(make_entry("馆际互借", language="zh-hans", slug="jie"))
    published(make_entry("Older", slug="older"), days=3)
    published(make_entry("Newer", slug="newer"), days=1)

    lately = home_context(AnonymousUser(), english)["lately"]

    assert [entry.title for entry in lately] == ["Newer", "Older", "馆际互借"]


def test_the_first_page_tells_nothing_of_what_is_hidden(english):
    topic = make_concept("Parish maps")
    make_entry("A draft", slug="draft", live=False, concepts=[topic])
    published(make_entry("For staff", slug="staff", visibility=Visibility.STAFF, concepts=[topic]))

    home = home_context(AnonymousUser(), english)

    assert home["lately"] == home["topics"] == home["week"] == []
    assert home["entry_count"] == 0


def test_topics_are_counted_by_what_the_reader_finds_and_bodies_are_no_topics(english):
    loan, maps = make_concept("Interlibrary loan"), make_concept("Parish maps")
    house = make_concept("Local Studies", facet="organization")
    make_entry("One", slug="one", concepts=[loan, house])
    make_entry("Two", slug="two", concepts=[loan, maps])
    make_entry("Three", slug="three", concepts=[maps], visibility=Visibility.STAFF)

    topics = home_context(AnonymousUser(), english)["topics"]

    assert [(topic.name, topic.number) for topic in topics] == [("Interlibrary loan", 2), ("Parish maps", 1)]


def test_the_first_page_asks_the_database_no_more_often_when_it_shows_more(english, people):
    def queries(user):
        with CaptureQueriesContext(connection) as asked:
            render_home(user, english)
        return len(asked)

    def render_home(user, locale):
        home = home_context(user, locale)
        return [(e.url, e.steps, e.locale.language_code) for e in home["lately"]] + [t.name for t in home["topics"]]

    published(make_entry("First", slug="first", concepts=[make_concept("Topic 0")]))
    queries(people["librarian"])
    few = queries(people["librarian"])
    for number in range(1, 6):
        entry = published(make_entry(f"Entry {number}", slug=f"e{number}", concepts=[make_concept(f"Topic {number}")]))
        entry.contributors.create(person=people["librarian"].person, role="author")
        entry.save()
        CaptureFactory(entry=entry, state=CaptureState.DRAFTED)

    assert queries(people["librarian"]) == few


def test_what_waits_is_shown_to_librarians_only(people):
    CaptureFactory()
    CaptureFactory(state=CaptureState.CLAIMED, claimed_by=people["librarian"])

    assert [figure.number for figure in waiting_for(people["librarian"])] == [1, 1]
    assert [figure.number for figure in waiting_for(people["second_librarian"])] == [1]
    assert waiting_for(people["patron"]) == waiting_for(people["visitor"]) == []


def test_a_teller_sees_first_what_became_of_it(people):
    now = timezone.now()
    mine = {"teller": people["patron"].person, "state": CaptureState.DRAFTED}
    fresh = CaptureFactory(**mine, settled_at=now - timedelta(days=1))
    CaptureFactory(**mine, settled_at=now - timedelta(days=60))
    CaptureFactory(teller=people["patron"].person)

    assert told_lately(people["patron"]) == [fresh]
    assert told_lately(people["librarian"]) == told_lately(people["visitor"]) == []


@pytest.mark.django_db
def test_an_empty_library_says_what_belongs_here_and_how_to_begin(client):
    page = client.get("/en/").text

    assert "Nothing has been published yet" in page
    assert "A quiet week" in page


@pytest.mark.parametrize(
    ("names", "said"), [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A and 2 others")]
)
def test_many_names_are_said_in_few_words(names, said):
    assert listed(names) == said


# ---------------------------------------------------------------- the admin
@pytest.mark.django_db
def test_the_admin_bears_the_name_and_the_colours_of_the_library(client, people):
    client.force_login(people["administrator"])

    page = client.get("/admin/").text

    assert "kmsite/css/admin.css" in page
    assert "house-mark" in page
    assert "<title>Dashboard - Library</title>" in re.sub(r"\s+", " ", page)


# ---------------------------------------------------------------- machines
@pytest.mark.django_db
def test_machines_are_told_where_not_to_look(client):
    assert "Disallow: /admin/" in client.get("/robots.txt").text


@pytest.mark.django_db
def test_whom_to_tell_about_a_hole_is_said_when_the_library_names_an_address(client):
    assert client.get("/.well-known/security.txt").status_code == 404

    LibrarySettings.objects.update(contact_email="desk@example.org")

    assert "Contact: mailto:desk@example.org" in client.get("/.well-known/security.txt").text
