"""The demo's talk, played in the order in which it happened through the functions of the site's own pages.

Every step looks whether it was taken already, so that a run that was broken off goes on.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import PageLogEntry

from communities.interaction.combination import combine
from communities.interaction.externalization import distil, release
from communities.interaction.internalization import practise
from communities.interaction.membership import change_community, give_role, let_in, open_community, set_may_name
from communities.interaction.skipping import skip
from communities.interaction.socialization import accept, ask, comment, mark_helpful, reply
from communities.interaction.turns import next_turn
from communities.models import Community, Distillation, Membership, Post, PracticeReport, Thread
from communities.rules import MemberRole
from communities.seci import Level, Mode
from kmsite.demo import reading
from knowledge.models import Entry, EntryState
from knowledge.organization.review import approve, submit
from knowledge.outbox import work_off

ORIGIN = "demo"
USEFUL = {True: "yes", False: "no"}  # what YAML makes of yes and no


@dataclass(frozen=True)
class Step:
    """One thing that somebody did: when, in what order on the same moment, and the call that does it."""

    moment: object
    order: int
    act: object


class Talk:
    """`people` and `concepts` by their keys in the files, `curators` are users who may publish."""

    def __init__(self, *, people, concepts, curators, now=None, progress=iter):
        self.people, self.concepts, self.curators = people, concepts, curators
        self.now, self.progress = now or timezone.now(), progress

    def write(self):
        self.communities = {one["key"]: self.write_community(one) for one in reading.communities()}
        for step in self.progress(sorted(self.steps(), key=lambda step: (step.moment, step.order))):
            step.act()

    # ------------------------------------------------------------ communities
    @transaction.atomic
    def write_community(self, one):
        found = Community.objects.filter(origin=f"{ORIGIN}:{one['key']}").first()
        if found:
            return found
        opener = next((self.user(key) for key in one["stewards"] if self.user(key) in self.curators), self.curators[0])
        community = open_community(
            slug=one["key"],
            name_en=one["name"]["en"],
            name_zh=one["name"]["zh"],
            purpose_en=one["purpose"]["en"].strip(),
            purpose_zh=one["purpose"]["zh"].strip(),
            access=one["access"],
            is_board=one.get("board", False),
            concepts=[self.concepts[slug] for slug in one.get("concepts", ())],
            opened_at=self.ago(one["opened"]),
            by=opener,
        )
        Community.objects.filter(pk=community.pk).update(origin=f"{ORIGIN}:{one['key']}")
        for key in dict.fromkeys([*one["stewards"], *one["members"]]):
            let_in(community, self.user(key))
        for key in one["stewards"]:
            give_role(
                Membership.objects.get(community=community, person=self.people[key]), MemberRole.STEWARD, by=opener
            )
        if notice := one.get("notice"):
            change_community(community, notice_en=notice["en"].strip(), notice_zh=notice["zh"].strip(), by=opener)
        for key in one.get("named", ()):
            set_may_name(Membership.objects.get(community=community, person=self.people[key]), True, by=self.user(key))
        return Community.objects.get(pk=community.pk)

    # ------------------------------------------------------------ what happened, in order
    def steps(self):
        for thread in reading.threads():
            yield from self.steps_of(thread)

    def steps_of(self, told):
        yield self.step(told, 0, 0, self.open_thread, told)
        for number, post in enumerate(told["posts"], 1):
            if number > 1:
                yield self.step(told, post["after"], number, self.write_post, told, number, post)
            for place, one in enumerate(post.get("comments", ()), 1):
                yield self.step(told, one["after"], 100 + number, self.write_comment, told, number, place, one)
            yield self.step(told, post["after"], 200 + number, self.mark, told, number, post)
        for one in told.get("distillations", ()):
            yield self.step(told, one["after"], 300, self.write_up, told, one)
            if one.get("entry"):
                yield self.step(told, one["combined"], 400, self.bring_together, told, one)
        for one in told.get("reports", ()):
            yield self.step(told, one["after"], 500, self.report, told, one)
        if skipped := told.get("skipped"):
            yield self.step(told, skipped["after"], 600, self.skip, told, skipped)

    def step(self, told, after, order, act, *args):
        moment = min(self.ago(told["asked"]) + timedelta(days=after), self.now - timedelta(minutes=30))
        return Step(moment, order, lambda: act(*args, at=moment))

    # ------------------------------------------------------------ talk
    @transaction.atomic
    def open_thread(self, told, at):
        if self.thread(told):
            return
        first = told["posts"][0]
        said = {"title": told["title"], "text": first["text"].strip(), "by": self.user(first["by"]), "at": at}
        if grown := told.get("from"):
            thread = next_turn(
                self.thing(grown, told["language"]),
                community=self.communities[told["community"]],
                level=Level(told["level"]) if told.get("level") else None,
                language=told["language"],
                **said,
            )
        else:
            thread = ask(
                self.communities[told["community"]],
                language=told["language"],
                concepts=[self.concepts[slug] for slug in told.get("concepts", ())],
                **said,
            )
        Thread.objects.filter(pk=thread.pk).update(origin=f"{ORIGIN}:{told['key']}")

    @transaction.atomic
    def write_post(self, told, number, post, at):
        origin = f"{ORIGIN}:{told['key']}:{number}"
        if Post.objects.filter(origin=origin).exists():
            return
        language = post.get("language", told["language"])
        made = reply(self.thread(told), text=post["text"].strip(), language=language, by=self.user(post["by"]), at=at)
        Post.objects.filter(pk=made.pk).update(origin=origin)

    @transaction.atomic
    def write_comment(self, told, number, place, one, at):
        origin = f"{ORIGIN}:{told['key']}:{number}.{place}"
        if not Post.objects.filter(origin=origin).exists():
            made = comment(self.post(told, number), text=one["text"].strip(), by=self.user(one["by"]), at=at)
            Post.objects.filter(pk=made.pk).update(origin=origin)

    def mark(self, told, number, post, at):
        """Accepted by who asked, helpful to others."""
        there = self.post(told, number)
        if post.get("accepted") and not there.is_accepted:
            accept(there, by=self.user(told["posts"][0]["by"]), at=at + timedelta(hours=5))
        for key in post.get("helpful", ()):
            if key != post["by"] and not there.helpful_marks.filter(person=self.people[key]).exists():
                mark_helpful(there, by=self.user(key))

    # ------------------------------------------------------------ the spiral
    @transaction.atomic
    def write_up(self, told, one, at):
        if Distillation.objects.filter(origin=f"{ORIGIN}:{one['key']}").exists():
            return
        posts = [self.post(told, number) for number in one["posts"]]
        notes = {self.post(told, int(number)).pk: note for number, note in (one.get("notes") or {}).items()}
        made = distil(
            self.thread(told),
            posts=posts,
            notes=notes,
            title=one["title"],
            text=one["text"].strip(),
            language=told["language"],
            by=self.user(one["by"]),
            at=at,
        )
        Distillation.objects.filter(pk=made.pk).update(origin=f"{ORIGIN}:{one['key']}")
        if one.get("entry") and made.released_at is None:
            steward = made.thread.community.memberships.filter(role=MemberRole.STEWARD).first()
            release(made, by=steward.person.user, at=at)

    @transaction.atomic
    def bring_together(self, told, one, at):
        """A librarian brings it into its entry, another one approves; the entry of the demo says it already."""
        distillation = Distillation.objects.get(origin=f"{ORIGIN}:{one['key']}")
        if distillation.combinations.exists():
            return
        entry = self.entry(one["entry"], told["language"])
        first, last = entry.first_published_at, entry.last_published_at
        writer, other = self.curators[0], self.curators[1]
        builds_on = [self.entry(slug, told["language"]) for slug in one.get("builds_on", ())]
        combine([distillation], entry=entry, builds_on=builds_on, says_it_already=True, by=writer, at=at)
        submit(Entry.objects.get(pk=entry.pk), by=writer)
        entry = approve(Entry.objects.get(pk=entry.pk), by=other)
        self.date(entry, min(first or at, at), at)
        work_off(kinds=["published"])  # the conversion follows from it, and the next step may need it
        self.date(entry, min(first or at, at), max(last or at, at))

    def date(self, entry, first, last):
        """Let it have been published first and last then."""
        moments = {"first_published_at": first, "last_published_at": last, "latest_revision_created_at": last}
        Entry.objects.filter(pk=entry.pk).update(**moments)
        PageLogEntry.objects.filter(page=entry.pk, timestamp__gte=self.now).update(timestamp=last)

    @transaction.atomic
    def report(self, told, one, at):
        origin = f"{ORIGIN}:{one['key']}"
        if PracticeReport.objects.filter(origin=origin).exists():
            return
        slug = next(made["entry"] for made in told["distillations"] if made.get("entry"))
        made = practise(
            self.entry(one.get("entry", slug), told["language"]),
            tried=one["tried"].strip(),
            happened=one["happened"].strip(),
            learned=(one.get("learned") or "").strip(),
            useful=USEFUL.get(one["useful"], one["useful"]),
            language=told["language"],
            by=self.user(one["by"]),
            at=at,
        )
        PracticeReport.objects.filter(pk=made.pk).update(origin=origin)

    def skip(self, told, one, at):
        thread = self.thread(told)
        if one["mode"] not in thread.skipped.split():
            skip(thread, Mode(one["mode"]), reason=one["reason"].strip(), by=self.user(one["by"]), at=at)

    # ------------------------------------------------------------ found again
    def ago(self, days):
        return self.now - timedelta(days=days)

    def user(self, key):
        return self.people[key].user

    def thread(self, told):
        return Thread.objects.filter(origin=f"{ORIGIN}:{told['key']}").select_related("community").first()

    def post(self, told, number):
        return Post.objects.select_related("thread__community").get(thread=self.thread(told), number=number)

    def entry(self, slug, language):
        return EntryState.objects.select_related("entry").get(origin=f"{ORIGIN}:{slug}.{language}").entry

    def thing(self, name, language):
        """`practice:<key>` or `entry:<slug>` of the files."""
        kind, _colon, key = name.partition(":")
        if kind == "practice":
            return PracticeReport.objects.get(origin=f"{ORIGIN}:{key}")
        return self.entry(key, language)
