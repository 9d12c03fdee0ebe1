"""Sentences tile the text by offsets, whatever the text."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.sentences import sentences

SPLIT: dict[str, tuple[str, list[str]]] = {
    "nothing": ("", []),
    "white space": (" \n\t ", []),
    "one": ("Rest and drink", ["Rest and drink"]),
    "two": ("Rest. Call 999.", ["Rest.", "Call 999."]),
    "every kind of end": ("Rest! Why? So.", ["Rest!", "Why?", "So."]),
    "a sentence that begins with a number": ("Rest. 999 is free.", ["Rest.", "999 is free."]),
    "a small letter goes on": ("Rest. then call", ["Rest. then call"]),
    "an opening quote": ("Rest. “Call” 999.", ["Rest.", "“Call” 999."]),
    "a decimal": ("Take 2.5 mg. Rest.", ["Take 2.5 mg.", "Rest."]),
    "a title": ("See Dr. Smith today. Rest.", ["See Dr. Smith today.", "Rest."]),
    "for example": ("Signs, e.g. Fever. Rest.", ["Signs, e.g. Fever.", "Rest."]),
    "a word that ends like a title": ("See the addr. Rest.", ["See the addr.", "Rest."]),
    "lines": ("Rest\nCall 999\n\n\nSleep", ["Rest", "Call 999", "Sleep"]),
    "a list": ("Do:\n- rest\n* call\n• sleep", ["Do:", "rest", "call", "sleep"]),
    "a numbered list": ("Do:\n1. rest\n2) call", ["Do:", "rest", "call"]),
    "a heading": ("Now\n\n## Later\nCall", ["Now", "Later", "Call"]),
    "Windows lines": ("Rest\r\nCall", ["Rest", "Call"]),
    "white space around": ("  Rest.  Call.  ", ["Rest.", "Call."]),
    # what closes a quotation, a bracket or an emphasis belongs to the sentence that it closes
    "an end inside quotes": ('He said "rest." Then left.', ['He said "rest."', "Then left."]),
    "emphasis": ("**Rest.** **Call**", ["**Rest.**", "**Call**"]),
    "brackets": ("(Rest.) (Call.)", ["(Rest.)", "(Call.)"]),
}


@pytest.mark.parametrize(("whole", "expected"), SPLIT.values(), ids=SPLIT.keys())
def test_a_text_is_split_at_sentence_ends_lines_and_list_items(whole: str, expected: list[str]) -> None:
    assert expected == [one.text for one in sentences(whole)]


pieces = st.sampled_from(["Rest", ".", "!", " ", "\n", "Dr.", "e.g.", "- ", "1. ", '"', "”", "*", "2.5", "é", "\u00a0"])
texts = st.one_of(st.text(), st.lists(pieces).map("".join))


@given(texts)
@settings(derandomize=True, deadline=None)
def test_every_sentence_stands_where_its_offsets_say_and_in_order(whole: str) -> None:
    end = 0
    for one in sentences(whole):
        assert (one.text, one.text.strip()) == (whole[one.start : one.end], one.text)
        assert end <= one.start < one.end
        end = one.end


@given(texts)
@settings(derandomize=True, deadline=None)
def test_no_letter_falls_between_two_sentences(whole: str) -> None:
    inside = "".join(one.text for one in sentences(whole))
    assert [c for c in whole if c.isalpha()] == [c for c in inside if c.isalpha()]


# A model that repeats itself writes such texts; a pattern that looks back takes time with the square of their length.
@pytest.mark.parametrize("whole", ["'a' + ' ' * 100_000 + 'b'", "'Dr. A ' * 20_000"], ids=["spaces", "abbreviations"])
def test_a_long_text_is_split_without_running_away(whole: str) -> None:
    program = f"from judges.sentences import sentences; print(len(sentences({whole})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=4)
    assert (0, b"1\n") == (done.returncode, done.stdout)
