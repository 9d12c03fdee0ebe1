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
    """Tokens sent."""
    output: _Usd
    """Tokens received."""
    cached_input: _Usd | None = None
    """Read from the provider's prefix cache; `input` where left out."""
    cache_write: _Usd | None = None
    """Written to it; `input` where left out."""

    def times(self, share: float) -> "Price":
        """The price where only a share of it is asked."""
        cached = None if self.cached_input is None else self.cached_input * share
        return Price(input=self.input * share, output=self.output * share, cached_input=cached)

    def usd(self, usage: Usage) -> float:
        """What a call cost; what was read from or written to the prefix cache at its own price."""
        read, written = usage.cached_tokens, usage.cache_write_tokens
        fresh = max(0, usage.input_tokens - read - written)
        cached_input = self.input if self.cached_input is None else self.cached_input
        cache_write = self.input if self.cache_write is None else self.cache_write
        sent = fresh * self.input + read * cached_input + written * cache_write
        return (sent + usage.output_tokens * self.output) / 1e6

    @property
    def most_input(self) -> float:
        """The most that a token sent can cost."""
        return max(self.input, self.cache_write or 0.0)


class Prices(Record):
    """Prices by model name, as somebody read them on a day."""

    schema_: Annotated[Literal["prices/1"], Field(alias="schema")]
    as_of: date
    """The day the prices were read."""
    note: Text
    """Where they were read, and what to mind."""
    usd_per_million_tokens: dict[str, Price]
    """By the model's name."""
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
