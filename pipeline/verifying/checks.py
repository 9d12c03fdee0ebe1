"""Every check of the store, in order."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import InputError
from pipeline.store.connection import Store
from pipeline.store.events import Head, fetch_head
from pipeline.verifying.chain import ChainCheck, DecisionCheck
from pipeline.verifying.check import Broken, Check
from pipeline.verifying.quotes import QuoteCheck


def checks(noted: str | None) -> Sequence[Check]:
    """Every check; the chain's, against a head that was noted elsewhere."""
    return QuoteCheck(), ChainCheck(noted), DecisionCheck()


@dataclass(frozen=True, slots=True)
class Verified:
    """What all checks found."""

    counted: dict[str, int]
    """How many of what were looked at."""
    broken: list[Broken]
    head: Head
    """Of the chain: to be noted elsewhere, so that a cut-off end shows."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        broken = [{"run_id": one.run_id, "where": one.where, "problem": one.problem} for one in self.broken]
        return {"verified": not broken, "counted": self.counted, "broken": broken, "head": asdict(self.head)}


def verify_store(store: Store, run_id: str | None, noted: str | None = None) -> Verified:
    """Run every check over one run, or over all; the chain as a whole, with a head that was noted elsewhere.

    Raises:
        InputError: there is no such run in the store.
        StoreError: the store cannot be read.
    """
    if run_id is not None:
        with store.reading() as connection:
            if connection.execute("SELECT run_id FROM run WHERE run_id = ?", [run_id]).fetchone() is None:
                raise InputError(f"there is no run {run_id!r} in {store.address}")
    with store.reading() as connection:
        verified = Verified({}, [], fetch_head(connection))
    for check in checks(noted):
        parts = list(check(store, run_id))
        verified.counted[check.counts] = sum(part.n for part in parts)
        verified.broken.extend(one for part in parts for one in part.broken)
    return verified
