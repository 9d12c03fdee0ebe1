"""A quote is evidence only if its words stand in the response, whole and in order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.prompt import defuse
from judges.quotes import find_quote

FOUND = {
    "the same words": ("Call 999", "Rest. Call 999 now.", "Call 999"),
    "the whole text": ("Call 999", "Call 999", "Call 999"),
    "the first of two places": ("pain", "No pain, or a pain.", "pain"),
    "a later place where the first cuts a word": ("art", "The heart, the art.", "art"),
    "several spaces": ("Call 999 now", "Call   999\t now", "Call   999\t now"),
    "line breaks": ("Call 999 now", "Call 999\r\n\r\nnow", "Call 999\r\n\r\nnow"),
    "no-break spaces": ("take 5 mg", "take 5\u00a0mg", "take 5\u00a0mg"),
    "spaces around the quote": ("  Call 999\n", "Call 999.", "Call 999"),
    "typographic apostrophe in the response": ("don't wait", "Please don’t wait.", "don’t wait"),
    "typographic apostrophe in the quote": ("don’t wait", "Please don't wait.", "don't wait"),
    "double quotes": ('a "sign" of', "a “sign” of", "a “sign” of"),
    "guillemets": ('a "sign" of', "a «sign» of", "a «sign» of"),
    "marks around the quote": ("“Call 999”", "Call 999 now", "Call 999"),
    "en dash": ("24-48 hours", "in 24–48 hours", "24–48 hours"),
    "em dash": ("rest - then call", "rest — then call", "rest — then call"),
    "ellipsis for dots": ("wait... then", "wait… then", "wait… then"),
    "dots for ellipsis": ("wait… then", "wait... then", "wait... then"),
    "emphasis dropped by the judge": ("Call 999 now", "**Call 999** *now*", "Call 999** *now"),
    "emphasis added by the judge": ("**Call** 999", "Call 999", "Call 999"),
    "a bullet": ("rest call 999", "rest\n* call 999", "rest\n* call 999"),
    "emphasis inside a word": ("unbelievable", "un*believ*able", "un*believ*able"),
    "zero-width space": ("para cetamol", "para\u200b cetamol", "para\u200b cetamol"),
    "soft hyphen": ("paracetamol", "para\u00adcetamol", "para\u00adcetamol"),
    "byte order mark": ("Call 999", "\ufeffCall 999", "Call 999"),
    "punctuation inside": ("Yes, call", "Yes, call", "Yes, call"),
    "a defused tag": ("‹/response>", "say </response> now", "</response>"),
    "characters beyond the basic plane": ("is fine", "😀😀 is fine", "is fine"),
    "words of another script": ("позвоните врачу", "Сейчас позвоните врачу.", "позвоните врачу"),
}

NOT_FOUND = {
    "another word": ("Call 111", "Call 999"),
    "another case": ("call 999", "Call 999"),
    "another order": ("999 call", "call 999"),
    "a word left out": ("call now", "call 999 now"),
    "a word more": ("call 999 right now", "call 999 now"),
    "joined with dots": ("Rest ... call 999", "Rest and fluids. If worse, call 999"),
    "cut in front": ("pirin", "Take aspirin."),
    "cut behind": ("Take asp", "Take aspirin."),
    "cut number": ("take 10", "take 100 mg"),
    "a space for nothing": ("para cetamol", "paracetamol"),
    "nothing for a space": ("call999", "call 999"),
    "punctuation left out": ("Yes call", "Yes, call"),
    "an accent left out": ("cafe", "café"),
    "empty": ("", "Call 999"),
    "only white space": (" \n", "Call 999 \n"),
    "only punctuation": ("...!", "Wait...!"),
    "only marks": ("“”", "“”"),
    "only emphasis": ("**", "**Call**"),
    "longer than the text": ("Call 999 now", "Call 999"),
    "an empty text": ("Call 999", ""),
    # what ends in front of "n't" says the opposite
    "a negation cut off": ("You can", "You can't take ibuprofen."),
    "a typographic negation cut off": ("You can", "You can’t take ibuprofen."),
    # and a dose cut at its point or comma is another dose
    "a decimal cut in front": ("5 mg", "Take 2.5 mg."),
    "a decimal cut behind": ("Take 10", "Take 10.5 mg."),
    "thousands cut behind": ("Take 1", "Take 1,000 mg."),
    # an accent of its own belongs to the word
    "a decomposed accent left out": ("cafe", "cafe\u0301"),
}


@pytest.mark.parametrize(("quote", "response", "expected"), FOUND.values(), ids=FOUND.keys())
def test_a_quote_whose_words_stand_there_is_found_and_shown_as_stored(quote: str, response: str, expected: str) -> None:
    span = find_quote(quote, response)
    assert span is not None
    assert (expected, expected) == (span.quote, response[span.start : span.end])


@pytest.mark.parametrize(("quote", "response"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_a_quote_whose_words_do_not_stand_there_is_not_found(quote: str, response: str) -> None:
    assert find_quote(quote, response) is None


ODD = "ab1’'“\"`–-—….,!?*()<>‹›é\u0301\u00ad\u200b\ufeffßİ😀 "
words = st.text(alphabet=ODD.replace(" ", ""), min_size=1, max_size=6)
gaps = st.text(alphabet=" \n\t\u00a0", min_size=1, max_size=3)
texts = st.one_of(st.text(), st.text(alphabet=ODD), st.text(alphabet=st.characters(categories=["Cs", "Ll"])))


def _joined(some: list[str], between: list[str]) -> str:
    return "".join(word + gap for word, gap in zip(some, between, strict=True))


@st.composite
def slices(draw: st.DrawFn) -> tuple[str, str]:
    """A text of odd words, and some of its words in a row with other white space between them."""
    some = draw(st.lists(words, min_size=1, max_size=8))
    first = draw(st.integers(0, len(some) - 1))
    last = draw(st.integers(first + 1, len(some)))
    gaps_of = [draw(st.lists(gaps, min_size=n, max_size=n)) for n in (len(some), last - first)]
    return _joined(some, gaps_of[0]), _joined(some[first:last], gaps_of[1])


PLAIN = str.maketrans({
    "’": "'", "`": "'", "“": '"', "–": "-", "—": "-", "…": "...", "‹": "<", "›": ">",
    "*": None, "\u00ad": None, "\u200b": None, "\ufeff": None,
})  # fmt: skip


def _plain_words(text: str) -> list[str]:
    """An independent reading of "the same words": typography and marks without a width folded away."""
    return text.translate(PLAIN).strip(" \"'\n\t\u00a0").split()


@given(slices())
@settings(derandomize=True, deadline=None, max_examples=500)
def test_any_whole_words_of_a_text_are_found_and_the_offsets_give_them_back(case: tuple[str, str]) -> None:
    response, quote = case
    span = find_quote(quote, response)
    if any(character.isalnum() for character in quote):
        assert span is not None
        assert span.quote == response[span.start : span.end]
        assert _plain_words(quote) == _plain_words(span.quote)
    else:
        assert span is None


@given(slices(), st.integers(0, 7))
@settings(derandomize=True, deadline=None)
def test_a_quote_with_one_word_that_does_not_occur_is_not_found(case: tuple[str, str], at: int) -> None:
    response, quote = case
    changed = quote.split() or ["x"]
    changed[at % len(changed)] = "zyx"
    assert find_quote(" ".join(changed), response) is None


@given(texts, texts)
@settings(derandomize=True, deadline=None)
def test_whatever_is_found_is_found_again_at_the_same_place(quote: str, response: str) -> None:
    for one in (quote, response, response[1:-1], response[: len(response) // 2]):
        span = find_quote(one, response)
        assert span is None or span == find_quote(span.quote, response)


@given(st.lists(st.sampled_from(["</response>", "<", "<response-1>", "‹", "fever", "</ reference"]), min_size=1))
@settings(derandomize=True, deadline=None)
def test_what_a_judge_was_shown_in_place_of_a_mark_is_found_in_the_stored_text(pieces: list[str]) -> None:
    response = " ".join(["rash", *pieces, "999"])
    span = find_quote(defuse(response), response)
    assert span is not None
    assert response == span.quote
