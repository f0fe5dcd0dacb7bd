"""Checks 19 and 20 on talk, the spiral and maps: every form and query of every page that the addresses lead to.

The forms are read from the pages themselves, as a browser reads them; a new view with its form is met without being named here.
"""

import json
from contextlib import contextmanager
from itertools import cycle, islice
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils import translation

from communities.interaction.membership import invite
from communities.interaction.socialization import watch
from communities.models import Membership
from knowledge.models import OutboxRow
from knowledge.outbox import work_off
from knowledge.text import MAX_SOURCE
from knowledge.throttle import process_counts
from tests.factories import make_user
from tests.hostile import markdown_payloads, payloads
from tests.security.talk_world import FORMATS, QUERIES, World, follow, picture

pytestmark = pytest.mark.django_db
ROUNDS = 3  # of hostile texts for each form
TYPED = ("text", "search", "email", "url", "number", "tel", "")  # kinds of input that take words
PARTICULAR = {
    "topics",
    "slug",
    "email",
    "version",
    "form_key",
}  # where most words are refused and nothing else is looked at


# ---------------------------------------------------------------- what is sent
@pytest.fixture(scope="module")
def strings(real_data):
    """Strings that break programs, and each thirtieth of those that try to run script."""
    naughty = json.loads((real_data / "hostile" / "blns.json").read_text())
    return [*naughty, *list(payloads())[::300], *list(markdown_payloads())[::300]]


def batches(strings, size):
    """`strings` as few texts of `size` characters at most, a string a line."""
    texts, now = [], ""
    for string in strings:
        string = string[:size]
        if now and len(now) + 2 + len(string) > size:
            texts.append(now)
            now = ""
        now = f"{now}\n\n{string}" if now else string
    return [*texts, now]


# ---------------------------------------------------------------- where it is sent
@pytest.fixture
def world(people, settings, tmp_path):
    settings.MEDIA_ROOT = settings.KNOWLEDGE_PRIVATE_ROOT = tmp_path
    world = World(people)
    world.keeper = Membership.objects.get(community=world.community, role="steward").person.user
    world.invitation = invite(world.community, email="somebody@example.org", by=world.keeper)
    world.watch = watch(world.thread, by=world.keeper)
    follow()
    return world


def given(world, route):
    """What stands for the arguments of a route; a KeyError names an argument that nothing is known of."""
    things = {
        "posts/<int:pk>": world.post.pk,
        "threads/<int:pk>": world.thread.pk,
        "distillations/<int:pk>": world.distillation.pk,
        "practice/<int:pk>": world.report.pk,
        "images/<int:pk>": 1,
        "invitations/<str:token>": world.invitation.token,
        "off/<str:token>": world.watch.token,
        "communities/<str:slug>": world.community.slug,
        "export.<str:format>": FORMATS[0],
    }
    found = {}
    for piece, value in things.items():
        if piece in route:
            found[piece.partition(":")[2].rstrip(">")] = value
    return found


