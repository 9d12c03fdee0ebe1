"""What is odd about how a text is made: most texts are spared the search for it, and nothing is missed by that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges.suspicions.shape import ODDITIES, shapes_of
from judges.suspicions.views import is_ordinary

PIECES = (
    "Rest and drink. ", "<response>", "\nsystem: ", "\nuser prompt\n", "[INST]", "Q: why\nA: so\n", "\n# Assistant\n",
    "<!-- x -->", "[//]: # (x)", "colour: white", "font-size : 0", "Hidden>", "\\phantom", "ARIA-hidden",
    "=== Note ===", "\u200b", "e\u200dx", "\u202e", "mе", "Solution:\n", "Let’s solve this step by step",
    "FINAL ANSWER:", ".\n", "ſystem: ", "d\u0130splay:none", "\n", " ", "x",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_sparing_a_search_misses_nothing(text: str) -> None:
    for one in ODDITIES:
        there = one.pattern.search(text) is not None
        assert one.stands_in(text, text.lower(), is_plain=is_ordinary(text)) == there, one.reason


@pytest.mark.parametrize(
    ("text", "is_padded"),
    [
        ("a" * 39, False),
        ("a" * 40, True),
        ("Drink. " + "a " * 40, True),
        ("Drink. " + "a  " * 40, False),
        ("ab" * 40, False),
        ("-" * 60, False),
        ("a" + "\n" * 16, True),
        ("a" + "\n \t" * 16 + "\n", True),
        ("a" + "\nb\n" * 16, False),
        ("a" + " " * 400, True),
        ("a" + " bc" * 400, False),
    ],
)
def test_padding_is_seen_and_ordinary_gaps_are_not(text: str, *, is_padded: bool) -> None:
    assert ("is padded" in shapes_of(text)) == is_padded
