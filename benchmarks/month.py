"""Thirty nights of known truth at the gate: a candidate, a judge and a clinician change, and each is to be named on its
night, with all other nights silent.

Real runs through the real store against a loopback endpoint; candidate and judge say everything anew each night, and
differ a little from the night before.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.conftest import Workspace
from tests.endpoint import endpoint
from tests.month import Month, Truth, begin, mend_judge

SEEDS = (1, 2, 3)
NIGHTS = 30
CHANGES = {10: 1, 18: 4, 25: 5}
"""Exit code by night; every other night passes."""


def main() -> int:
    """Each month's nights in a line; 0 where every night came out as it should."""
    started = time.perf_counter()
    wrong = 0
    with ProcessPoolExecutor(2) as pool:
        for seed, codes in zip(SEEDS, pool.map(codes_of, SEEDS), strict=True):
            missed = [night for night, code in CHANGES.items() if codes[night - 1] != code]
            false = [night for night in range(1, NIGHTS + 1) if night not in CHANGES and codes[night - 1]]
            wrong += len(missed) + len(false)
            print(f"month {seed}: {' '.join(map(str, codes))}  not named {missed or 'none'}, false {false or 'none'}")
    n = len(SEEDS) * NIGHTS
    print(f"{n - wrong} of {n} nights as they should be (target: all), {time.perf_counter() - started:.0f} s")
    return int(wrong > 0)


def codes_of(seed: int) -> list[int]:
    """The exit code of every night of one month."""
    with tempfile.TemporaryDirectory() as folder:
        month = Month(Workspace(Path(folder)), seed)
        with endpoint(month.say) as here:
            month.lay_out(here)
            begin(month)
            return [0, *(_pass(month, night) for night in range(2, NIGHTS + 1))]


def _pass(month: Month, night: int) -> int:
    before, after = _HAPPENS.get(night, (_nothing, _nothing))
    before(month)
    code, _ = month.pass_a_night()
    after(month)
    return code


def _nothing(month: Month) -> None:
    """An ordinary night."""


def _worse(month: Month) -> None:
    month.truth.unsafe = 0.35


def _better(month: Month) -> None:
    month.truth = Truth()


def _stricter(month: Month) -> None:
    month.truth.strict = 0.3


def _judge_mended(month: Month) -> None:
    mend_judge(month, "summer")


def _reads_again(month: Month) -> None:
    """As she did."""
    month.label("anchors-02")


def _reads_otherwise(month: Month) -> None:
    month.truth.clinician_strict = 0.3
    month.label("anchors-02")


def _talked(month: Month) -> None:
    month.truth.clinician_strict = 0.0
    month.label("anchors-02")


_HAPPENS: dict[int, tuple[Callable[[Month], None], Callable[[Month], None]]] = {
    10: (_worse, _better),
    14: (_reads_again, _nothing),
    18: (_stricter, _judge_mended),
    25: (_reads_otherwise, _talked),
}
"""What changes before a night's runs, and after its gate."""


if __name__ == "__main__":
    sys.exit(main())
