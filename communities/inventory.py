"""What communities have, for `manage.py inventory`."""

from django.db.models import Count

from communities.models import Conversion, Distillation, Post, PracticeReport, Thread
from communities.rules import TalkState
from communities.seci import Mode, Outcome
from knowledge.application.inventory import counts


def _kept(queryset):
    return queryset.exclude(state=TalkState.DELETED).count()


@counts("threads")
def _threads():
    return _kept(Thread.objects)


@counts("posts")
def _posts():
    return _kept(Post.objects.posts())


@counts("comments")
def _comments():
    return _kept(Post.objects.comments())


@counts("conversions")
def _conversions():
    """Done events by mode; what was withdrawn since happened all the same."""
    done = Conversion.objects.filter(outcome=Outcome.DONE).order_by()
    numbers = dict(done.values_list("mode").annotate(number=Count("pk")))
    return {mode.value: numbers.get(mode.value, 0) for mode in Mode}


@counts("distillations")
def _distillations():
    return _kept(Distillation.objects)


@counts("practice_reports")
def _practice_reports():
    return _kept(PracticeReport.objects)
