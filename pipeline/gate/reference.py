"""With which earlier nights tonight is compared."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.store.gates import GateRow

PASSED = 0


class Reference(NamedTuple):
    """Earlier runs, or why there is none."""

    run_ids: tuple[str, ...]
    """The last night that passed, then the one with which its row of nights began: what rises a little every night is
    seen from there."""
    is_first: bool
    """Whether comparisons begin with tonight."""
    refusal: str = ""
    """Why tonight cannot be compared though it should be."""


def reference_of(earlier: Sequence[GateRow], panel_sha256: str) -> Reference:
    """The nights to compare with.

    Args:
        earlier: what earlier runs of the configuration's name came to, the earliest first.
        panel_sha256: tonight's panel.
    """
    passed = [one for one in earlier if one.exit_code == PASSED]
    if not passed:
        return Reference((), is_first=True)
    last = passed[-1]
    if last.panel_sha256 != panel_sha256:
        why = (
            f"the last night that passed, {last.run_id}, was judged by another panel; judge it again by tonight's and "
            "name that run with --baseline, or begin anew with --first"
        )
        return Reference((), is_first=False, refusal=why)
    begun = [one for one in passed if one.is_first and one.panel_sha256 == panel_sha256]
    return Reference(tuple(dict.fromkeys([last.run_id, *(one.run_id for one in begun[-1:])])), is_first=False)
