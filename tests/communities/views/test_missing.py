"""Check 3: for every address with something in it, what a reader may not see answers like what does not exist."""

import pytest
from django.urls import NoReverseMatch, reverse

from communities import urls as talk_urls
from communities.models import Community, Flag, Helpful, Membership, Post, Thread, Watch

pytestmark = pytest.mark.django_db
KEYED = ("invitation", "watch_off")  # a secret in the address, no thing
NAMES = [pattern.name for pattern in talk_urls.urlpatterns if pattern.name not in KEYED]
ABSENT = 999_999_999


def addresses(part, *, community, thread, post):
    """(name, address) of every page about `part`: a community, a thread or a post."""
    for name in NAMES:
        for arguments in ([community], [community, thread], [post]):
            try:
                address = reverse(name, args=arguments)
            except NoReverseMatch:
                continue
            kind = "post" if "/posts/" in address else "thread" if len(arguments) == 2 else "community"
            if kind == part and "practice" not in name and "talk_" not in name:
                yield name, address


def pairs(closed):
    """Addresses of the closed room beside those of nothing."""
    there = {"community": closed.community.slug, "thread": closed.thread.pk, "post": closed.second.pk}
    nowhere = {"community": "nowhere", "thread": ABSENT, "post": ABSENT}
    for part in ("community", "thread", "post"):
        missing = dict(addresses(part, **nowhere))
        for name, address in addresses(part, **there):
            yield name, address, missing[name]


def rows():
    """What outsiders could have changed."""
    return [
        *(model.objects.count() for model in (Community, Flag, Helpful, Membership, Watch)),
        list(Post.objects.order_by("pk").values_list("pk", "state", "source", "version", "accepted_at")),
        list(Thread.objects.order_by("pk").values_list("pk", "state", "title", "community")),
    ]


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("role", ["visitor", "patron", "administrator"])
def test_a_closed_room_answers_outsiders_like_a_missing_one(client, closed, people, role, method, settings):
    settings.LIMIT_FACTOR = 100  # every address, one after the other
    if role != "visitor":
        client.force_login(people[role])
    before = rows()

    for name, address, missing in pairs(closed):
        hidden, gone = getattr(client, method)(address), getattr(client, method)(missing)
        assert (hidden.status_code, hidden.content) == (gone.status_code, gone.content), name
        assert hidden.status_code in (404, 405), name

    assert rows() == before


def test_the_list_of_addresses_is_not_empty(closed):
    assert len(list(pairs(closed))) > 20


@pytest.mark.parametrize("role", ["visitor", "patron"])
def test_no_word_of_a_closed_room_shows_on_any_list(client, closed, people, role):
    if role != "visitor":
        client.force_login(people[role])
    lists = ["communities", "threads", "threads_feed", "queue", "ask"]

    for name in lists:
        response = client.get(reverse(name))
        assert "Canary" not in response.content.decode() + str(response.headers), name


def test_a_member_reads_it(client, closed, member):
    client.force_login(member)

    assert "Canaryanswer" in client.get(closed.thread.get_absolute_url()).text
