"""Check 27: one's own download has all of oneself and nothing of others; who is erased stands in no table."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone

from communities.interaction.externalization import distil, rewrite
from communities.interaction.internalization import practise
from communities.interaction.membership import invite, let_in
from communities.interaction.socialization import (
    ask,
    attach_image,
    comment,
    edit_post,
    edit_thread,
    keep_draft,
    mark_helpful,
    reply,
    watch,
)
from communities.models import Distillation, Post
from communities.moderation import flag, hide
from kmsite.accounts.people import close_account
from knowledge.acquisition.telling import take_in
from knowledge.application.own import everything_kept
from knowledge.application.saved import save_search
from tests.factories import make_community, make_concept, make_entry, make_user
from tests.security.talk_world import follow, picture

pytestmark = pytest.mark.django_db


class Person:
    """Somebody who does everything that talk offers, each time with a word of their own."""

    def __init__(self, word, community, entry):
        self.word = word
        self.user = make_user("librarian", name=f"{word} Quill", email=f"{word.lower()}@example.org")
        self.person, self.community, self.entry = self.user.person, community, entry
        let_in(community, self.user, role="steward")
        self.said = []

    def says(self, what):
        """A word that stands in one place only."""
        self.said.append(f"{self.word}{what}")
        return self.said[-1]

    def talks(self):
        says, user, now = self.says, self.user, timezone.now()
        image = attach_image(picture("a.png"), by=user, title=says("picture"))
        attach_image(picture("b.png"), by=user, title=says("looseimage"))
        text = f"{says('first')} ![x](image:{image.pk})"
        ask(self.community, title=says("title"), text=says("other"), language="en", by=user, at=now)
        self.thread = ask(self.community, title="Which yarn?", text=text, language="en", by=user, at=now)
        self.post = self.thread.posts.get(number=1)
        edit_post(self.post, text=f"{says('edited')} ![x](image:{image.pk})", version=1, by=user)
        keep_draft(user, f"reply:{self.thread.pk}", {"text": says("draft")})
        save_search(says("search"), says("asked"), by=user)
        take_in(says("capture"), teller=self.person, teller_name=says("teller"), teller_email=self.user.email)
        self.person.bio = says("bio")
        self.person.save()
        self.person.knows.create(concept=make_concept(f"{self.word} topic"), note=says("knows"))
        tried = {"tried": says("tried"), "happened": says("happened"), "learned": says("learned")}
        practise(self.entry, by=user, useful="yes", language="en", at=now, **tried)

    def meets(self, other):
        """Answer, write up, watch, mark, flag and look after what the other one wrote."""
        says, user, now = self.says, self.user, timezone.now()
        answer = reply(other.thread, text=f"{says('answer')} for @{other.person.name}", by=user, at=now)
        comment(other.post, text=f"{says('remark')} @{other.person.name}", by=user, at=now)
        notes = {answer.pk: says("note")}
        distil(other.thread, posts=[answer], title=says("alone"), text=says("whole"), by=user, notes=notes, at=now)
        self.made = distil(other.thread, posts=[answer], title=says("drawn"), text=says("words"), by=user, at=now)
        mark_helpful(other.post, by=user)
        watch(other.thread, by=user)
        flag(other.post, reason="spam", note=says("flag"), by=user)

    def looks_after(self, other):
        edit_thread(other.thread, title=self.says("renamed"), concepts=[], by=self.user)
        made = Distillation.objects.get(pk=other.made.pk)
        text = self.says("written on") + f" as @{other.person.name} said"
        rewrite(made, title=self.says("retitled"), text=text, version=made.version, by=self.user)
        hide(Post.objects.get(pk=other.post.pk), reason=self.says("reason"), by=self.user)
        invite(self.community, email=f"friend-of-{self.word.lower()}@example.com", by=self.user)


@pytest.fixture
def pair(settings, tmp_path):
    """Two people who do the same to one another."""
    settings.MEDIA_ROOT = settings.KNOWLEDGE_PRIVATE_ROOT = tmp_path
    community, entry = make_community("Yard"), make_entry()
    one, other = (Person(word, community, entry) for word in ("Canarya", "Finchb"))
    for person in (one, other):
        person.talks()
    follow()
    one.meets(other)
    other.meets(one)
    one.looks_after(other)
    other.looks_after(one)
    follow()
    return one, other


def test_ones_own_download_has_all_that_one_said(pair):
    for person in pair:
        kept = str(everything_kept(person.user))
        given_away = {f"{person.word}renamed"}  # the title of the other one's thread by now
        assert [word for word in person.said if word not in kept and word not in given_away] == []


def test_it_has_nothing_of_anybody_else(pair):
    for mine, theirs in (pair, pair[::-1]):
        kept = str(everything_kept(mine.user))
        about_mine = {f"{theirs.word}reason", f"{theirs.word}renamed"}  # written to and about me
        spoken_to = f"@{theirs.person.name}"  # my own words
        others = kept.replace(spoken_to, "")
        assert [word for word in theirs.said if word in others and word not in about_mine] == []
        assert theirs.user.email not in kept
        assert theirs.person.name not in others
        assert "friend-of" not in kept


def test_it_names_each_kind_of_thing(pair):
    talk = everything_kept(pair[0].user)["talk"]

    assert [name for name, rows in talk.items() if not rows and name != "invitations"] == []


def test_the_page_hands_it_out_to_its_owner_alone(pair, client):
    client.force_login(pair[0].user)

    text = client.get(reverse("me_data")).text

    assert "Canaryadraft" in text
    assert "Finchbdraft" not in text


# ---------------------------------------------------------------- erasing
def tables_with(word):
    """model -> fields in which `word` stands, of every table that there is."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model._meta.proxy:
            continue
        names = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.FileField)]
        for row in model._base_manager.values(*names):
            fields = {name for name, value in row.items() if word in str(value).lower()}
            if fields:
                found.setdefault(model._meta.label, set()).update(fields)
    return found


def test_who_is_erased_stands_in_no_table(pair):
    one, _other = pair
    name, address = one.person.name.lower(), one.user.email.lower()
    assert {"knowledge.Person", "communities.Post", "communities.Mention"} <= set(tables_with(name))

    close_account(one.user, by=one.user)
    follow()

    assert tables_with(name) == {}
    assert tables_with(address) == {}
