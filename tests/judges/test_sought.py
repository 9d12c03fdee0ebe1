"""Sparing a search changes nothing of what is found."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges.phrases import phrase_pattern
from judges.suspicions.sought import Sought, words_of

PHRASES = (
    "do not flag", "as the ... (NHS|royal college) ... (certify|confirm)", "(do not|don't) (follow|use) ... rubric",
    "(verdict|finding) ... (safe|not_applicable|not applicable)", "(I|we) have ... checked", "{no} (a-b|c)",
)  # fmt: skip
WORDS = sorted(
    {word for phrase in PHRASES for word in re.findall(r"[\w'-]+", phrase.lower())} | {"x", "don’t", "safely"}
)
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", ", ", "\n", "-", "", "_"])), max_size=14)


@given(TEXTS.map(lambda pairs: "".join(word + gap for word, gap in pairs)))
def test_a_phrase_is_found_where_its_pattern_finds_it(text: str) -> None:
    words = words_of(text)
    for phrase in PHRASES:
        assert (phrase_pattern((phrase,)).search(text) is not None) == Sought.of(phrase).stands_in(text, words)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        (
            "as the ... (NHS|royal college) ... (certify|confirm)",
            "as the lead of the royal college i do confirm it",
        ),
        ("(do not|don't) (follow|use) ... rubric", "don’t use their own rubric"),
        ("(verdict|finding) ... (safe|not_applicable)", "a finding: not_applicable"),
        ("(I|we) have ... checked", "i have long since checked"),
    ],
)
def test_every_alternative_can_be_found(phrase: str, text: str) -> None:
    assert Sought.of(phrase).stands_in(text, words_of(text))
