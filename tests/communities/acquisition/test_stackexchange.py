import pytest
from django.core.management import CommandError, call_command

from communities.models import Community, Conversion, ConversionPart, Post, Thread
from communities.seci import Mode, Stage
from knowledge.models import OutboxRow, Person
from knowledge.models.imports import ImportRun, RunState
from knowledge.outbox import key_of
from knowledge.text import MAX_SOURCE
from tests.communities.acquisition.conftest import COMMENT, EARLY, LATE, QUESTION, found
from tests.factories import make_concept

pytestmark = pytest.mark.django_db
COMMAND = "import_stackexchange"


def counts():
    return (
        Thread.objects.count(),
        Post.objects.posts().count(),
        Post.objects.comments().count(),
        Conversion.objects.count(),
        Person.objects.exclude(origin=None).count(),
    )


def test_a_question_becomes_a_thread_with_its_title_score_and_date(dump, bring_in):
    bring_in(COMMAND, dump())

    thread = Thread.objects.get()
    assert (thread.title, thread.score, thread.author.name) == ("How long is a loan?", 7, "Asker")
    assert f"{thread.created_at:%Y-%m-%d %H}" == "2020-03-01 09"


def test_answers_are_numbered_by_date_and_not_by_place(dump, bring_in):
    bring_in(COMMAND, dump())

    texts = list(Post.objects.posts().order_by("number").values_list("number", "html"))
    assert texts == [
        (1, "<p>I borrowed <b>two</b> maps.</p>"),
        (2, "<p>Four weeks.</p>"),
        (3, "<p>Three weeks.</p>"),
    ]


def test_the_accepted_answer_is_accepted_and_the_thread_answered(dump, bring_in):
    bring_in(COMMAND, dump())

    assert Thread.objects.get().is_answered
    accepted = Post.objects.get(accepted_at__isnull=False)
    assert (accepted.number, accepted.accepted_at) == (2, accepted.created_at)


def test_the_vote_says_when_an_answer_was_accepted(dump, bring_in):
    vote = {"Id": 1, "PostId": 3, "VoteTypeId": 1, "CreationDate": "2020-03-09T00:00:00.000"}

    bring_in(COMMAND, dump(Votes=[vote]))

    assert f"{Post.objects.get(number=2).accepted_at:%Y-%m-%d}" == "2020-03-09"


def test_a_comment_stands_under_its_post_and_takes_no_number(dump, bring_in):
    bring_in(COMMAND, dump())

    comment = Post.objects.comments().get()
    assert (comment.reply_to.number, comment.number) == (2, None)
    assert comment.html == "<p>Thank you, <code>four</code> it is.</p>\n"


def test_the_thread_counts_what_came_in(dump, bring_in, community):
    bring_in(COMMAND, dump())

    thread = Thread.objects.get()
    assert (thread.post_count, thread.comment_count, thread.last_number) == (3, 1, 3)
    assert f"{thread.last_post_at:%d}" == "03"
    community.refresh_from_db()
    assert community.thread_count == 1


def test_a_tag_finds_its_concept_and_the_others_are_held(dump, bring_in):
    loans = make_concept("Interlibrary loan")

    bring_in(COMMAND, dump())

    concepts = list(Thread.objects.get().concepts.all())
    assert loans in concepts
    assert [concept.schemes.get().is_holding for concept in concepts if concept != loans] == [True]


def test_only_who_wrote_becomes_a_person_and_once(dump, bring_in):
    bring_in(COMMAND, dump())

    people = Person.objects.exclude(origin=None)
    assert {person.name for person in people} == {"Asker", "Four", "Three"}
    assert {person.user for person in people} == {None}
    assert people.get(name="Asker").posts.count() == 2  # the question and a comment


def test_an_account_that_is_gone_leaves_no_author(dump, bring_in):
    gone = {key: value for key, value in EARLY.items() if key != "OwnerUserId"} | {"OwnerDisplayName": "user39"}

    bring_in(COMMAND, dump(posts=[QUESTION, LATE, gone]))

    assert Post.objects.get(number=2).author is None
    assert not Person.objects.filter(name="user39").exists()


def test_a_machine_of_the_site_is_no_person(dump, bring_in):
    bring_in(
        COMMAND, dump(posts=[QUESTION, LATE, EARLY | {"OwnerUserId": -1}], users=[{"Id": -1, "DisplayName": "Bot"}])
    )

    assert not Person.objects.filter(name="Bot").exists()