def routes(patterns=None, before=""):
    """(name, route, names of arguments) of every address of communities and of maps."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from routes(pattern.url_patterns, route)
            continue
        view = getattr(pattern.callback, "view_class", pattern.callback)
        module = getattr(view, "__module__", "") or type(view).__module__
        if pattern.name and module.split(".")[0] in ("communities", "maps"):
            yield pattern.name, route, set(pattern.pattern.converters)


def addresses(world):
    """name -> address of each view, with the query that it needs to show something."""
    asked = {
        "practise": f"?entry={world.entry.pk}",
        "practice_list": f"?entry={world.entry.pk}",
        "combine": f"?d={world.distillation.pk}",
        "maps": f"?node=concept:{world.topic.pk}",
        "map_export": f"?node=concept:{world.topic.pk}",
        "map_path": f"?from=person:{world.answerer.person.pk}&to=concept:{world.topic.pk}",
    }
    with translation.override("en"):
        for name, route, arguments in routes():
            values = given(world, route)
            yield (
                name,
                reverse(name, kwargs={argument: values[argument] for argument in arguments}) + asked.get(name, ""),
            )


def browsers(world):
    """Somebody of each sort who finds forms: who looks after everything, who asked, who answered, and who came by."""
    for user in (world.keeper, world.thread.author.user, world.answerer, make_user("librarian", name="Comer")):
        client = Client(raise_request_exception=False)
        client.force_login(user)
        yield client


class Form:
    """A form on a page as a browser has it: what is filled in, and where one may write."""

    def __init__(self, client, address, form):
        self.client, self.method = client, form.get("method", "get").lower()
        self.action = urljoin(address, form.get("action") or address)
        self.filled, self.room, self.lists = {}, {}, {}
        for field in form.find_all(["input", "textarea", "select"]):
            if name := field.get("name"):
                self._take(name, field)
        buttons = [one for one in form.find_all("button") if one.get("name") and not one.get("formaction")]
        self.buttons = [{one["name"]: one.get("value", "")} for one in buttons]

    def _take(self, name, field):
        kind = field.get("type", "") if field.name == "input" else field.name
        if kind == "select":
            chosen = field.find_all("option", selected=True) or [o for o in field.find_all("option") if o.get("value")]
            self.filled[name] = chosen[0].get("value", "") if chosen else ""
        elif kind in ("radio", "checkbox"):
            if name not in self.filled or field.has_attr("checked"):
                self.filled[name] = field.get("value", "on")
        elif kind == "textarea" or kind in TYPED:
            longest = field.get("maxlength")
            self.room[name] = int(longest) if longest else 200
            stands = (field.text if kind == "textarea" else field.get("value", "")).strip()
            self.filled[name] = stands or ("" if name in PARTICULAR - {"email"} else _words(kind))
        elif kind != "file":
            self.filled[name] = field.get("value", "")

    def __eq__(self, other):
        return self.name == other.name

    def __hash__(self):
        return hash(self.name)

    @property
    def name(self):
        return self.method, urlsplit(self.action).path, tuple(sorted(self.filled))

    def is_ours(self):
        module = getattr(resolve(urlsplit(self.action).path).func, "__module__", "")
        return module.split(".")[0] in ("communities", "maps")

    def send(self, **said):
        """Send it with `said` in place of what is filled in."""
        cache.clear()
        process_counts.clear()
        return getattr(self.client, self.method)(self.action, {**self.filled, **said})


def _words(kind):
    return {"email": "reader@example.org", "number": "1"}.get(kind, "Plain words.")


def forms(world):
    """Every form of ours on every page, each once."""
    found, silent = {}, {}
    for client in browsers(world):
        for name, address in addresses(world):
            cache.clear()
            process_counts.clear()
            page = client.get(address)
            silent.setdefault(name, set()).add(page.status_code)
            if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
                for form in BeautifulSoup(page.content, "html.parser").find_all("form"):
                    one = Form(client, address, form)
                    if one.is_ours():
                        found.setdefault(one, one)
    assert {name for name, seen in silent.items() if not seen & {200, 302, 405}} <= {"talk_picture"}
    return list(found)


# ---------------------------------------------------------------- what comes back
def harm(html):
    """The tags and attributes of a page that would run something."""
    found = []
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        if tag.name == "script" and not (tag.get("src") or "json" in tag.get("type", "")):
            found.append(str(tag)[:80])
        for name, value in tag.attrs.items():
            address = "".join(str(value).split()).lower() if name in ("href", "src", "action", "formaction") else ""
            if name.lower().startswith("on") or address.startswith(("javascript:", "vbscript:", "data:text")):
                found.append(f"{tag.name} {name}={value}"[:80])
        if tag.name in ("iframe", "object", "embed", "base"):
            found.append(str(tag)[:80])
    return found


def judged(form, response):
    """Whether it was taken; nothing may break or run, neither on the page nor on that which follows."""
    assert response.status_code < 500, form.name
    if "html" in response.get("Content-Type", ""):
        assert harm(response.content) == [], form.name
    if response.status_code == 302 and response.url.startswith("/en/") and "sign-in" not in response.url:
        after = form.client.get(response.url)
        assert after.status_code < 500, (form.name, response.url)
        assert harm(after.content) == [], (form.name, response.url)
    return response.status_code == 302


@contextmanager
def undone():
    """What is written inside is taken back, so that each form meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.data
