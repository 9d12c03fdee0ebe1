"""What a call costs, with every kind of token at its own price."""

import pytest

from judges.client import Usage
from pipeline.prices import Price

PLAIN = Price(input=4.0, output=20.0)
FULL = Price(input=4.0, output=20.0, cached_input=0.2, cache_write=5.0)
SENT = Usage(1_000_000, 100_000, 600_000, 300_000)
"""Of a million tokens sent, 600,000 were read from the prefix cache and 300,000 written to it."""


@pytest.mark.parametrize(
    ("price", "usage", "expected"),
    [
        pytest.param(PLAIN, SENT, 4.0 + 2.0, id="no price of their own"),
        pytest.param(FULL, SENT, 0.1 * 4.0 + 0.6 * 0.2 + 0.3 * 5.0 + 2.0, id="each at its own price"),
        pytest.param(FULL, Usage(1_000_000, 0), 4.0, id="nothing cached"),
        pytest.param(FULL, Usage(0, 0, 1_000_000, 0), 0.2, id="a count that does not add up"),
        pytest.param(FULL, Usage(), 0.0, id="nothing"),
    ],
)
def test_a_call_costs_its_tokens_at_their_prices(price: Price, usage: Usage, expected: float) -> None:
    assert pytest.approx(expected) == price.usd(usage)


@pytest.mark.parametrize(("price", "expected"), [(PLAIN, 4.0), (FULL, 5.0)])
def test_a_token_that_is_sent_costs_at_most_the_dearest_of_its_prices(price: Price, expected: float) -> None:
    assert expected == price.most_input