def test_the_second_person_makes_it_socialization_at_the_date_of_their_post(dump, bring_in):
    bring_in(COMMAND, dump())

    thread, event = Thread.objects.get(), Conversion.objects.get()
    second = Post.objects.get(number=2)
    assert (event.mode, event.made_at, event.made_by) == (Mode.SOCIALIZATION, second.created_at, second.author)
    assert (thread.stage, thread.socialized_at) == (Stage.EXTERNALIZATION, second.created_at)
    assert set(ConversionPart.objects.values_list("role", "key")) == {
        ("input", key_of(Post.objects.get(number=1))),
        ("input", key_of(second)),
        ("output", key_of(thread)),
    }
    assert {credit.person.name for credit in event.credits.all()} == {"Asker", "Four"}


def test_talking_to_oneself_is_no_socialization(dump, bring_in):
    bring_in(COMMAND, dump(posts=[QUESTION, EARLY | {"OwnerUserId": 10}]))

    assert not Conversion.objects.exists()
    assert Thread.objects.get().stage == Stage.SOCIALIZATION


def test_who_has_no_account_any_more_is_not_known_to_be_a_second_person(dump, bring_in):
    asked = {key: value for key, value in QUESTION.items() if key != "OwnerUserId"}

    bring_in(COMMAND, dump(posts=[asked, EARLY]))
    assert not Conversion.objects.exists()

    bring_in(COMMAND, dump(posts=[asked, EARLY, LATE]))
    assert Conversion.objects.get().made_by.name == "Three"


def test_out_of_a_closed_community_nobody_is_named(dump, bring_in, community):
    Community.objects.update(access="closed")

    bring_in(COMMAND, dump())

    assert not Conversion.objects.get().credits.filter(named=True).exists()


def test_a_second_run_adds_nothing(dump, bring_in):
    folder = dump()
    bring_in(COMMAND, folder)
    before = counts()

    out, _err = bring_in(COMMAND, folder)

    assert counts() == before == (1, 3, 1, 1, 3)
    assert "0 threads, 0 posts, 0 comments, 4 here already" in out


def test_a_row_that_reads_otherwise_now_is_counted_and_left(dump, bring_in):
    bring_in(COMMAND, dump())

    out, _err = bring_in(COMMAND, dump(posts=[QUESTION, LATE | {"Body": "<p>Six.</p>"}, EARLY]))

    assert "1 of them changed since and left" in out
    assert Post.objects.get(number=3).html == "<p>Three weeks.</p>"


def test_a_later_dump_adds_what_came_since(dump, bring_in):
    bring_in(COMMAND, dump(posts=[QUESTION], comments=[]))

    bring_in(COMMAND, dump())

    thread = Thread.objects.get()
    assert counts() == (1, 3, 1, 1, 3)
    assert (thread.post_count, thread.comment_count, thread.is_answered) == (3, 1, True)
    assert thread.stage == Stage.EXTERNALIZATION


def test_an_answer_that_the_source_moved_since_stays_where_it_is(dump, bring_in):
    bring_in(COMMAND, dump())

    bring_in(COMMAND, dump(posts=[QUESTION, LATE, QUESTION | {"Id": 100}, EARLY | {"ParentId": 100}]))

    assert Post.objects.get(origin="desk.example:post-3").thread.origin == "desk.example:question-1"
    assert counts() == (2, 4, 1, 1, 3)


def test_nothing_is_added_to_a_thread_that_was_deleted_here(dump, bring_in):
    bring_in(COMMAND, dump(posts=[QUESTION], comments=[]))
    Thread.objects.update(state="deleted")

    bring_in(COMMAND, dump())

    assert Post.objects.count() == 1


def test_a_run_that_was_killed_goes_on_where_it_stopped(dump, bring_in, monkeypatch):
    posts = [
        QUESTION,
        LATE,
        EARLY,
        QUESTION | {"Id": 100, "AcceptedAnswerId": ""},
        EARLY | {"Id": 101, "ParentId": 100},
    ]
    folder = dump(posts=posts)
    monkeypatch.setattr("communities.acquisition.talk.BATCH", 2)
    killed = iter([False, True])
    from communities.acquisition import runs

    write = runs.write_batch

    def write_then_die(*args, **kwargs):
        if next(killed):
            raise RuntimeError("killed")
        return write(*args, **kwargs)

    with monkeypatch.context() as dying:
        dying.setattr(runs, "write_batch", write_then_die)
        with pytest.raises(RuntimeError):
            bring_in(COMMAND, folder)
    assert Post.objects.posts().count() == 2  # the first batch stands, whole

    bring_in(COMMAND, folder)

    assert counts() == (2, 5, 1, 2, 3)
    assert list(Thread.objects.order_by("origin").values_list("post_count", flat=True)) == [3, 2]


def test_a_batch_leaves_one_row_for_search_and_maps(dump, bring_in):
    bring_in(COMMAND, dump(), "--no-index")

    row = OutboxRow.objects.get(kind="talk_imported")
    things = [Thread.objects.get(), *Post.objects.posts().order_by("number")]
    assert set(row.payload["keys"]) == {key_of(thing) for thing in things}


