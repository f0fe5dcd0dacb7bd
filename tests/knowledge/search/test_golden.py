"""Every engine gives the golden answers, and gives the same ones."""

from dataclasses import replace

import pytest

from knowledge.models import ConceptLabel
from knowledge.search import indexing
from knowledge.search.analysis import fold
from knowledge.search.api import tips
from knowledge.search.backends import engine
from knowledge.search.backends.base import SearchRequest, Sort
from knowledge.search.query import beginning, parse
from knowledge.search.synonyms import widen
from tests.factories import make_concept
from tests.knowledge.search.golden import CORPUS, FINDS, ODD, PUBLIC, STAFF, THESAURUS, TYPOS, WIDENED


def ask(backend, text, access=PUBLIC, **more):
    more.setdefault("limit", 100)
    query = parse(text) if isinstance(text, str) else text
    return backend.search(SearchRequest(query=query, access=frozenset(access), **more))


@pytest.fixture
def thesaurus(db):
    for english, chinese, others in THESAURUS:
        concept = make_concept(english, chinese)
        for kind, language, text in others:
            ConceptLabel.objects.create(concept=concept, kind=kind, language=language, text=text, folded=fold(text))


@pytest.mark.parametrize(("text", "keys"), FINDS.items())
def test_a_query_finds_what_the_golden_set_says(backend, text, keys):
    found = ask(backend, text)

    assert set(found.keys) == keys
    assert found.total == len(keys)


@pytest.mark.parametrize(("text", "keys"), WIDENED.items())
def test_a_query_finds_what_is_written_under_other_names(backend, thesaurus, text, keys):
    query, _widenings = widen(parse(text))

    found = ask(backend, query)

    assert set(found.keys) == keys
    assert found.total == len(keys)


@pytest.mark.parametrize(
    ("text", "typed", "others"),
    [
        ("开放获取", {"oa-zh", "topic-oa"}, {"oa"}),
        ("open access", {"oa", "topic-oa"}, {"oa-zh"}),
        ("研讨室", {"rooms-zh"}, {"rooms"}),
        ("document supply", {"topic-ill"}, {"ill", "ill-old", "ill-zh", "ill-hant", "person-wen"}),
    ],
)
def test_what_has_the_words_as_typed_comes_before_other_names(backend, thesaurus, text, typed, others):
    keys = ask(backend, widen(parse(text))[0]).keys

    assert set(keys[: len(typed)]) == typed
    assert set(keys[len(typed) :]) == others


@pytest.mark.parametrize(("text", "offered"), TYPOS.items())
def test_a_slip_is_met_with_the_spellings_that_find_something(corpus, text, offered):
    assert tips(text, frozenset(PUBLIC)) == offered


def test_a_spelling_that_is_closed_is_offered_to_those_who_may_read_it(corpus):
    assert tips("xyzzyqa", frozenset(STAFF)) == ("xyzzyqua",)


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:20]))
def test_odd_input_gets_an_answer(backend, text):
    query = parse(text)
    for asked in (query, query.loosened() or query):
        found = backend.search(SearchRequest(query=asked, access=frozenset(PUBLIC), facets=("type",)))
        assert found.total >= len(found.keys)
    typed = beginning(text)
    if typed.wanted:
        assert isinstance(backend.suggest(typed, PUBLIC), tuple)


def test_only_an_exclusion_finds_all_the_others(backend):
    everything = {doc.key for doc in CORPUS if set(doc.access) & PUBLIC}

    assert set(ask(backend, "-desk").keys) == everything - {"ill-old"}


def test_one_word_of_several_in_a_title_makes_no_name():
    assert parse("study sundial").loosened().name == parse("study sundial")


def test_some_words_are_enough_when_asked_loosely(backend):
    loose = parse("braille 家谱").loosened()

    found = backend.search(SearchRequest(query=loose, access=frozenset(PUBLIC)))

    assert set(found.keys) == {"soft", "local-zh"}


def test_a_whole_page_of_characters_gets_an_answer(backend):
    page = "".join(chr(ord("一") + 7 * number) for number in range(900))

    loose = parse(f"{page} braille").loosened()

    assert backend.search(SearchRequest(query=loose, access=frozenset(PUBLIC))).keys == ("soft",)


def test_a_rare_word_tells_more_than_a_common_one_where_some_are_enough(corpus):
    said = [f"Lamps lamps lamps, room {number}" for number in range(9)] + [
        "An astrolabe stands upstairs, beside the maps"
    ]
    indexing.write([replace(CORPUS[0], key=f"said-{at}", title="Said", body=text) for at, text in enumerate(said)])

    loose = parse("lamps astrolabe").loosened()

    assert engine().search(SearchRequest(query=loose, access=frozenset(PUBLIC))).keys[0] == "said-9"


def test_a_word_in_the_title_ranks_before_the_same_word_in_the_text(backend):
    assert set(ask(backend, "interlibrary loan").keys[:2]) == {"ill", "topic-ill"}


def test_a_thing_that_is_named_so_comes_first(backend):
    assert ask(backend, "书").keys[0] == "book-one"


