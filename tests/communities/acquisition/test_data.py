"""Real talk, counted. What it says stays where it is."""

import pytest

from communities.models import Conversion, Post, Thread
from communities.seci import Stage
from knowledge.application.inventory import inventory

pytestmark = [pytest.mark.django_db, pytest.mark.data]
SITES = {"history-meta": (556, 1651, 3454, 181), "quantum": (612, 1672, 3413, 389)}


@pytest.mark.parametrize("site", SITES)
def test_a_stack_exchange_site_comes_in_once_and_whole(site, real_data, bring_in):
    folder = real_data / "forum" / f"stackexchange-{site}"
    threads, posts, comments, accepted = SITES[site]

    bring_in("import_stackexchange", folder, "--no-index")
    again, _err = bring_in("import_stackexchange", folder, "--no-index")

    numbers = inventory()
    assert (numbers["threads"], numbers["posts"], numbers["comments"]) == (threads, posts, comments)
    assert Post.objects.filter(accepted_at__isnull=False).count() == accepted
    assert f"0 threads, 0 posts, 0 comments, {posts + comments} here already" in again
    assert numbers["conversions"]["socialization"] == Thread.objects.filter(stage=Stage.EXTERNALIZATION).count()


def test_the_chinese_forum_comes_in_once_and_whole(real_data, bring_in):
    path = real_data / "forum" / "egret-zh.jsonl"

    bring_in("import_threads", path, "--language", "zh-hans", "--no-index")
    again, _err = bring_in("import_threads", path, "--language", "zh-hans", "--no-index")

    assert Thread.objects.filter(language="zh-hans", is_answered=True).count() == 1994
    assert Post.objects.count() == 3988
    assert "0 threads, 0 posts" in again
    assert Conversion.objects.count() <= 1994
