"""One page of a thread, as one reader may see it. The number of queries does not grow with the thread."""

from datetime import timedelta
from functools import cached_property

from django.db.models import Count, Q
from django.urls import reverse

from communities.components.allowed import Allowed
from communities.components.people import Speakers
from communities.components.reading import Reading
from communities.components.said import Said
from communities.components.steps import entries_of, next_step, write_up_patterns, write_up_words
from communities.lineage import lineage_of
from communities.models import DistillationPost, Helpful, Post, Thread
from communities.models.post import PAGE
from communities.policies import check_delete_post, check_edit_post
from communities.rules import MemberRole, PostKind, TalkState
from knowledge.models import Concept
from knowledge.policies import allows

SILENCE = timedelta(days=7)
COMMENTS = 300  # of all posts of a page
COUNTED = 100  # posts at either end of a thread whose authors are counted
PEOPLE = 8


class ThreadFace(Allowed, Reading):
    """`page` counts from 1; `chosen` are the numbers of posts picked for the write-up, on this page or another."""

    def __init__(self, thread, reader, *, page=1, chosen=()):
        self.thread, self.reader = thread, reader
        self.last_number = self._last_known()
        self.last_page = max(1, (self.last_number - 1) // PAGE + 1)
        self.page = min(max(1, page), self.last_page)
        self.first, self.last = (self.page - 1) * PAGE + 1, self.page * PAGE
        self.chosen = sorted(number for number in set(chosen) if 0 < number <= self.last_number)

    # ------------------------------------------------------------ the posts
    @cached_property
    def said(self):
        """What is said on this page, in order: `Said` to be read, plain posts without text where one is gone."""
        readable = {post.pk: post for post in self._readable()}
        shells = self._here().exclude(pk__in=readable).filter(state__in=(TalkState.HIDDEN, TalkState.DELETED))
        shells = list(shells.only("pk", "number", "state", "thread_id"))
        found = [self._said(post) for post in readable.values()]
        by_post = {one.post.pk: one for one in found}
        for comment in self._comments:
            by_post[comment.reply_to_id].comments.append(self._said(comment))
        gone = [Said(post, None) for post in shells]
        return self._parted(sorted(found + gone, key=lambda one: one.post.number))

    def _parted(self, said):
        """Marks where talk begins again: at the first post, after a silence, and with what is new to the reader."""
        before = None
        for one in [one for one in said if one.author]:
            is_new = one.post.number == self.first_unread
            one.begins = is_new or before is None or one.post.created_at - before > SILENCE
            before = one.post.created_at
        return said

    @property
    def written(self):
        """All HTML on the page, for the scripts that draw formulas and diagrams."""
        return "".join(post.html for post in [*self._posts, *self._comments])

    @property
    def shown_last(self):
        return min(self.last, self.last_number)

    def _last_known(self):
        """The number of the last post that the reader may know of: what waits is there for its author and the stewards alone."""
        all_are_read = self.thread.post_count == self.thread.last_number
        if all_are_read or self.thread.community.has_steward(self.reader):
            return self.thread.last_number
        known = ~Q(state=TalkState.HELD)
        if self.reader.is_authenticated:
            known |= Q(author__user=self.reader)
        found = Post.objects.filter(known, thread=self.thread, kind=PostKind.POST).order_by("-number")
        return found.values_list("number", flat=True).first() or 0

    def _readable_here(self):
        """The posts and comments that the reader may read; the thread is named, or all threads would be gone through."""
        return Post.objects.visible_to(self.reads_as).filter(thread=self.thread)

    def _here(self):
        return Post.objects.filter(thread=self.thread, kind=PostKind.POST, number__range=(self.first, self.last))

    @cached_property
    def _posts(self):
        return list(self._here().visible_to(self.reads_as).select_related("author").order_by("number"))

    @cached_property
    def _comments(self):
        below = self._readable_here().comments().filter(reply_to__in=[post.pk for post in self._posts])
        found = list(below.select_related("author").order_by("created_at", "pk")[:COMMENTS])
        return [self._placed(comment) for comment in found]

    def _readable(self):
        return [self._placed(post) for post in self._posts]

    def _placed(self, post):
        post.thread = self.thread
        return post

    def _said(self, post):
        mine = self.reader.is_authenticated
        own = mine and bool(post.author_id) and post.author_id == self.me
        return Said(
            post,
            self.speakers.of(post.author),
            is_chosen=post.number in self.chosen,
            is_written_up=post.pk in self._written_up,
            is_steward=post.author_id in self._stewards,
            is_helpful=post.pk in self._helpful,
            is_own=own,
            may_edit=mine and allows(check_edit_post, self.reader, post),
            may_delete=mine and allows(check_delete_post, self.reader, post),
            may_flag=mine and not own,
        )

    @cached_property
    def speakers(self):
        spoke = [post.author for post in [*self._posts, *self._comments, *self.accepted]]
        return Speakers([*spoke, *(person for person, _count in self._counted), self.thread.author], self.reads_as)

    @cached_property
    def _stewards(self):
        stewards = self.thread.community.memberships.filter(role=MemberRole.STEWARD)
        return set(stewards.values_list("person", flat=True))

    @cached_property
    def _written_up(self):
        keys = [post.pk for post in self._posts]
        rows = DistillationPost.objects.filter(post__in=keys, distillation__state=TalkState.VISIBLE)
        return set(rows.values_list("post", flat=True))

    @cached_property
    def _helpful(self):
        if self.me is None:
            return set()
        keys = [post.pk for post in [*self._posts, *self._comments]]
        return set(Helpful.objects.filter(person=self.me, post__in=keys).values_list("post", flat=True))

    # ------------------------------------------------------------ what leads to them
    @cached_property
    def accepted(self):
        """The accepted posts of the whole thread, the first ten."""
        if not self.thread.is_answered:
            return []
        readable = self._readable_here().filter(accepted_at__isnull=False)
        return [self._placed(post) for post in readable.select_related("author").order_by("number")[:10]]

    @cached_property
    def answers(self):
        """(`Speaker`, post) of each accepted post, for the link under the first one."""
        return [(self.speakers.of(post.author), post) for post in self.accepted]

    @cached_property
    def ranges(self):
        """The pages beside this one as (page, first number, last number, whether it stands behind a gap)."""
        near = {1, self.last_page, *range(self.page - 2, self.page + 3)} & set(range(1, self.last_page + 1))
        near |= {page + 1 for page in near if page + 2 in near}  # one page alone is no gap
        return [(page, *self._span(page), page > 1 and page - 1 not in near) for page in sorted(near)]

    def _span(self, page):
        return (page - 1) * PAGE + 1, min(page * PAGE, self.last_number)

    @property
    def before(self):
        return [one for one in self.ranges if one[0] < self.page]

    @property
    def after(self):
        return [one for one in self.ranges if one[0] > self.page]

    @property
    def has_next(self):
        return self.page < self.last_page

    @property
    def has_previous(self):
        return self.page > 1

    # ------------------------------------------------------------ beside them
    @cached_property
    def _counted(self):
        """(Person, posts) of those who spoke at either end of the thread, the most first."""
        ends = Q(number__lte=COUNTED) | Q(number__gt=self.last_number - COUNTED)
        posts = Post.objects.filter(ends, thread=self.thread, kind=PostKind.POST, state=TalkState.VISIBLE)
        counts = dict(posts.exclude(author=None).values_list("author").annotate(n=Count("pk")).order_by("-n", "author"))
        people = Thread.author.field.related_model.objects.in_bulk(list(counts))
        return [(people[key], count) for key, count in counts.items() if key in people]

    @cached_property
    def people(self):
        """(`Speaker`, posts) of those who spoke most."""
        return [(self.speakers.of(person), count) for person, count in self._counted[:PEOPLE]]

    @property
    def people_count(self):
        return len(self._counted)

    @property
    def counts_all(self):
        """Whether the counts are of the whole thread; of a long one only both ends are counted."""
        return self.last_number <= 2 * COUNTED

    @cached_property
    def topics(self):
        return list(Concept.objects.with_labels().filter(threads=self.thread).order_by("pk"))

    @cached_property
    def entries(self):
        return list(entries_of(self.thread, self.reads_as).select_related("locale")[:5])

    @property
    def starter(self):
        return self.speakers.of(self.thread.author)

    @cached_property
    def step(self):
        return next_step(self.thread, self.reader, len(self.chosen), self.entries)

    @cached_property
    def lineage(self):
        return lineage_of(self.thread, self.reads_as)

    @property
    def chosen_query(self):
        """The choice as it stands in addresses: “2,3,15”."""
        return ",".join(map(str, self.chosen))

    @property
    def chosen_elsewhere(self):
        """Chosen posts that stand on other pages: their boxes are not here."""
        return [number for number in self.chosen if not self.first <= number <= self.last]

    choose_words = property(lambda self: write_up_patterns())
    chosen_words = property(lambda self: write_up_words(len(self.chosen)))

    @property
    def distil_url(self):
        return reverse("distil", args=[self.thread.community.slug, self.thread.pk])
