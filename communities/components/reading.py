"""Who reads a thread: somebody like many others, or one with something of their own here; and how far they have read."""

from functools import cached_property

from communities.models import Helpful, Post, ReadMark, Watch
from communities.models.post import PAGE
from communities.rules import reader_like
from knowledge.rules import access_tokens, roles_of


class Reading:
    """For who has `thread`, `reader`, `chosen`, `last_number` and `shown_last`, and knows what the reader may (Allowed)."""

    @cached_property
    def me(self):
        """The key of the reader's person; None for a visitor."""
        person = getattr(self.reader, "person", None) if self.reader.is_authenticated else None
        return person.pk if person else None

    # ------------------------------------------------------------ what is the same for many
    @cached_property
    def reads_as(self):
        """For whom the page is made: the reader; or, without anything of their own here, somebody with the same access and no name."""
        return reader_like(self.reader) if self._is_like_others else self.reader

    @cached_property
    def readers(self):
        """All for whom the page reads the same, by their access; "" where it is one reader's own."""
        if not self._is_like_others:
            return ""
        return " ".join([*sorted(access_tokens(self.reads_as)), "writes" if self.may_post else "reads"])

    @cached_property
    def _is_like_others(self):
        """Whether nothing on the page tells this reader from others who are signed in: no choice, mark, office or text of theirs."""
        if self.me is None or self.chosen or self.first_unread or roles_of(self.reader):
            return False
        return not (self.may_moderate or self.thread.author_id == self.me or self._left_something)

    @cached_property
    def _left_something(self):
        """Whether the reader wrote here, or said that something helped."""
        written = Post.objects.filter(thread=self.thread, author=self.me).order_by().values("pk")
        marked = Helpful.objects.filter(post__thread=self.thread, person=self.me).order_by().values("pk")
        return bool(written.union(marked)[:1])

    # ------------------------------------------------------------ how far the reader has read
    @cached_property
    def watch(self):
        """The watch of a reader who is told; None for others."""
        if not self.reader.is_authenticated:
            return None
        return Watch.objects.filter(thread=self.thread, user=self.reader, by_mail=True).first()

    @cached_property
    def mark(self):
        """How far the reader had read before; None where no mark is kept."""
        if not self.reader.is_authenticated:
            return None
        return ReadMark.objects.filter(thread=self.thread, user=self.reader).values_list("number", flat=True).first()

    @cached_property
    def first_unread(self):
        """The number of the first post that is new to the reader; None without one."""
        return self.mark + 1 if self.mark is not None and self.mark < self.last_number else None

    @property
    def is_behind(self):
        """Whether a mark is kept of how far the reader has read, and this page moves it on."""
        if self.mark is None and self.watch is None:
            return False
        return (self.mark or 0) < self.shown_last

    @property
    def unread_url(self):
        page = (self.first_unread - 1) // PAGE + 1
        query = f"?page={page}" if page > 1 else ""
        return f"{self.thread.get_absolute_url()}{query}#post-{self.first_unread}"
