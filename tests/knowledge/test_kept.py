"""What is kept for many readers: for whom, and how long."""

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from knowledge.kept import kept, move_on


def made(name="part", parts=()):
    """Whether `kept` makes this anew."""
    makes = []
    kept(name, parts, lambda: makes.append(1) or "made")
    return bool(makes)


def test_it_is_made_once():
    assert [made(), made()] == [True, False]


def test_it_is_made_anew_when_something_has_changed():
    made()

    move_on()

    assert made()


@pytest.mark.parametrize("other", [{"name": "another"}, {"parts": ("public signed-in",)}, {"parts": ("public", 2)}])
def test_what_it_depends_on_keeps_it_apart(other):
    made(parts=("public",))

    assert made(**{"parts": ("public",), **other})


def test_languages_are_kept_apart():
    made()

    with translation.override("zh-hans"):
        assert made()


def test_time_zones_are_kept_apart():
    made()

    with timezone.override("Asia/Shanghai"):
        assert made()


def shown(template, **context):
    return Template("{% load kept %}" + template).render(Context(context))


def test_a_part_of_a_page_is_kept_for_all_its_readers():
    part = '{% kept "part" readers thread %}{{ word }}{% endkept %}'

    assert shown(part, readers="public", thread=1, word="first") == "first"
    assert shown(part, readers="public", thread=1, word="second") == "first"
    assert shown(part, readers="public", thread=2, word="third") == "third"
    assert shown(part, readers="public signed-in", thread=1, word="fourth") == "fourth"


def test_a_part_without_readers_is_made_anew_and_not_kept():
    part = '{% kept "part" readers %}{{ word }}{% endkept %}'

    assert [shown(part, readers="", word=word) for word in ("first", "second")] == ["first", "second"]
    assert shown(part, readers="public", word="third") == "third"


def test_what_is_kept_stays_safe_html_and_what_stood_in_it_stays_escaped():
    part = '{% kept "part" "everybody" %}<b>{{ word }}</b>{% endkept %}'

    assert shown(part, word="<i>") == shown(part, word="<i>") == "<b>&lt;i&gt;</b>"
