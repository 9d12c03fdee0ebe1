"""Parsers under broken input, for as much processor time as is asked: a value or the documented error, nothing else.

What breaks one is made as small as it can be and kept under tests/fuzz/corpus, where the tests read it from then on.
"""

import argparse
import hashlib
import secrets
import sys
import time
from collections import Counter

from hypothesis import Phase, given, seed, settings

from tests.fuzz.mutation import UNHURRIED, mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import CORPUS, TARGETS

_AT_A_TIME = 500


def main() -> int:
    """Every parser in turn, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of processor time, for each parser")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--only", choices=TARGETS, action="append", default=[])
    given_ = parser.parse_args()
    print(f"seed {given_.seed}", flush=True)
    tried, broken = Counter[str](), Counter[str]()
    for name in given_.only or TARGETS:
        until, number = time.process_time() + 60 * given_.minutes, given_.seed
        while time.process_time() < until:
            tried[name] += _try(TARGETS[name], number, until, broken)
            number += 1
        print(
            f"{name}: {tried[name]:,} inputs, seeds {given_.seed} to {number - 1}, {broken[name]} broke it", flush=True
        )
    print(f"{tried.total():,} inputs for {len(tried)} parsers: {broken.total()} wrong (target 0)")
    return 1 if broken else 0


def _try(target: Target, number: int, until: float, broken: Counter[str]) -> int:
    """Inputs of one seed; gives how many there were."""
    n, last = 0, b""

    @seed(number)
    @settings(
        max_examples=_AT_A_TIME, database=None, deadline=None, suppress_health_check=UNHURRIED,
        phases=[Phase.generate, Phase.shrink], report_multiple_bugs=False,
    )  # fmt: skip
    @given(mutated(target.seeds, is_yaml=target.is_yaml))
    def feed(content: bytes) -> None:
        nonlocal n, last
        if time.process_time() < until + 30:  # else what is left is passed over
            n, last = n + 1, content
            target.feed(content)

    try:
        feed()
    except Exception as error:  # noqa: BLE001 (whatever it is: it is what is looked for)
        broken[target.name] += 1
        kept = CORPUS / target.name / f"{hashlib.sha256(last).hexdigest()[:12]}.bin"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(last)
        print(f"wrong: {target.name}: {type(error).__name__}: {str(error)[:200]!r}: {kept}", flush=True)
    return n


if __name__ == "__main__":
    sys.exit(main())
