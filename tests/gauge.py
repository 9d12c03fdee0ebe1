"""Gauges and standings for tests to vary."""

from typing import Any

from pipeline.gauges import Gauge, Standing


def gauge(who: str = "judge j", **changes: Any) -> Gauge:
    whole: dict[str, Any] = {
        "provider": "openai", "model": "m", "n_done": 0, "n_expected": None, "is_exact": False, "n_in_flight": 0,
        "n_retries": 0, "tokens": 0, "usd": 0.0, "failures": {},
    }  # fmt: skip
    return Gauge(who=who, **{**whole, **changes})


def standing(*gauges: Gauge, **changes: Any) -> Standing:
    whole: dict[str, Any] = {
        "n_finished": 1, "n_items": 10, "n_calls": 5, "usd": 0.0, "cap_usd": None, "is_stopping": False,
        "is_budget_spent": False,
    }  # fmt: skip
    return Standing(gauges=gauges, **{**whole, **changes})
