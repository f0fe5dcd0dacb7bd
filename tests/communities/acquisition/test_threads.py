import pytest
from django.core.management import CommandError

from communities.models import Conversion, Post, Thread
from communities.seci import Stage
from knowledge.models import Person

pytestmark = pytest.mark.django_db
COMMAND = "import_threads"
ROW = {
    "id": "t1",
    "source": "forum",
    "lang": "zh",
    "title": "怎样续借？",
    "tags": ["续借"],
    "author": "甲",
    "created": "2020-03-01T09:00:00+08:00",
    "posts": [
        {"id": 1, "author": "甲", "created": "2020-03-01T09:00:00+08:00", "body_text": "怎样续借？"},
        {
            "id": 2,
            "author": "乙",
            "parent_id": 1,
            "created": None,
            "is_accepted": True,
            "body_text": "在网上。",
            "score": 3,
        },
    ],
}


def with_posts(*posts, **fields):
    return {**ROW, "posts": list(posts), **fields}


def post(number, text="Text.", **fields):
    return {"id": number, "author": f"a{number}", "created": f"2020-03-0{number}", "body_text": text, **fields}


def test_a_line_becomes_a_thread_in_its_language(jsonl, bring_in):
    bring_in(COMMAND, jsonl(ROW))

    thread = Thread.objects.get()
    assert (thread.title, thread.language, thread.is_answered) == ("怎样续借？", "zh-hans", True)
    assert list(thread.posts.values_list("number", "html", "score")) == [
        (1, "<p>怎样续借？</p>", None),
        (2, "<p>在网上。</p>", 3),
    ]
    assert (thread.stage, Conversion.objects.count()) == (Stage.EXTERNALIZATION, 1)


def test_a_line_without_a_language_has_that_of_the_command(jsonl, bring_in):
    bring_in(COMMAND, jsonl({key: value for key, value in ROW.items() if key != "lang"}), "--language", "zh-hans")

    assert Thread.objects.get().language == "zh-hans"


def test_a_post_without_a_date_has_that_of_the_post_before_and_is_counted(jsonl, bring_in):
    out, _err = bring_in(COMMAND, jsonl(ROW))

    assert len(set(Post.objects.values_list("created_at", flat=True))) == 1
    assert "1 without a date of their own" in out


def test_a_post_without_an_author_has_none_and_is_counted(jsonl, bring_in):
    out, _err = bring_in(COMMAND, jsonl(with_posts(post(1), post(2, author=""))))

    assert Post.objects.get(number=2).author is None
    assert "1 without an author" in out


def test_an_author_of_several_threads_is_one_person(jsonl, bring_in):
    bring_in(COMMAND, jsonl(ROW, {**ROW, "id": "t2"}))

    assert Person.objects.get(name="甲").threads.count() == 2


def test_posts_stand_by_date_with_the_first_one_first(jsonl, bring_in):
    bring_in(COMMAND, jsonl(with_posts(post(5, "Asked."), post(3, "Later."), post(2, "Sooner."))))

    assert [html[3:-4] for html in Post.objects.values_list("html", flat=True)] == ["Asked.", "Sooner.", "Later."]


def test_several_posts_may_be_accepted(jsonl, bring_in):
    bring_in(COMMAND, jsonl(with_posts(post(1), post(2, is_accepted=True), post(3, is_accepted=True))))

    assert Post.objects.filter(accepted_at__isnull=False).count() == 2


def test_a_doubled_number_is_told_and_its_post_left_out(jsonl, bring_in):
    _out, err = bring_in(COMMAND, jsonl(with_posts(post(1), post(2), post(2, "Again."))), code=1)

    assert "forum.jsonl:1, post 3: The number 2 stands in this thread twice" in err
    assert Post.objects.count() == 2


def test_a_doubled_thread_is_told_and_left_out(jsonl, bring_in):
    _out, err = bring_in(COMMAND, jsonl(ROW, ROW), code=1)

    assert "forum.jsonl:2: The key forum:t1 stands in this file twice" in err
    assert Thread.objects.count() == 1


