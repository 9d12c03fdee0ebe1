"""What calls cost: a dated file that a team overrides."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.model import Provider
from domain.record import Record, Text
from judges.client import Usage
from pipeline.files.yamlfile import load_yaml

_BATCH_SHARE = 0.5

_Share = Annotated[float, Field(ge=0, le=1)]
_Usd = Annotated[float, Field(ge=0)]


class Price(Record):
    """US dollars for a million tokens."""

    input: _Usd
    output: _Usd
    cached_input: _Usd | None = None

    def times(self, share: float) -> "Price":
        """The price where only a share of it is asked."""
        cached = None if self.cached_input is None else self.cached_input * share
        return Price(input=self.input * share, output=self.output * share, cached_input=cached)

    def usd(self, usage: Usage) -> float:
        """What a call cost; cached tokens at their own price where there is one."""
        cached = self.cached_input if self.cached_input is not None else self.input
        fresh = max(0, usage.input_tokens - usage.cached_tokens)
        return (fresh * self.input + usage.cached_tokens * cached + usage.output_tokens * self.output) / 1e6


class Prices(Record):
    """Prices by model name, as somebody read them on a day."""

    schema_: Annotated[Literal["prices/1"], Field(alias="schema")]
    as_of: date
    note: Text
    usd_per_million_tokens: dict[str, Price]
    batch_share: Annotated[dict[Literal["openai", "anthropic"], _Share], Field(default_factory=dict[Any, Any])]
    """What a call by a provider's batch costs, as a share of its price by itself; half where it is not given."""

    def batch_share_of(self, provider: Provider) -> float:
        """The share for a provider that has batches."""
        return next((share for name, share in self.batch_share.items() if name == provider), _BATCH_SHARE)

    def of(self, model: str) -> Price | None:
        """The price of a model; None where the file does not know it. A provider's prefix may be left out."""
        known = self.usd_per_million_tokens
        return known.get(model) or known.get(model.rpartition("/")[2])


def load_prices(path: Path) -> Prices:
    """Read a price file.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    return load_yaml(Prices, path)