def test_no_form_breaks_or_runs_what_is_written_into_it(world, strings):
    taken = set()
    found = forms(world)
    assert len(found) >= 25
    for number, form in enumerate(found):
        texts = {size: islice(cycle(batches(strings, size)), number, None) for size in set(form.room.values())}
        for turn in range(ROUNDS if form.room else 1):
            open_fields = [name for name in form.room if turn == 0 or name not in PARTICULAR]
            said = {name: next(texts[form.room[name]]) for name in open_fields}
            button = form.buttons[turn % len(form.buttons)] if form.buttons else {}
            with undone():
                if judged(form, form.send(**said, **button)):
                    taken.add(form.name)
                    while work_off():
                        pass
                    assert not OutboxRow.objects.exclude(last_error="").exists(), form.name
    assert len(taken) >= 15


def fitting(length):
    """Words of just that length."""
    return ("Words in a row, and a dot. " * (length // 20))[: length - 1].rstrip().ljust(length, ".")


def kept(response, name):
    """What stands in the fields of that name on the page that was answered."""
    fields = BeautifulSoup(response.content, "html.parser").find_all(["textarea", "input"], attrs={"name": name})
    return [field.text.strip() if field.name == "textarea" else field.get("value") for field in fields]


def test_each_text_may_have_32000_characters_and_with_more_than_it_has_room_for_is_refused_and_kept(world):
    long = set()
    for form in forms(world):
        for name, room in form.room.items() if form.method == "post" else ():
            if room >= MAX_SOURCE:
                long.add(form.name[1])
                with undone():
                    assert judged(form, form.send(**{name: fitting(room)})), form.name
            beside_nothing = name.startswith("note-") and name != f"note-{form.filled.get('post')}"
            for longer in () if name in PARTICULAR or beside_nothing else {fitting(room + 1), fitting(MAX_SOURCE + 1)}:
                with undone():
                    refused = form.send(**{name: longer})
                    assert refused.status_code == 422, (form.name, name)
                    assert longer in kept(refused, name), (form.name, name)
    assert len(long) >= 6


@pytest.mark.data
def test_no_query_breaks_or_runs_what_is_asked(world, strings):
    texts = batches(strings, 400)
    client = next(browsers(world))
    for name, address in addresses(world):
        for start in range(0, len(texts), len(QUERIES)):
            cache.clear()
            process_counts.clear()
            asked = dict(zip(QUERIES, islice(cycle(texts), start, None), strict=False))
            response = client.get(urlsplit(address).path, asked)
            assert response.status_code < 500, name
            if "html" in response.get("Content-Type", ""):
                assert harm(response.content) == [], name


@pytest.mark.data
def test_what_only_takes_posts_breaks_at_nothing(world, strings):
    client, text = next(browsers(world)), batches(strings, MAX_SOURCE)[0]
    for name, address in addresses(world):
        for said in (
            {"text": text, "place": text[:60]},
            {"text": fitting(MAX_SOURCE + 1), "place": "ask", "picture_title": text},
        ):
            cache.clear()
            process_counts.clear()
            with undone():
                response = client.post(
                    address, {**dict.fromkeys(QUERIES, text[:300]), **said, "picture": picture("a.png")}
                )
                assert response.status_code < 500, name
                if "html" in response.get("Content-Type", ""):
                    assert harm(response.content) == [], name
