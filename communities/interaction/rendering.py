"""What somebody writes becomes a post: names that it speaks to and pictures that it shows are found before it is rendered."""

import re
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override
from markdown_it.token import Token

from communities.models import PostImage
from communities.rules import SourceFormat
from knowledge.models import Person
from knowledge.text import RENDERERS, render_markdown

PICTURE_ADDRESS = r"/[a-z-]{2,12}/communities/images/\d{1,18}/"
HAN = "\u3400-\u9fff\uf900-\ufaff"
_PICTURE = re.compile(r"\(image:(\d{1,18})[\s)]")
_SPOKEN = re.compile(rf"(?<!\w)@([{HAN}]|[^\W{HAN}]+)")
MOST_NAMES = 20  # that a post looks up
MOST_PEOPLE = 200  # whose names begin like one that was written


@dataclass
class Rendering:
    """`people`: Person -> the name by which the text speaks to them; `pictures` are the author's own."""

    html: str
    version: int
    people: dict = field(default_factory=dict)
    pictures: list = field(default_factory=list)


def render_post(source, *, author, community=None, thread=None, post=None, form=SourceFormat.MARKDOWN):
    """Render what `author`, a Person, writes in `community` or `thread`; `post` is the one that is changed.

    Raises `TextRefused` when it is too long or too deeply nested. The preview is made here too.
    """
    if form != SourceFormat.MARKDOWN:
        return Rendering(*RENDERERS[form](source))
    names, pictures = named_people(source, community, thread, post), own_pictures(source, author, post)
    found = Rewriting(names, {picture.pk: address_of(picture, thread) for picture in pictures})
    rendered = render_markdown(source, change=found)
    return Rendering(*rendered, people=found.people, pictures=pictures)


# ---------------------------------------------------------------- pictures
def own_pictures(source, author, post=None):
    """The pictures that `source` shows and that `author` took in for it: unused ones, and those of `post`."""
    keys = {int(key) for key in _PICTURE.findall(source)}
    if not keys or author is None:
        return []
    free = Q(post=None) | Q(post=post.pk) if post else Q(post=None)
    return list(PostImage.objects.filter(free, pk__in=keys, uploaded_by=author).order_by("pk"))


def address_of(picture, thread=None):
    """The address of a picture, the same under both languages: it asks who reads it."""
    with override(thread.language if thread else "en"):
        return reverse("talk_picture", args=[picture.pk])


# ---------------------------------------------------------------- names
def named_people(source, community=None, thread=None, post=None):
    """Whom `@Name` in `source` may mean: name -> Person, of the community's members and who wrote in the thread.

    A name that `post` spoke to before stays understood after its person changed it. At most three queries.
    """
    beginnings = list(dict.fromkeys(_SPOKEN.findall(source)))[:MOST_NAMES]
    if not beginnings:
        return {}
    alike = Q()
    for beginning in beginnings:
        alike |= Q(name__istartswith=beginning)
    around = Q(posts__thread=thread.pk) if thread else Q()
    community = thread.community_id if thread else community and community.pk
    if community:
        around |= Q(memberships__community=community)
    if not around:
        return {}
    people = Person.objects.filter(alike, around, erased_at=None).distinct().order_by("pk")[:MOST_PEOPLE]
    found = {}
    for person in people:
        found.setdefault(person.name, person)
    for mention in post.mentions.select_related("person") if post else ():
        if mention.person.erased_at is None:
            found.setdefault(mention.name, mention.person)
    return found


class Rewriting:
    """Changes parsed Markdown: `@Name` stands out, `image:12` leads to the picture, or becomes its words."""

    def __init__(self, names, pictures):
        self.pictures, self.people = pictures, {}
        self.names = {name.casefold(): (name, person) for name, person in names.items()}
        self.pattern = _pattern(names) if names else None

    def __call__(self, tokens):
        for token in tokens:
            if token.type == "inline":
                token.children = [new for child in token.children for new in self._changed(child)]

    def _changed(self, token):
        if token.type == "image" and str(token.attrGet("src")).startswith("image:"):
            return self._picture(token)
        if token.type == "text" and self.pattern:
            return self._names(token.content)
        return [token]

    def _picture(self, token):
        key = str(token.attrGet("src")).removeprefix("image:")
        address = self.pictures.get(int(key)) if key.isdecimal() and len(key) < 19 else None
        if address is None:
            return [_text(token.content)]
        token.attrSet("src", address)
        return [token]

    def _names(self, text):
        pieces, at = [], 0
        for match in self.pattern.finditer(text):
            name, person = self.names[match[1].casefold()]
            self.people[person] = name
            pieces += [_text(text[at : match.start()]), Token("strong_open", "strong", 1), _text(f"@{name}")]
            pieces += [Token("strong_close", "strong", -1)]
            at = match.end()
        return [*pieces, _text(text[at:])]


def _pattern(names):
    """`@Name` for each of `names`, the longest first: “@Ines Varga” is not “@Ines” and a word."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)@({'|'.join(map(bounded, longest))})", re.IGNORECASE)


def bounded(name):
    """A name in letters ends where the word ends; after Chinese ones the sentence just goes on."""
    end = "" if re.match(f"[{HAN}]", name[-1]) else rf"(?![^\W{HAN}])"
    return re.escape(name) + end


def _text(content):
    return Token("text", "", 0, content=content)