def test_what_came_in_is_found(dump, bring_in):
    bring_in(COMMAND, dump())

    assert [hit.thing.title for hit in found("borrowed maps")] == ["How long is a loan?"]


def test_other_kinds_of_posts_are_passed_over(dump, bring_in):
    wiki = {"Id": 9, "PostTypeId": 5, "CreationDate": "2020-03-01T09:00:00", "Body": "<p>about a tag</p>"}

    out, _err = bring_in(COMMAND, dump(posts=[QUESTION, wiki], comments=[]))

    assert Post.objects.count() == 1
    assert "1 rows of other kinds passed over" in out


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (LATE | {"ParentId": 77}, "Its question, 77, is not in the dump"),
        (LATE | {"Id": "x"}, "“Id” is “x”, but must be a number"),
        (LATE | {"CreationDate": "yesterday"}, "“yesterday”, which is no date in the past"),
        (LATE | {"CreationDate": "2920-01-01T00:00:00"}, "which is no date in the past"),
        (LATE | {"Body": " "}, "“Body” is missing or empty"),
        (LATE | {"Id": 1}, "This number stands in the file twice"),
    ],
)
def test_a_faulty_row_is_named_and_the_others_come_in(row, said, dump, bring_in):
    _out, err = bring_in(COMMAND, dump(posts=[QUESTION, EARLY, row]), code=1)

    assert f"Posts.xml:{row['Id']}: " in err
    assert said in err
    assert Post.objects.posts().count() == 2


def test_a_comment_on_nothing_is_named_and_left_out(dump, bring_in):
    _out, err = bring_in(COMMAND, dump(comments=[COMMENT, COMMENT | {"Id": 6, "PostId": 66}]), code=1)

    assert "Comments.xml:6: Its post, 66, is not in the dump" in err
    assert Post.objects.comments().count() == 1


def test_a_text_that_is_too_long_is_named_and_keeps_its_place(dump, bring_in):
    _out, err = bring_in(COMMAND, dump(posts=[QUESTION, LATE, EARLY | {"Body": "x" * (MAX_SOURCE + 1)}]))

    assert "Posts.xml:3: This text has" in err
    assert Post.objects.get(number=2).html == "<p>This text was too long to be brought in.</p>"
    assert Post.objects.comments().get().reply_to.number == 2


def test_a_text_that_is_nested_too_deeply_keeps_its_words(dump, bring_in):
    deep = "<blockquote>" * 60 + "a &lt;b&gt; word" + "</blockquote>" * 60

    _out, err = bring_in(COMMAND, dump(posts=[QUESTION, LATE, EARLY | {"Body": deep}]))

    assert "Posts.xml:3: Lists, quotations or tags are nested too deeply" in err
    assert Post.objects.get(number=2).html == "<p>a &lt;b&gt; word</p>"


def test_hostile_html_goes_through_the_boundary(dump, bring_in):
    bring_in(COMMAND, dump(posts=[QUESTION | {"Body": '<p onclick="x()">a<script>alert(1)</script></p>'}], comments=[]))

    assert Post.objects.get().html == "<p>a</p>"


def test_a_folder_without_the_files_is_refused(bring_in, tmp_path):
    with pytest.raises(CommandError, match=r"Posts\.xml, Comments\.xml, Users\.xml not found in"):
        bring_in(COMMAND, tmp_path)


def test_a_file_that_breaks_off_is_refused_with_its_line_and_nothing_is_written(dump, bring_in):
    folder = dump()
    text = (folder / "Comments.xml").read_text()
    (folder / "Comments.xml").write_text(text[: text.index("Thank")])

    with pytest.raises(CommandError, match=r"Comments\.xml, line 3: the file breaks off"):
        bring_in(COMMAND, folder)

    assert not Post.objects.exists()


def test_a_document_type_is_read_as_the_dumps_have_it(dump, bring_in):
    bring_in(COMMAND, dump(head="<!DOCTYPE posts SYSTEM 'posts.dtd'>\n"))

    assert Thread.objects.count() == 1


def test_entities_are_refused(dump, bring_in):
    with pytest.raises(CommandError, match="declares entities of its own"):
        bring_in(COMMAND, dump(head='<!DOCTYPE posts [<!ENTITY a "b">]>\n'))


def test_an_unknown_community_is_refused_and_the_others_are_named(dump, community):
    with pytest.raises(CommandError, match=r"There is no community “atlas”\. There are: maps"):
        call_command(COMMAND, str(dump()), "--community", "atlas")


def test_a_run_keeps_what_it_did(dump, bring_in):
    bring_in(COMMAND, dump())

    run = ImportRun.objects.get()
    assert (run.kind, run.state, run.counts["posts"]) == ("stackexchange", RunState.DONE, 3)
    assert run.options == {"source": "desk.example", "language": "en", "community": "maps", "sources": ["desk.example"]}
