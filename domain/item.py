"""One response on its way through a run."""

from dataclasses import dataclass
from enum import StrEnum

from domain.record import content_sha256
from domain.scenario import Scenario


class ResponseOutcome(StrEnum):
    """What a candidate gave. Only `completed` is judged; everything else goes to a person as what it is."""

    COMPLETED = "completed"
    REFUSED = "refused"
    FILTERED = "filtered"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    IDENTIFIABLE = "identifiable"
    """It holds what could say who somebody is: it goes to no judge."""
    CALL_FAILED = "call_failed"


@dataclass(frozen=True, slots=True)
class Item:
    """A scenario put to a candidate, once."""

    item_id: str
    run_id: str
    scenario: Scenario
    candidate_id: str
    candidate_sha256: str
    repeat: int


def item_id_of(run_id: str, scenario_id: str, candidate_id: str, repeat: int) -> str:
    """The same item of the same run always has the same id."""
    return content_sha256([run_id, scenario_id, candidate_id, repeat])[:20]
