"""An open world of talk, a closed room full of words that stand nowhere else, and every address at which one could slip out."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone, translation
from PIL import Image

from communities.interaction.externalization import distil
from communities.interaction.internalization import practise
from communities.interaction.membership import change_community, remove_member
from communities.interaction.socialization import accept, ask, attach_image, comment, keep_draft, reply
from communities.models import Thread
from knowledge.models import OutboxRow
from knowledge.outbox import tell, work_off
from tests.factories import make_community, make_concept, make_entry, make_member, make_user

WORD = re.compile(r"(?<!Atlantic/)canary", re.IGNORECASE)  # a time zone is none
ROLES = ("visitor", "patron", "librarian", "ex_member", "administrator")


def follow():
    while work_off():
        pass
    assert not OutboxRow.objects.filter(done_at=None).exists()


def picture(name):
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


class World:
    """Open talk about a topic; insiders of the closed room who have no page, and an entry that both have to do with."""

    def __init__(self, people):
        self.people = people
        self.topic = make_concept("Study rooms", "研修室")
        self.insiders = [make_user(name=f"Insider {number}") for number in (1, 2)]
        self.steward = make_user("librarian", name="Keeper")
        self.ex_member = make_user(name="Gone", email="gone@example.org")
        self.entry = make_entry("Quiet rooms", concepts=[self.topic], body=[])
        self.community = make_community("Sharing", steward=make_user("librarian", name="Opener"))
        asker, answerer = make_user(name="Asker"), make_user(name="Answerer")
        for person in (asker.person, answerer.person):
            person.on_maps, person.in_search = "yes", True
            person.save()
        now = timezone.now()
        self.thread = ask(
            self.community, title="Quiet study rooms", text="Study where?", language="en", by=asker, at=now,
            concepts=[self.topic],
        )  # fmt: skip
        self.post = reply(self.thread, text="Study under the stairs.", by=answerer, at=now)
        accept(self.post, by=asker)
        self.distillation = distil(
            self.thread, posts=[self.post], title="Study notes", text="Study early.", by=answerer, at=now
        )
        said = {"tried": "Study at nine.", "happened": "Nobody there.", "useful": "yes", "language": "en"}
        self.report = practise(self.entry, by=asker, at=now, **said)
        self.answerer = answerer
        for changed in (asker.person, answerer.person):
            tell("person_changed", changed)
        tell("published", self.entry)
        tell("concept_changed", self.topic)
        follow()

    def user(self, role):
        if role == "ex_member":
            return self.ex_member
        return None if role == "visitor" else self.people[role]

    def shut_away(self, access="closed"):
        """Let insiders talk where nobody else listens; every word of theirs is a canary."""
        first, second = self.insiders
        room = make_community("Canaryroom", access=access, steward=self.steward, purpose_en="Canarypurpose")
        room = change_community(room, by=self.steward, notice_en="Canarynotice")
        for user in (first, second, self.ex_member):
            make_member(room, user)
        now = timezone.now()
        image = attach_image(picture("canaryfile.png"), by=first, title="Canarypicture")
        text = f"Canarypost study ![Canarypicture](image:{image.pk})"
        thread = ask(
            room, title="Canarytitle study", text=text, language="en", by=first, at=now,
            concepts=[self.topic],
        )  # fmt: skip
        post = reply(thread, text="Canaryanswer study for @Gone", by=second, at=now)
        remark = comment(post, text="Canarycomment study", by=first, at=now)
        accept(post, by=first)
        keep_draft(first, f"reply:{thread.pk}", {"text": "Canarydraft"})
        thread = Thread.objects.select_related("community").get(pk=thread.pk)
        made = distil(
            thread, posts=[post], title="Canarydistillation study", text="Canarywords study", by=second,
            notes={post.pk: "Canarynote"}, at=now,
        )  # fmt: skip
        turn = ask(
            room, title="Canaryturn study", text="Canaryturn", language="en", by=second, at=now,
            grew_from=self.report, concepts=[self.topic],
        )  # fmt: skip
        follow()
        remove_member(room.memberships.get(person=self.ex_member.person), by=self.steward)
        follow()
        self.room = {
            "slug": room.slug,
            "thread": thread.pk,
            "post": post.pk,
            "comment": remark.pk,
            "picture": image.pk,
            "distillation": made.pk,
            "turn": turn.pk,
        }
        return room


# ---------------------------------------------------------------- addresses
def names():
    """(name, the names of its arguments) of every public address of ours, with one without and one with a key."""
    with translation.override("en"):
        yield from _named(get_resolver().url_patterns)


def _named(patterns):
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            if not getattr(pattern, "app_name", None) and "admin" not in str(pattern.pattern):
                yield from _named(pattern.url_patterns)
        elif pattern.name and _is_ours(pattern):
            yield pattern.name, tuple(pattern.pattern.converters)


def _is_ours(pattern):
    module = getattr(pattern.callback, "view_class", pattern.callback)
    return getattr(module, "__module__", "").split(".")[0] in ("knowledge", "communities", "maps", "kmsite")


# What ends the reader's own session or account; the download of their own data, which says when it was made.
UNASKED = {"me_close", "me_sign_out_everywhere", "me_data"}
QUERIES = ("q", "page", "after", "since", "topic", "stage", "turn", "node", "depth", "types", "view", "chosen", "from",
           "to", "entry", "community", "posts", "d", "type", "sort", "language", "reply", "quote", "passed")  # fmt: skip
FORMATS = ("gexf", "graphml", "json", "csv", "svg")


def bare(world):
    """Lists and pages that name nothing of the closed room."""
    queries = ("study", "Quiet", "rooms", "Study")
    for name, arguments in names():
        if not arguments and name not in UNASKED:
            yield reverse(name)
    for word in queries:
        yield from (f"{reverse('search')}?q={word}", f"{reverse('search_suggest')}?q={word}")
        yield f"{reverse('talk_similar')}?title={word}&text={word}"
        for sort in ("newest", "title"):
            yield f"{reverse('search')}?q={word}&sort={sort}"
    for kind in ("thread", "post", "distillation", "report", "entry", "person"):
        yield f"{reverse('browse')}?type={kind}"
        yield f"{reverse('browse')}?type={kind}&subject={world.topic.pk}"
        yield f"{reverse('search')}?q=study&type={kind}"
    for narrowing in (
        f"topic={world.topic.pk}",
        "stage=combination",
        "answered=yes",
        "sort=new",
        "passed=externalization",
    ):
        yield f"{reverse('threads')}?{narrowing}"
        yield f"{reverse('community_threads', args=[world.community.slug])}?{narrowing}"
    yield f"{reverse('flow')}?since=2020-01-01"
    yield from of_open(world)
    yield from ("/sitemap.xml", "/robots.txt", "/zh-hans/", "/zh-hans/search/?q=study", "/zh-hans/communities/")


def of_open(world):
    """Pages of open things, from which something closed grew or near which it stands."""
    slug, thread, asker = world.community.slug, world.thread, world.thread.author
    for name in ("community", "community_threads", "community_feed", "community_flow", "community_flow_csv"):
        yield reverse(name, args=[slug])
    yield from (reverse(name, args=[slug, thread.pk]) for name in ("thread", "thread_feed"))
    yield from (reverse("topic", args=[world.topic.pk]), reverse("person", args=[asker.pk]), world.entry.get_url())
    yield from (reverse("distillation", args=[world.distillation.pk]), reverse("practice", args=[world.report.pk]))
    yield from (f"{reverse('practice_list')}?entry={world.entry.pk}", f"{reverse('practise')}?entry={world.entry.pk}")
    for node in (f"concept:{world.topic.pk}", f"person:{asker.pk}", f"thread:{thread.pk}", f"entry:{world.entry.pk}"):
        for view in ("graph", "table", "text"):
            yield f"{reverse('maps')}?node={node}&depth=2&view={view}"
        for one in FORMATS:
            yield f"{reverse('map_export', args=[one])}?node={node}&depth=2"
    yield f"{reverse('map_path')}?from=person:{asker.pk}&to=concept:{world.topic.pk}"


def of_closed(room):
    """Addresses that name something of the closed room, and searches for its words."""
    keys = {room[name] for name in room if name != "slug"}
    for name, arguments in names():
        for key in keys:
            given = {"slug": room["slug"], "pk": key, "token": "nothing", "format": "json"}
            if arguments and set(arguments) <= set(given) and name not in UNASKED:
                yield reverse(name, kwargs={argument: given[argument] for argument in arguments})
    for word in ("canarytitle", "canaryanswer", "canarytitel", "canar"):
        yield f"{reverse('search')}?q=study&type={word}"
        yield from (f"{reverse('search')}?q={word}", f"{reverse('search_suggest')}?q={word}")
    for node in (f"thread:{room['thread']}", f"distillation:{room['distillation']}"):
        yield from (f"{reverse('maps')}?node={node}", f"{reverse('map_export', args=['json'])}?node={node}")
        yield f"{reverse('map_path')}?from={node}&to={node}"
    yield f"{reverse('ask')}?community={room['slug']}"
    yield f"{reverse('combine')}?d={room['distillation']}"
    yield f"{reverse('threads')}?community={room['slug']}"


CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|name="form_key"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="form_key"'
    r'|name="made" value="[^"]*"|name="after" value="[^"]*"|Counted on [^<]*|csrftoken=[^;]*|[?&]v=[0-9a-f]+'
)


def answer(client, address):
    """Status, headers and body as one text, without what changes each time; what says when something changed stays.

    The length is that of the body, in which marks of forms are longer or shorter by a character.
    """
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kept = {name: value for name, value in response.headers.items() if name not in ("Expires", "Content-Length")}
    return CHANGING.sub("", f"{response.status_code} {kept} {body.decode(errors='replace')}"), response
