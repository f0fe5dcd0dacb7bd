"""Everything that is sent in talk has a limit, and whoever comes to one loses nothing that they wrote."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities import spiral_urls, urls
from communities.models import Draft, Membership, Post, PostImage, PracticeReport, Thread
from knowledge import throttle
from knowledge.models import Capture
from knowledge.throttle import LIMITS, Limit
from tests.communities.views.test_posts import picture
from tests.factories import make_entry, make_user

pytestmark = pytest.mark.django_db
ADDRESSES = {pattern.name: pattern for pattern in [*spiral_urls.urlpatterns, *urls.urlpatterns]}
NOWHERE = {"slug": "nowhere", "pk": 0, "token": "nothing"}  # what is sent is counted before anything is looked up

# limit -> what counts towards it: the addresses, one by one, to which something is sent.
COUNTED = {
    "post": "ask thread post_comment distil practise community_invite",
    "edit": (
        "post_edit post_delete post_accept post_helpful post_moderate"
        " thread_edit thread_delete thread_move thread_moderate thread_skip thread_watch"
        " distillation_edit distillation_release distillation_withdraw combine"
        " practice_edit practice_delete practice_moderate"
        " community_new community_edit community_members community_join community_leave invitation"
    ),
    "flag": "post_flag practice_flag",
    "preview": "talk_preview",
    "draft": "talk_draft",
    "upload": "talk_image",
    "stop-letters": "watch_off",
}
LIMIT_OF = {name: limit for limit, names in COUNTED.items() for name in names.split()}
LOOKED_AT = [("thread", "preview"), ("thread", "attach"), ("ask", "preview"), ("ask", "attach"), ("ask", "similar")]
LOOKED_AT += [
    ("post_edit", "preview"),
    ("post_edit", "attach"),
    ("distil", "preview"),
    ("distillation_edit", "preview"),
]


@pytest.fixture
def none_left(monkeypatch):
    """`none_left("post")`: nothing more of it may be done."""
    return lambda limit, left=0: monkeypatch.setitem(LIMITS, limit, Limit(left, LIMITS[limit].seconds))


@pytest.fixture
def desk(client, people):
    client.force_login(people["librarian"])
    return client


def a_picture():
    return SimpleUploadedFile("map.png", picture(), content_type="image/png")


def address_of(name):
    return reverse(name, kwargs={key: NOWHERE[key] for key in ADDRESSES[name].pattern.converters})


def send(client, name, **fields):
    return client.post(address_of(name), {"text": "Under the stairs.", "picture": a_picture(), **fields})


# ---------------------------------------------------------------- every address
@pytest.mark.parametrize("name", ADDRESSES)
def test_whatever_is_sent_to_an_address_of_talk_is_limited(name, desk, none_left):
    if name not in LIMIT_OF:
        assert takes_nothing(name, desk)
        return
    none_left(LIMIT_OF[name])

    answer = send(desk, name)

    assert (answer.status_code, answer["Retry-After"].isdecimal()) == (429, True)


def takes_nothing(name, client):
    """Whether nothing can be sent there; a class may look for the thing first, and 404 would not say it."""
    view = getattr(ADDRESSES[name].callback, "view_class", None)
    return not hasattr(view, "post") if view else send(client, name).status_code == 405


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_sent_by_another_method(method, desk):
    answers = {name: getattr(desk, method)(address_of(name)).status_code for name in ADDRESSES}

    assert {name: code for name, code in answers.items() if code not in (404, 405)} == {}


def test_a_form_that_is_sent_as_a_put_does_nothing(client, talk):
    client.force_login(make_user())
    address = reverse("community_join", args=[talk.community.slug])

    assert client.put(address).status_code == 405
    assert Membership.objects.filter(community=talk.community).count() == 3


@pytest.mark.parametrize(("name", "button"), LOOKED_AT)
def test_a_form_that_is_only_looked_at_counts_as_a_preview(name, button, desk, none_left):
    none_left("preview")

    assert send(desk, name, do=button).status_code == 429
    assert send(desk, name).status_code != 429


@pytest.mark.parametrize("name", sorted({name for name, _button in LOOKED_AT} | {"post_comment", "practise"}))
@pytest.mark.parametrize("button", ["preview", "attach", "similar", "anything"])
def test_no_button_lets_more_be_posted(name, button, desk, none_left):
    if (name, button) not in LOOKED_AT:
        none_left(LIMIT_OF[name])

        assert send(desk, name, do=button).status_code == 429


@pytest.mark.parametrize("limit", COUNTED)
def test_limits_on_what_is_sent_hold_across_processes(limit, desk, none_left):
    name = COUNTED[limit].split()[0]
    none_left(limit, 1)
    send(desk, name)
    throttle.process_counts.clear()  # another process knows nothing of what this one counted

    assert LIMITS[limit].exact
    assert send(desk, name).status_code == 429


def test_looking_for_what_is_alike_takes_nothing_from_search(client, none_left):
    none_left("search")
    assert client.get(reverse("talk_similar"), {"title": "Where is it?"}).status_code == 200

    none_left("similar")
    assert client.get(reverse("talk_similar"), {"title": "Where is it?"}).status_code == 429


def test_drafts_and_previews_take_nothing_from_each_other(desk, none_left, people):
    none_left("preview")
    assert send(desk, "talk_draft", place="ask").status_code == 204
    assert Draft.objects.get().user == people["librarian"]

    none_left("preview", 60)
    none_left("draft")
    assert send(desk, "talk_preview", place="ask").status_code == 200


# ---------------------------------------------------------------- pictures
WAYS = {
    "by script": lambda client, talk: client.post(reverse("talk_image"), {"picture": a_picture()}),
    "into the form": lambda client, talk: reply(client, talk, do="attach"),
    "with a preview": lambda client, talk: reply(client, talk, do="preview"),
    "with a reply": lambda client, talk: reply(client, talk),
    "with a question": lambda client, talk: client.post(
        reverse("ask"), {"title": "Where?", "text": "Here.", "language": "en", "picture": a_picture()}
    ),
    "with a change": lambda client, talk: client.post(
        reverse("post_edit", args=[talk.first.pk]), {"text": "Anew.", "version": 1, "picture": a_picture()}
    ),
}


def reply(client, talk, **fields):
    return client.post(talk.thread.get_absolute_url(), {"text": "Look at this.", "picture": a_picture(), **fields})


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_picture_counts_as_one_by_whatever_way_it_comes(way, client, talk, member, none_left):
    client.force_login(member)
    none_left("upload", 1)

    answers = [way(client, talk).status_code for _twice in range(2)]

    assert answers[0] < 400
    assert answers[1] == 429
    assert PostImage.objects.count() == 1


def test_without_a_picture_a_reply_is_no_upload(client, talk, member, none_left):
    client.force_login(member)
    none_left("upload")

    assert client.post(talk.thread.get_absolute_url(), {"text": "Only words."}).status_code == 302


# ---------------------------------------------------------------- nothing is lost
WORDS = "It took me an <b>hour</b> to write this."
GIVEN = "It took me an &lt;b&gt;hour&lt;/b&gt; to write this."
FORMS = {
    "a reply": (lambda talk: talk.thread.get_absolute_url(), {"text": WORDS}),
    "a question": (lambda talk: reverse("ask"), {"title": "Where?", "text": WORDS, "language": "en"}),
    "a comment": (lambda talk: reverse("post_comment", args=[talk.second.pk]), {"text": WORDS}),
    "a practice report": (
        lambda talk: f"{reverse('practise')}?entry={make_entry().pk}",
        {"tried": "Twice.", "happened": WORDS, "useful": "yes", "language": "en"},
    ),
    "something told": (lambda talk: reverse("tell"), {"text": WORDS}),
}
MADE = (Thread, Post, PracticeReport, Capture)


@pytest.mark.parametrize(("address", "fields"), FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    ("prefix", "language", "said"),
    [("/en/", "en", "nothing that you wrote was lost"), ("/zh-hans/", "zh-Hans", 'class="box kept"')],
)
def test_what_came_too_often_is_given_back(
    prefix, language, said, address, fields, client, talk, member, none_left, settings
):
    client.force_login(member)
    none_left("post")
    there = address(talk).replace("/en/", prefix)
    before = [model.objects.count() for model in MADE]

    answer = client.post(there, fields | {"form_key": "secret key"})

    page = answer.text
    assert (answer.status_code, answer["Retry-After"].isdecimal()) == (429, True)
    assert f'lang="{language}"' in page
    assert said in page
    assert GIVEN in page
    assert all(value in page for value in fields.values() if value in ("Twice.", "Where?"))
    assert f'href="{there}"' in page
    assert "secret key" not in page
    assert "no-store" in answer["Cache-Control"]
    assert [model.objects.count() for model in MADE] == before


def test_what_stood_in_a_form_whose_picture_was_one_too_many_is_given_back(client, talk, member, none_left):
    client.force_login(member)
    none_left("upload")

    for button in ({}, {"do": "attach"}):
        assert "Look at this." in reply(client, talk, **button).text


def test_one_word_is_given_back_too(client, talk, member, none_left):
    client.force_login(member)
    none_left("post")

    assert "Agreed" in client.post(reverse("post_comment", args=[talk.second.pk]), {"text": "Agreed"}).text


def test_where_nothing_was_typed_the_page_only_says_to_wait(desk, none_left, talk):
    none_left("edit")
    page = desk.post(reverse("post_helpful", args=[talk.second.pk]), {"on": "yes"}).text

    assert 'class="box kept"' not in page
    assert "Wait" in page
