"""How talk becomes search documents, and which of it a reader may see."""

from collections import defaultdict

from django.utils.text import Truncator

from communities.models import Distillation, Post, PracticeReport, Thread, ThreadConcept
from communities.rules import PostKind, TalkState, token_of
from knowledge.models import Concept
from knowledge.outbox import key_of
from knowledge.rules import token_for
from knowledge.search.builders import Ancestry
from knowledge.search.documents import SearchDoc
from knowledge.text import plain

TITLE = 90  # characters of a text that has no title of its own


def _token(thread):
    return (token_of(thread.community.access, thread.community_id),)


def _names(*people):
    return tuple(person.name for person in people if person is not None and person.erased_at is None)


def _beginning(text):
    return Truncator(" ".join(text.split())).chars(TITLE)


def _concepts_of_threads(pks):
    chosen = defaultdict(list)
    links = ThreadConcept.objects.filter(thread__in=pks).order_by("pk")
    for thread, concept in links.values_list("thread", "concept"):
        chosen[thread].append(concept)
    return Ancestry(chosen)


# ---------------------------------------------------------------- threads
def _comments_under(posts):
    """{post: the texts of the comments under it}, for the keys of posts."""
    comments = defaultdict(list)
    under = Post.objects.filter(reply_to__in=posts, state=TalkState.VISIBLE).order_by("pk")
    for post, html in under.values_list("reply_to", "html"):
        comments[post].append(plain(html))
    return comments


def thread_docs(pks):
    """Threads that can be read, with their first post and the comments under it; the replies are documents of their own."""
    threads = list(Thread.objects.filter(pk__in=pks, state=TalkState.VISIBLE).select_related("community", "author"))
    firsts = Post.objects.filter(thread__in=[thread.pk for thread in threads], number=1, state=TalkState.VISIBLE)
    texts = {thread: (pk, plain(html)) for thread, pk, html in firsts.values_list("thread", "pk", "html")}
    comments = _comments_under([pk for pk, _text in texts.values()])
    concepts = _concepts_of_threads([thread.pk for thread in threads])
    for thread in threads:
        first, text = texts.get(thread.pk, (None, ""))
        yield SearchDoc(
            key=key_of(thread),
            kind="thread",
            language=thread.language,
            title=thread.title,
            body="\n".join((text, *comments[first])),
            concepts=tuple(concepts.labels_of(thread.pk)),
            authors=_names(thread.author),
            access=_token(thread),
            updated=thread.last_post_at,
            popularity=thread.post_count,
            quality=int(thread.is_answered),
            family=key_of(thread),
            facets={"language": (thread.language,), **concepts.facets_of(thread.pk)},
        )


def thread_rows(user, pks):
    """Threads that `user` may read, with their community and topics."""
    found = Thread.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE)
    rows = {thread.pk: thread for thread in found.select_related("community", "author")}
    give_topics(rows.values())
    return rows


def give_topics(threads):
    """Put `topics`, concepts with labels, on each of `threads`; two queries."""
    chosen = defaultdict(list)
    links = ThreadConcept.objects.filter(thread__in=[thread.pk for thread in threads]).order_by("pk")
    for thread, concept in links.values_list("thread", "concept"):
        chosen[thread].append(concept)
    concepts = Concept.objects.with_labels().in_bulk({pk for pks in chosen.values() for pk in pks})
    for thread in threads:
        thread.topics = [concepts[pk] for pk in chosen[thread.pk] if pk in concepts]


# ---------------------------------------------------------------- posts
def post_docs(pks):
    """Replies, each with the comments under it and the topics of its thread; the first post stands in the document of its thread."""
    posts = Post.objects.filter(pk__in=pks, kind=PostKind.POST, number__gt=1, state=TalkState.VISIBLE)
    posts = list(posts.filter(thread__state=TalkState.VISIBLE).select_related("thread__community", "author"))
    comments = _comments_under([post.pk for post in posts])
    concepts = _concepts_of_threads({post.thread_id for post in posts})
    for post in posts:
        text = plain(post.html)
        yield SearchDoc(
            key=key_of(post),
            kind="post",
            language=post.language,
            title=_beginning(text),
            body="\n".join((text, *comments[post.pk])),
            concepts=tuple(concepts.labels_of(post.thread_id)),
            authors=_names(post.author),
            access=_token(post.thread),
            updated=post.created_at,
            popularity=post.helpful_count,
            quality=int(post.is_accepted),
            family=key_of(post.thread),
            facets={"language": (post.language,), **concepts.facets_of(post.thread_id)},
        )


def post_rows(user, pks):
    """Replies whose text `user` may read, with their thread."""
    posts = Post.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE)
    return posts.select_related("thread__community", "author").in_bulk()


# ---------------------------------------------------------------- distillations
def distillation_docs(pks):
    """Distillations, found by who reads their thread."""
    found = Distillation.objects.filter(pk__in=pks, state=TalkState.VISIBLE, thread__state=TalkState.VISIBLE)
    found = list(found.select_related("thread__community", "made_by"))
    concepts = _concepts_of_threads([made.thread_id for made in found])
    for made in found:
        yield SearchDoc(
            key=key_of(made),
            kind="distillation",
            language=made.language,
            title=made.title,
            body=plain(made.html),
            concepts=tuple(concepts.labels_of(made.thread_id)),
            authors=_names(made.made_by),
            access=_token(made.thread),
            updated=made.edited_at or made.made_at,
            quality=1,
            facets={"language": (made.language,), **concepts.facets_of(made.thread_id)},
        )


def distillation_rows(user, pks):
    """Distillations that `user` may read."""
    return Distillation.objects.visible_to(user).select_related("thread__community", "made_by").in_bulk(pks)


# ---------------------------------------------------------------- practice reports
def report_docs(pks):
    """Practice reports on published entries, found by who reads the entry and by its topics."""
    reports = PracticeReport.objects.filter(pk__in=pks, state=TalkState.VISIBLE, entry__live=True)
    reports = list(reports.exclude(entry__state=None).select_related("entry__state", "author"))
    concepts = Ancestry.of_entries([report.entry_id for report in reports])
    for report in reports:
        state = report.entry.state
        texts = (report.tried_html, report.happened_html, report.learned_html)
        yield SearchDoc(
            key=key_of(report),
            kind="report",
            language=report.language,
            title=_beginning(plain(report.tried_html)),
            body="\n".join(plain(text) for text in texts if text),
            concepts=tuple(concepts.labels_of(report.entry_id)),
            authors=_names(report.author),
            access=(token_for(state.visibility, state.group_id),),
            updated=report.edited_at or report.created_at,
            facets={"language": (report.language,), **concepts.facets_of(report.entry_id)},
        )


def report_rows(user, pks):
    """Reports that `user` may read, with their entry."""
    reports = PracticeReport.objects.visible_to(user).filter(pk__in=pks, state=TalkState.VISIBLE)
    return reports.select_related("entry__locale", "author").in_bulk()
