"""Makers of test data: the shortest way to a thing that holds together."""

import factory
from django.contrib.auth.models import Group

from communities.interaction.membership import give_role, let_in, open_community
from communities.interaction.socialization import ask, reply
from communities.models import Community
from communities.rules import MemberRole
from kmsite.models import User
from knowledge.models import (
    Capture,
    Concept,
    ConceptLabel,
    ConceptScheme,
    Entry,
    EntryIndex,
    EntryState,
    Person,
    SchemeMembership,
)
from knowledge.rules import Visibility


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    password = factory.django.Password("open sesame 1897")


def make_user(role=None, **fields):
    """A user with a person, in the group of `role` when one is given."""
    name = fields.pop("name", None)
    user = UserFactory(**fields)
    Person.objects.create(user=user, name=name or user.email.split("@")[0].title())
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_scheme(facet="subject", uri=None):
    uri = uri or f"https://example.org/schemes/{facet}"
    scheme, _created = ConceptScheme.objects.get_or_create(uri=uri, defaults={"facet": facet, "titles": {"en": facet}})
    return scheme


def make_concept(en, zh="", facet="subject", **fields):
    """A concept with a preferred label in English and, when given, in Chinese."""
    concept = Concept.objects.create(
        uri=fields.pop("uri", f"https://example.org/concepts/{en.replace(' ', '-')}"), **fields
    )
    SchemeMembership.objects.create(concept=concept, scheme=make_scheme(facet))
    for language, text in (("en", en), ("zh-Hans", zh)):
        if text:
            ConceptLabel.objects.create(concept=concept, kind="pref", language=language, text=text, folded=text.lower())
    return concept


def make_entry(
    title="Borrowing from another library", *, language="en", visibility=Visibility.PUBLIC, live=True, **fields
):
    """An entry in the tree of `language`; published unless `live` is off."""
    concepts = fields.pop("concepts", ())
    index = EntryIndex.objects.get(locale__language_code=language)
    group = fields.pop("group", None)
    entry = Entry(title=title, locale=index.locale, live=live, **fields)
    index.add_child(instance=entry)
    for concept in concepts:
        entry.entry_concepts.create(concept=concept)
    entry.entry_concepts.commit()
    EntryState.objects.update_or_create(entry=entry, defaults={"visibility": visibility, "group": group})
    revision = entry.save_revision()
    if live:
        Entry.objects.filter(pk=entry.pk).update(live_revision=revision, has_unpublished_changes=False)
    return Entry.objects.get(pk=entry.pk)


class CaptureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Capture

    text = "The quiet rooms are not quiet on Wednesdays."


def make_community(name="Reading rooms", *, access="open", steward=None, **fields):
    """A community that a librarian opened; its one steward is `steward`, or that librarian."""
    steward = steward or make_user("librarian")
    said = {"name_zh": "", "purpose_en": "", "purpose_zh": "", **fields}
    community = open_community(name_en=name, access=access, by=steward, **said)
    community.steward = steward
    return community


def make_member(community, user=None, *, role=MemberRole.MEMBER, **fields):
    """A user who belongs to `community`."""
    user = user or make_user(**fields)
    membership = let_in(community, user)
    if role != membership.role:
        keeper = User.objects.get(person__memberships__community=community, person__memberships__role="steward")
        give_role(membership, role, by=keeper)
        user = User.objects.get(pk=user.pk)
    community.refresh_from_db()
    return user


def make_thread(community=None, *, by=None, title="Where is it quiet?", text="I look for a quiet place.", **fields):
    """A thread with its first post."""
    community = community or Community.objects.first() or make_community()
    by = by or make_member(community)
    return ask(community, title=title, text=text, language=fields.pop("language", "en"), by=by, **fields)


def make_post(thread=None, *, by=None, text="Under the stairs, before ten.", **fields):
    """A reply in `thread` by somebody else."""
    thread = thread or make_thread()
    return reply(thread, text=text, by=by or make_member(thread.community), **fields)
