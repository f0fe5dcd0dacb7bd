"""Talk made by rule, for `benchmarks.pages`: a thread of 20 posts, one of 10,000, and many small ones, by `bulk_create`.

    python -m benchmarks.seed                   # 10,000 small threads (80,000 posts) beside the two
    python -m benchmarks.seed --threads 100000

Into the database that DATABASE_URL names, in a community called benchmark-threads; once it is there, nothing is written.
"""

# ruff: noqa: SIM905  a list of words reads better as words

import argparse
import os
import random
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from communities.models import Community, Membership, Post, Thread
from communities.rules import MemberRole
from communities.seci import Stage
from kmsite.models import User
from knowledge.models import Person
from knowledge.text import render_markdown

SLUG = "benchmark-threads"
USUAL, LONG, SMALL = 20, 10_000, 8  # posts of a thread
PEOPLE = 500
BATCH = 500  # small threads at once
STAGES = [Stage.SOCIALIZATION] * 6 + [Stage.EXTERNALIZATION] * 3 + [Stage.COMBINATION]
WORDS = (
    "library loan shelf reader catalogue map archive thesis index journal licence desk renewal reserve search subject"
    " holding edition author citation preprint dataset scan request branch weekend opening group room training survey"
).split()


class Seed:
    """The same text every time; the newest thread moved an hour ago."""

    def __init__(self, community):
        self.community, self.chance, self.now = community, random.Random(1897), timezone.now()
        Person.objects.bulk_create([Person(name=f"Benchmark reader {n}") for n in range(PEOPLE)])
        self.people = list(Person.objects.filter(name__startswith="Benchmark reader ").order_by("pk"))
        sources = [self.text() for _time in range(200)]
        self.texts = [(source, render_markdown(source).html) for source in sources]

    def text(self):
        first, second = (" ".join(self.chance.choices(WORDS, k=45)) for _time in range(2))
        return f"{first}\n\n*{second}* [there](https://example.org/a) `x = 1`"

    def thread(self, title, posts, hours_ago):
        end = self.now - timedelta(hours=hours_ago)
        start = end - timedelta(minutes=posts)
        return Thread(
            community=self.community,
            title=title,
            author=self.chance.choice(self.people),
            created_at=start,
            last_post_at=end,
            last_number=posts,
            post_count=posts,
            stage=self.chance.choice(STAGES),
            stage_since=start,
            socialized_at=start + timedelta(minutes=1),
        )

    def posts(self, thread):
        for number in range(1, thread.last_number + 1):
            source, html = self.chance.choice(self.texts)
            yield Post(
                thread=thread,
                number=number,
                author=thread.author if number == 1 else self.chance.choice(self.people),
                source=source,
                html=html,
                created_at=thread.created_at + timedelta(minutes=number),
            )

    def write(self, threads):
        Thread.objects.bulk_create(threads)
        Post.objects.bulk_create((post for thread in threads for post in self.posts(thread)), batch_size=2000)


@transaction.atomic
def seed(small):
    """A community with its threads; the librarian is its steward."""
    community = Community.objects.create(slug=SLUG, name_en="Benchmark", opened_at=timezone.now())
    librarian = User.objects.filter(is_active=True, groups__name="librarian").first()
    Membership.objects.create(community=community, person=librarian.person, role=MemberRole.STEWARD)
    made = Seed(community)
    made.write(
        [made.thread("Benchmark: twenty posts", USUAL, 1), made.thread("Benchmark: ten thousand posts", LONG, 2)]
    )
    for first in range(0, small, BATCH):
        numbers = range(first, min(first + BATCH, small))
        made.write([made.thread(f"Benchmark: a small thread, {number}", SMALL, 3 + number / 10) for number in numbers])
    Community.objects.filter(pk=community.pk).update(thread_count=small + 2, member_count=1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=10_000, help="how many small threads")
    options = parser.parse_args()
    if Community.objects.filter(slug=SLUG).exists():
        print(f"The community {SLUG} is there already; nothing was written.")
    else:
        seed(options.threads)
