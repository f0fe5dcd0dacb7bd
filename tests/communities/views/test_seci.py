"""The ribbon and the spine: how a thread stands, as everybody sees and hears it."""

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from communities.models import Thread
from communities.seci import Stage


def drawn(template, thread, **variables):
    return Template("{% load seci %}" + template).render(Context({"thread": thread, **variables}))


def standing(**fields):
    return Thread(title="A chapter on paper", **{"stage": Stage.SOCIALIZATION, **fields})


def test_the_ribbon_says_all_in_words():
    thread = standing(stage=Stage.COMBINATION, socialized_at=timezone.now(), skipped="externalization", turn=2)

    with translation.override("en"):
        html = drawn("{% ribbon thread %}", thread)

    assert 'role="img"' in html
    assert "Socialization done, Externalization skipped, Combination is next, Internalization not yet; turn 2" in html


def test_the_ribbon_has_a_letter_and_a_state_for_each_mode():
    thread = standing(stage=Stage.EXTERNALIZATION, socialized_at=timezone.now())

    with translation.override("en"):
        html = drawn("{% ribbon thread %}", thread)

    assert '<b class="mode-socialization done">S</b><b class="mode-externalization here">E</b>' in html
    assert '<b class="mode-combination todo">C</b><b class="mode-internalization todo">I</b>' in html


def test_the_spine_marks_where_the_thread_is_and_offers_the_next_step():
    thread = standing(post_count=1)
    step = {"label": "Answer", "url": "#reply", "icon": "edit", "mode": "socialization"}

    with translation.override("en"):
        html = drawn("{% spine thread step=step %}", thread, step=step)

    assert html.count('aria-current="step"') == 1
    assert 'href="#reply"' in html


@pytest.mark.parametrize(("people", "said"), [(1, "1 post by 1 person"), (3, "1 post by 3 people")])
def test_the_spine_says_how_many_took_part(people, said):
    thread = standing(stage=Stage.EXTERNALIZATION, socialized_at=timezone.now(), post_count=1)

    with translation.override("en"):
        assert said in drawn("{% spine thread people=people %}", thread, people=people)
