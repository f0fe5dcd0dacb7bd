"""A topic that is merged, deprecated or deleted: talk, search, the page of the topic and the map follow."""

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from communities.interaction.externalization import distil
from communities.interaction.membership import change_community
from communities.interaction.socialization import accept, ask, edit_thread, reply
from communities.models import Community
from knowledge.models import Concept, SearchEntry
from knowledge.organization.matching import match_tags, remap
from knowledge.organization.vocabulary import remove
from knowledge.outbox import tell, work_off
from knowledge.search.api import browse, search
from maps.models import MapEdge, MapNode
from tests.factories import make_community, make_concept, make_user
from tests.maps.scenes import key

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()
EVERYWHERE = {"thread", "post", "distillation", "words", "page", "map", "expert", "community"}


def follow():
    """Let the outbox run out; afterwards index and map are as if they were built anew."""
    while work_off():
        pass
    cache.clear()
    call_command("search_rebuild", "--check", stdout=StringIO())
    call_command("build_maps", "--check", stdout=StringIO())


class Talk:
    """An answered thread about `topic`, written up, in a community about it; both who spoke agreed to be on maps."""

    def __init__(self, topic):
        self.steward = make_user("librarian")
        asker, answerer = make_user(name="Asker"), make_user(name="Answerer")
        for person in (asker.person, answerer.person):
            person.on_maps, person.in_search = "yes", True
            person.save()
            tell("person_changed", person)
        community, now = make_community("Sewing", steward=self.steward, concepts=[topic]), timezone.now()
        self.thread = ask(
            community, title="Which of the linens?", text="Linen.", language="en", by=asker, concepts=[topic], at=now
        )
        post = reply(self.thread, text="The waxed linen.", by=answerer, at=now)
        accept(post, by=asker)
        distil(self.thread, posts=[post], title="Wax it", text="Waxed.", by=answerer, at=now)
        self.person = answerer.person
        tell("concept_changed", topic)
        follow()

    def under(self, topic, client):
        """Where `topic` leads to what was talked about."""
        narrowed = {"subject": [str(topic.pk)]}
        kinds = ("thread", "post", "distillation")
        found = {kind for kind in kinds if browse(VISITOR, kind=kind, filters=narrowed).total}
        named = {hit.thing for hit in search(f"linens {topic.name}", VISITOR, exact=True, whole=True).hits}
        edges = MapEdge.objects.filter(target__key=key(topic))
        places = {
            "words": self.thread in named,
            "page": self.thread.title in client.get(topic.get_absolute_url()).text,
            "map": edges.filter(source__key=key(self.thread), kind="about").exists(),
            "expert": edges.filter(source__key=key(self.person), kind="knows").exists(),
            "community": Community.objects.filter(concepts=topic).exists(),
        }
        return found | {place for place, leads in places.items() if leads}


def test_a_tag_that_is_merged_into_a_topic_takes_all_talk_along(client):
    tag = match_tags(["Threads of flax"])["Threads of flax"]
    talk = Talk(tag)
    assert talk.under(tag, client) == EVERYWHERE
    target = make_concept("Linen yarn", "麻纱")

    remap(tag, target)
    follow()

    assert talk.under(target, client) == EVERYWHERE
    assert talk.under(tag, client) == set()


def test_a_thread_that_has_both_has_the_topic_once(client):
    tag = match_tags(["Threads of flax"])["Threads of flax"]
    talk = Talk(tag)
    target = make_concept("Linen yarn", "麻纱")
    talk.thread.concepts.add(target)

    remap(tag, target)
    follow()

    assert list(talk.thread.concepts.all()) == [target]
    assert talk.under(target, client) == EVERYWHERE


@pytest.mark.parametrize("use", ["thread", "community"])
def test_a_topic_of_talk_is_not_deleted_but_offered_no_more(use, client):
    topic = make_concept("Linen yarn", "麻纱")
    talk = Talk(topic)
    if use == "community":
        edit_thread(talk.thread, title=talk.thread.title, concepts=[], by=talk.steward)

    assert not remove(topic, by=talk.steward)
    follow()

    assert not Concept.objects.offered().contains(topic)
    assert talk.under(topic, client) == (EVERYWHERE if use == "thread" else {"community"})


def test_a_deprecated_topic_stays_with_the_thread_that_is_renamed(client):
    topic = make_concept("Linen yarn", "麻纱")
    talk = Talk(topic)
    remove(topic, by=talk.steward)
    client.force_login(talk.thread.author.user)
    address = f"{talk.thread.get_absolute_url()}edit/"

    assert "Linen yarn" in client.get(address).text
    response = client.post(address, {"title": "Which linen?", "topics": "Linen yarn"})

    assert response.status_code == 302
    assert list(talk.thread.concepts.all()) == [topic]


def test_a_deprecated_topic_stays_with_the_community_and_is_given_to_no_other(client):
    topic = make_concept("Linen yarn", "麻纱")
    talk = Talk(topic)
    remove(topic, by=talk.steward)
    client.force_login(talk.steward)
    said = {"name_en": "Sewing", "access": "open", "topics": "Linen yarn"}

    kept = client.post(f"{talk.thread.community.get_absolute_url()}edit/", said)
    refused = client.post("/en/communities/new/", {**said, "name_en": "Weaving"})

    assert kept.status_code == 302
    assert talk.thread.community.concepts.get() == topic
    assert refused.status_code == 422


def test_a_topic_that_nothing_carries_leaves_search_map_and_its_page(client):
    topic = make_concept("Linen yarn", "麻纱")
    talk = Talk(topic)
    edit_thread(talk.thread, title=talk.thread.title, concepts=[], by=talk.steward)
    change_community(talk.thread.community, by=talk.steward, concepts=[])
    follow()

    assert remove(topic, by=talk.steward)
    follow()

    assert not SearchEntry.objects.filter(key=f"knowledge.concept:{topic.pk}").exists()
    assert not MapNode.objects.filter(key=f"concept:{topic.pk}").exists()
    assert client.get(f"/en/topics/{topic.pk}/").status_code == 404