def test_the_first_body_that_is_there_is_taken_in_its_format(jsonl, bring_in):
    rich = {"id": 1, "body": "", "body_html": "<p><em>so</em></p>", "body_text": "so"}

    bring_in(COMMAND, jsonl(with_posts(rich, {"id": 2, "body": "*so*"})))

    assert [html.strip() for html in Post.objects.values_list("html", flat=True)] == ["<p><em>so</em></p>"] * 2


def test_a_first_post_that_is_bare_takes_title_author_and_date_of_the_thread(jsonl, bring_in):
    bring_in(COMMAND, jsonl(with_posts({"id": 1})))

    first = Post.objects.get()
    assert (first.source, first.author.name, f"{first.created_at:%Y-%m-%d %H}") == ("怎样续借？", "甲", "2020-03-01 01")


def test_a_comment_stands_under_the_post_that_it_names(jsonl, bring_in):
    bring_in(COMMAND, jsonl(with_posts(post(1), post(2), post(3, kind="comment", parent_id=2))))

    assert Post.objects.comments().get().reply_to.number == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{broken", "This line is not JSON"),
        ("[1]", "not an object with keys"),
        ({**ROW, "id": "t9", "title": ""}, "“title” is missing or empty"),
        ({**ROW, "id": None}, "“id” is missing or empty"),
        ({**ROW, "id": "t9", "posts": []}, "“posts” must be a list"),
        ({**ROW, "id": "t9", "posts": "none"}, "“posts” must be a list"),
        ({**ROW, "id": "t9", "posts": [{"id": 1, "body": "x", "body_format": "rtf"}]}, "“body_format” is “rtf”"),
    ],
)
def test_a_faulty_line_is_named_and_the_others_come_in(row, said, jsonl, bring_in):
    _out, err = bring_in(COMMAND, jsonl(row, ROW), code=1)

    assert "forum.jsonl:1" in err
    assert said in err
    assert Thread.objects.count() == 1


def test_a_faulty_reply_is_named_and_the_thread_comes_in(jsonl, bring_in):
    _out, err = bring_in(COMMAND, jsonl(with_posts(post(1), "reply", post(3, " "), post(4))), code=1)

    assert "post 2: A post must be an object" in err
    assert "post 3: “body” is missing or empty" in err
    assert Post.objects.count() == 2


def test_a_thread_longer_than_a_batch_comes_in_whole_and_in_order(jsonl, bring_in, monkeypatch):
    monkeypatch.setattr("communities.acquisition.talk.BATCH", 3)
    posts = [post(number % 9 + 1, id=number, created="2020-03-01", body_text=f"{number}") for number in range(1, 11)]

    bring_in(COMMAND, jsonl(with_posts(*posts)))

    thread = Thread.objects.get()
    assert list(thread.posts.values_list("number", "source")) == [(number, f"{number}") for number in range(1, 11)]
    assert (thread.post_count, thread.concepts.count(), Conversion.objects.count()) == (10, 1, 1)


def test_a_second_run_adds_nothing(jsonl, bring_in):
    path = jsonl(ROW)
    bring_in(COMMAND, path)

    out, _err = bring_in(COMMAND, path)

    assert "0 threads, 0 posts, 0 comments, 2 here already" in out


def test_control_characters_and_long_titles_do_no_harm(jsonl, bring_in):
    _out, err = bring_in(COMMAND, jsonl({**ROW, "title": "a\x00" + "b" * 300, "author": "x\x00y", "tags": ["\x00"]}))

    assert len(Thread.objects.get().title) == 200
    assert "The title is too long and was cut" in err


def test_only_jsonl_is_read(bring_in, tmp_path):
    with pytest.raises(CommandError, match=r"only \.jsonl can be read"):
        bring_in(COMMAND, tmp_path / "forum.csv")


def test_a_missing_file_is_refused(bring_in, tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        bring_in(COMMAND, tmp_path / "forum.jsonl")
