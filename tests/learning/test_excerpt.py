"""The part of a response that a reader needs."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning.excerpt import excerpt

LONG = " ".join(f"word{number}" for number in range(400))


def test_a_short_response_is_shown_whole() -> None:
    assert "Rest. Ring 111." == excerpt("Rest. Ring 111.", "Ring 111")


def test_a_long_one_is_cut_at_words_around_the_quote() -> None:
    found = excerpt(LONG, "word200 word201")
    assert found.startswith("…word")
    assert found.endswith("…")
    assert {*found.strip("…").split()} <= {*LONG.split()}
    assert len(found) < 500


def test_without_a_quote_the_beginning_is_shown() -> None:
    assert excerpt(LONG, "").startswith("word0 word1 ")
    assert excerpt(LONG, "words that nobody said").startswith("word0 word1 ")


@given(st.text(alphabet="ab \n", max_size=2000), st.data())
def test_the_quote_is_always_in_it(response: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(response)))
    quote = response[start : data.draw(st.integers(start, len(response)))]
    assert quote.strip() in excerpt(response, quote)
