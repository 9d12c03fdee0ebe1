"""What putting questions to a panel would cost, before anything is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.model import JudgeSpec
from judges.client import ModelRequest
from judges.judge import proceed
from pipeline.asking import Asking, PanelWork
from pipeline.plan import REPLY_TOKENS, Line, count_call, line_of, usd_of
from pipeline.prices import Prices


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls and price for each judge; tokens are estimated, as in a run's plan."""

    lines: list[Line]

    @property
    def n_calls(self) -> int:
        """Calls to models that are certain."""
        return sum(line.n_calls for line in self.lines if line.paid)

    @property
    def n_more(self) -> int:
        """Calls that the second stage may bring on top."""
        return sum(line.n_more for line in self.lines if line.paid)

    @property
    def usd(self) -> float | None:
        """The price of the certain ones; None where a model's is not known."""
        paid = [line.usd for line in self.lines if line.paid and line.n_calls]
        return None if None in paid else sum(one or 0.0 for one in paid)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        lines = [{name: getattr(line, name) for name in Line.__slots__} for line in self.lines]
        return {"model_calls": self.n_calls, "at_most_more": self.n_more, "usd_estimate": self.usd, "lines": lines}

    def as_text(self) -> str:
        """For people."""
        price = "price unknown: the price file lacks a model" if self.usd is None else f"about {self.usd:.2f} USD"
        more = f", and up to {self.n_more:,} of the second stage, not priced here" if self.n_more else ""
        calls = "1 model call" if self.n_calls == 1 else f"{self.n_calls:,} model calls"
        return f"{calls} ({price}; tokens estimated){more}."


class Estimating:
    """Counts askings, judge by judge."""

    def __init__(self, specs: Sequence[JudgeSpec]) -> None:
        self._lines = {spec.judge_id: line_of(f"judge {spec.judge_id}", spec) for spec in specs}

    def certain(self, askings: Iterable[Asking]) -> None:
        """Calls that are made for certain; an embedded judge's are none."""
        for one in askings:
            said = proceed(one.judge.judging(one.questions, one.repeat))
            if isinstance(said, ModelRequest):
                spec = one.judge.spec
                count_call(self._lines[spec.judge_id], spec, said, REPLY_TOKENS * len(one.questions))

    def possible(self, askings: Iterable[Asking]) -> None:
        """Calls that may follow."""
        for one in askings:
            self._lines[one.judge.spec.judge_id].n_more += not one.judge.spec.is_baseline

    def priced(self, prices: Prices) -> Estimate:
        """All that was counted."""
        for line in self._lines.values():
            line.usd = usd_of(line, prices)
        return Estimate(list(self._lines.values()))


def estimate(specs: Sequence[JudgeSpec], panels: Iterable[PanelWork], prices: Prices) -> Estimate:
    """What these panels would ask from the beginning."""
    counting = Estimating(specs)
    for panel in panels:
        first = panel.first()
        certain, possible = panel.later()
        counting.certain(first + certain)
        counting.possible(possible)
    return counting.priced(prices)