@pytest.mark.parametrize(("access", "keys"), [(PUBLIC, set()), (STAFF, {"staff"})])
def test_an_access_token_opens_what_carries_it(backend, access, keys):
    assert set(ask(backend, "xyzzyqua", access).keys) == keys


def test_each_facet_is_counted_without_its_own_choice(backend):
    filters = {"subject": ["1"], "language": ["en"]}

    found = ask(backend, "", filters=filters, facets=("subject", "language", "form"), kinds=("entry",))

    assert set(found.keys) == {"ill", "ill-old"}
    assert dict(found.counts["language"]) == {"en": 2, "zh-hans": 1}
    assert dict(found.counts["subject"]) == {"1": 2, "2": 2, "3": 1}
    assert dict(found.counts["form"]) == {"guide": 1, "answer": 1}


def test_choices_within_a_facet_add_up(backend):
    assert set(ask(backend, "", filters={"subject": ["2", "3"]}).keys) == {
        "ill", "ill-old", "ill-zh", "ill-hant", "oa", "oa-zh",
    }  # fmt: skip


def test_counts_hold_nothing_of_what_is_closed(backend):
    found = ask(backend, "", facets=("subject",))

    assert "9" not in dict(found.counts["subject"])


def test_a_chosen_value_is_counted_even_beyond_the_most(backend):
    found = ask(backend, "", filters={"subject": ["3"]}, facets=("subject",), most_values=1)

    assert [value for value, _count in found.counts["subject"]] == ["2", "3"]


def test_pages_follow_one_another_without_gap_or_repetition(backend):
    pages = [ask(backend, "", sort=Sort.NEWEST, offset=at, limit=7).keys for at in range(0, 49, 7)]

    keys = [key for page in pages for key in page]

    assert len(keys) == len(set(keys)) == 41
    assert keys[0] == "post-moved"


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("family", ["", "all"])
def test_what_stands_level_goes_by_its_key_as_in_the_other_engines(sort, family, db):
    alike = [replace(CORPUS[0], key=key, family=family and f"{family}-{key}") for key in ("c", "a", "d", "b")]
    indexing.write(alike)

    pages = [ask(engine(), "interlibrary", sort=sort, gathered=True, offset=at, limit=3).keys for at in (0, 3)]

    assert pages == [("a", "b", "c"), ("d",)]


def test_of_a_family_that_stands_level_the_first_by_key_is_shown(db):
    indexing.write([replace(CORPUS[0], key=key, family="all") for key in ("b", "a", "c")])

    assert ask(engine(), "interlibrary", gathered=True).keys == ("a",)


@pytest.mark.parametrize(
    ("text", "more", "key", "further"),
    [
        ("sundial", {}, "thread", 2),
        ("sundial", {"sort": Sort.NEWEST}, "post-moved", 2),
        ("sundial", {"filters": {"type": ["post"]}, "sort": Sort.NEWEST}, "post-moved", 1),
        ("sundial moved", {}, "post-moved", 0),
    ],
)
def test_of_a_family_the_best_is_shown_with_the_number_of_further_ones(backend, text, more, key, further):
    found = ask(backend, text, gathered=True, **more)

    assert (found.keys, found.total, found.further) == ((key,), 1, {key: further})


def test_what_has_no_family_stands_for_itself_among_families(backend):
    found = ask(backend, "reedferry", gathered=True)

    assert (set(found.keys), found.total, found.further) == ({"local", "name-en"}, 2, {})


def test_families_are_counted_once_but_in_facets_as_they_are(backend):
    found = ask(backend, "sundial", gathered=True, facets=("language",))

    assert dict(found.counts["language"]) == {"en": 3}
    assert found.before_filters == 3


def test_titles_sort_by_letter_then_by_sound(backend):
    keys = ask(backend, "", filters={"language": ["zh-hans"]}, sort=Sort.TITLE).keys

    assert " ".join(keys) == (
        "ebook-zh pdf-zh quote-zh local-zh borrow-zh class-zh ill-hant ill-zh oa-zh kana book-one hant name-zh rooms-zh "
        "wechat-zh copyright-hant"
    )


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("interlib", {"topic-ill", "ill"}),
        ("interlibrary lo", {"topic-ill", "ill"}),
        ("馆际", {"topic-ill", "ill-zh", "ill-hant"}),
        ("館", {"topic-ill", "ill-zh", "ill-hant"}),
        ("document sup", {"topic-ill"}),
        ("desk", set()),
        ("heat", set()),
    ],
)
def test_suggestions_come_from_names_alone(backend, typed, keys):
    assert set(backend.suggest(beginning(typed), PUBLIC)) == keys


def test_a_word_far_down_in_a_long_text_is_found_and_is_no_name(db):
    body = " ".join(["folio"] * 16_400 + ["zanzibarine", "telescope"] * 2)
    indexing.write([replace(CORPUS[0], key="long", body=body)])

    assert ask(engine(), "zanzibarine telescope").keys == ("long",)
    assert engine().suggest(beginning("zanzibarine"), PUBLIC) == ()


def test_names_that_begin_with_it_are_suggested_first(backend):
    assert backend.suggest(beginning("study"), PUBLIC) == ("rooms", "room-study")
    assert backend.suggest(beginning("rooms"), PUBLIC)[0] == "room-study"
