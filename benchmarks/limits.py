"""An endpoint that enforces calls and tokens a minute and answers 429 with headers: how much is wasted, how much used.

The limits are not in the configuration: they are learnt from the headers of the first answers. One run in one process,
one through two workers that share the limits. Targets: at most 1 % of calls refused, at least 90 % of the allowed rate
used. Exits 1 where either is missed.
"""

import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from pipeline.run import Means, run_batch
from pipeline.work import Engine, work_here
from tests.build import criterion_json, reply_json, rubric_json, scenario_json
from tests.cluster.nearby import Nearby
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, endpoint

_TARGET_WASTED, _TARGET_USED = 0.01, 0.90
_CALLS_A_MINUTE, _TOKENS_A_MINUTE = 6000, 1_200_000
_TOKENS_A_CALL = 18
"""What the loopback endpoint counts for each."""
_N_SCENARIOS = 1000
_REPLY = orjson.dumps(reply_json()).decode()


@dataclass
class Bucket:
    """Refills by the second; holds what one second gives."""

    per_minute: float
    level: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.level = self.per_minute / 60

    def take(self, n: float) -> bool:
        """Whether there was enough."""
        now = time.monotonic()
        self.level = min(self.per_minute / 60, self.level + (now - self.at) * self.per_minute / 60)
        self.at = now
        if self.level < n:
            return False
        self.level -= n
        return True


class Gate:
    """What the endpoint allows, and what it saw."""

    def __init__(self) -> None:
        self.calls, self.tokens = Bucket(_CALLS_A_MINUTE), Bucket(_TOKENS_A_MINUTE)
        self.n_asked = self.n_refused = 0
        self.first_at = self.last_at = 0.0

    def say(self, body: Body) -> Answer:
        """A completion with the limits in its headers, or 429."""
        self.n_asked += 1
        self.last_at = time.monotonic()
        self.first_at = self.first_at or self.last_at
        headers = {
            "x-ratelimit-limit-requests": str(_CALLS_A_MINUTE),
            "x-ratelimit-limit-tokens": str(_TOKENS_A_MINUTE),
        }
        if not (self.calls.take(1) and self.tokens.take(_TOKENS_A_CALL)):
            self.n_refused += 1
            return Answer(status=429, raw=b"slow down", headers={**headers, "retry-after": "0.2"})
        return Answer("Rest." if "response_format" not in body else _REPLY, headers=headers)


def main() -> int:
    """A run of each kind against a gate of its own."""
    here = _run("one process", work_here)
    shared = _run("two workers", Nearby({}, workers=2))
    return 0 if here and shared else 1


def _run(name: str, engine: Engine) -> bool:
    """Whether the targets were met."""
    gate = Gate()
    with tempfile.TemporaryDirectory() as folder, endpoint(gate.say) as served:
        workspace = Workspace(Path(folder))
        workspace.jsonl("data/scenarios/all.jsonl", [scenario_json(f"s{n}") for n in range(_N_SCENARIOS)])
        workspace.yaml("rubrics/r1.yaml", rubric_json(criterion_json()))
        one = {"provider": "openai", "model": "m", "base_url": served.openai_url, "transport": "direct"}
        config = workspace.config(
            candidates=[{"candidate_id": "a", **one}], judges=[{"judge_id": "j", **one}], limits={"concurrency": 8}
        )
        result = run_batch(workspace.root, config, means=Means(engine=engine))
    wasted = gate.n_refused / gate.n_asked
    used = (gate.n_asked - gate.n_refused) / (gate.last_at - gate.first_at) / (_CALLS_A_MINUTE / 60)
    print(f"{name}: {gate.n_asked} calls, {gate.n_refused} refused; failed for good: {result.progress.n_call_failures}")
    targets = f"targets {_TARGET_WASTED:.0%} and {_TARGET_USED:.0%}"
    print(f"wasted {wasted:.2%} of calls, used {used:.1%} of the allowed rate ({targets})")
    return wasted <= _TARGET_WASTED and used >= _TARGET_USED


if __name__ == "__main__":
    sys.exit(main())
