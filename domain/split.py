"""Which scenarios teach a judge and which examine it: one rule for everybody, so that neither leaks into the other."""

import hashlib
from typing import Annotated

from pydantic import Field

from domain.record import Record

_STEPS = 2**64


class Split(Record):
    """A division of all scenarios there will ever be, by their id alone."""

    seed: int = 0
    training_share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Of scenarios, about."""

    def is_training(self, scenario_id: str) -> bool:
        """Whether labels on this scenario may become examples; they then say nothing about the judge that read them."""
        digest = hashlib.sha256(f"{self.seed} {scenario_id}".encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") < self.training_share * _STEPS
