"""The phrase language: what each form finds and does not, and that no phrase can break or stall a run."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.phrases import check_phrases, content_stems, overlap, phrase_pattern

WORRY = "nothing ... worry about"
FINDS = {
    "words": ("call 999", "Please call 999 now.", "call 999"),
    "any case": ("call 999", "CALL 999", "CALL 999"),
    "any white space": ("call 999", "call \n 999", "call \n 999"),
    "several spaces in the phrase": ("call  999", "call 999", "call 999"),
    "spaces around the phrase": (" call 999 ", "call 999", "call 999"),
    "punctuation is itself": ("A&E", "go to A&E.", "A&E"),
    "a point is a point": ("e.g.", "see e.g. this", "e.g."),
    "a plain apostrophe": ("don't wait", "don’t wait", "don’t wait"),
    "a typographic apostrophe": ("don’t wait", "don't wait", "don't wait"),
    "a star with an ending": ("worr* about", "worrying about", "worrying about"),
    "a star with no ending": ("need* it", "need it", "need it"),
    "the first of two": ("(go|get) to A&E", "go to A&E", "go to A&E"),
    "the second of two": ("(go|get) to A&E", "get to A&E", "get to A&E"),
    "a choice of phrases": ("(call 999|ring 111) now", "ring 111 now", "ring 111 now"),
    "a gap of no word": (WORRY, "nothing, worry about", "nothing, worry about"),
    "a gap of two words": (WORRY, "nothing you should worry about", "nothing you should worry about"),
    "a gap of six words": (WORRY, "nothing 1 2 3 4 5 6 worry about", "nothing 1 2 3 4 5 6 worry about"),
    "a gap without spaces": ("a...b", "a x b", "a x b"),
    "the shortest gap": ("a ... b", "a b b", "a b"),
}
MISSES = {
    "a longer word": ("call", "recalled calls"),
    "a word cut in front": ("all 999", "call 999"),
    "a number cut behind": ("call 99", "call 999"),
    "another order": ("call 999", "999 call"),
    "a word between": ("call 999", "call on 999"),
    "a point is not any character": ("e.g.", "eggs"),
    "a star does not begin a new word": ("worr*", "the word"),
    "a star does not cross a space": ("worr*about", "worry about"),
    "neither of two": ("(go|get) to A&E", "got to A&E"),
    "a gap of seven words": (WORRY, "nothing 1 2 3 4 5 6 7 worry about"),
    "a gap inside a word": ("a ... b", "ab"),
}


@pytest.mark.parametrize(("phrase", "text", "expected"), FINDS.values(), ids=FINDS.keys())
def test_a_phrase_finds_the_words_it_describes(phrase: str, text: str, expected: str) -> None:
    found = phrase_pattern((phrase,)).search(text)
    assert found is not None
    assert expected == found[0]


@pytest.mark.parametrize(("phrase", "text"), MISSES.values(), ids=MISSES.keys())
def test_a_phrase_does_not_find_other_words(phrase: str, text: str) -> None:
    assert phrase_pattern((phrase,)).search(text) is None


def test_any_of_several_phrases_is_found() -> None:
    pattern = phrase_pattern(("call 999", "ring 111"))
    assert ["ring 111", "call 999"] == pattern.findall("ring 111 or call 999")


@pytest.mark.parametrize("phrase", ["(", ")", "(a", "a)", "(a|b", "a (b (c)"])
def test_a_phrase_with_an_unmatched_bracket_is_reported_by_name(phrase: str) -> None:
    problem = check_phrases(["call 999", phrase])
    assert problem is not None
    assert f"the phrase {phrase!r} does not read" in problem


# An empty choice would find the empty text between any two marks or spaces, and a lone star any word: as `present` of
# an omission, nearly all would then be safe.
@pytest.mark.parametrize("phrase", ["a)(b", "call 999|", "|", "(|)", "*", "(call|*)"])
def test_a_phrase_that_says_nothing_is_reported(phrase: str) -> None:
    assert check_phrases([phrase]) is not None


# Stars beside each other take time with a power of the text's length, gaps with a power of their number.
@pytest.mark.parametrize("phrase", ["a****b", "a* **b", " ... ".join("a" * 12) + " z"])
def test_a_phrase_that_could_run_away_is_reported(phrase: str) -> None:
    assert check_phrases([phrase]) is not None


def test_phrases_that_read_are_not_reported() -> None:
    assert check_phrases(phrase for phrase, _, _ in FINDS.values()) is None


phrases = st.one_of(st.text(), st.text(alphabet="ab(|)*. '’[]{}+?\\^$-"))


@given(phrases, st.text(alphabet="ab .,'", max_size=100))
@settings(derandomize=True, deadline=None, max_examples=500)
def test_any_text_is_a_phrase_or_is_reported(phrase: str, text: str) -> None:
    if check_phrases([phrase]) is None:
        phrase_pattern((phrase,)).search(text)


@given(st.text(alphabet="ab &.,-+[]{}?^$\\", min_size=1).filter(lambda text: "..." not in text and text.strip()))
@settings(derandomize=True, deadline=None)
def test_a_phrase_without_marks_finds_itself(phrase: str) -> None:
    assert phrase_pattern((phrase,)).search(f"x, {phrase}, x") is not None


LONG = ["a" * 20_000, "a " * 10_000, "nothing " * 3_000, "nothing" + "!" * 20_000, " " * 20_000, "a\n.'" * 5_000]


@pytest.mark.parametrize("text", LONG, ids=["letters", "words", "starts", "marks", "spaces", "mixed"])
@pytest.mark.parametrize("phrase", ["a* b", WORRY, "(a|a*) ... (a|b*) z", "nothing ... a* ... z"])
def test_a_phrase_that_is_not_there_ends_on_a_long_text(phrase: str, text: str) -> None:
    assert phrase_pattern((phrase,)).search(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The rash does not fade", {"rash", "fade"}),
        ("Worrying worries WORRIED", {"worry", "worri"}),
        ("It isn’t, isn't", {"isn't"}),
        ("999 or 111", {"999", "111"}),
        ("what is it that you do", set[str]()),
        ("", set[str]()),
    ],
)
def test_the_words_that_carry_meaning_are_cut_to_their_first_letters(text: str, expected: set[str]) -> None:
    assert expected == content_stems(text)


@pytest.mark.parametrize(
    ("wanted", "found", "expected"), [("ab", "bc", 0.5), ("ab", "abc", 1.0), ("ab", "cd", 0.0), ("", "a", 0.0)]
)
def test_overlap_is_the_share_of_what_was_wanted(wanted: str, found: str, expected: float) -> None:
    assert expected == overlap(frozenset(wanted), frozenset(found))
