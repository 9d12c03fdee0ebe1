"""A night brought to the gate: looked at, decided, and kept."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.errors import InputError
from pipeline.gate.look import Asked, Gathered, gather, look
from pipeline.gate.outcome import Gated, gated
from pipeline.gate.plain import as_json
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.gates import GateRow, record_begun_anew, record_gate
from pipeline.voiding import void_moved


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides to begin a row of nights anew, and why; empty where nobody does."""

    by: str = ""
    reason: str = ""


def check_asked(asked: Asked, decider: Decider) -> None:
    """Refuse what contradicts itself.

    Raises:
        InputError: names the option.
    """
    if asked.is_first and asked.baseline is not None:
        raise InputError("compares with nothing, --baseline with a run; give one of them", key="--first")
    if asked.is_first and not (decider.by and decider.reason):
        raise InputError("is somebody's decision; say whose and why with --by and --reason", key="--first")
    if asked.anchors_run is not None and asked.anchor_set is None:
        raise InputError("is a run on anchors; name them with --anchors", key="--anchors-run")


def gate_night(place: Store, asked: Asked, decider: Decider) -> tuple[Gated, list[str]]:
    """Decide, and keep what the night came to; certificates of judges that moved are void with it, and their ids are
    given too.

    Raises:
        InputError: what was asked contradicts itself, or a run or set of anchors is not there.
    """
    check_asked(asked, decider)
    with place.reading() as connection:
        gathered = gather(connection, asked)
    found = gated(look(gathered))
    return found, _keep(place, gathered, found, asked, decider)


def _keep(place: Store, gathered: Gathered, found: Gated, asked: Asked, decider: Decider) -> list[str]:
    voided: list[str] = []
    if (anchors := found.looked.anchors) is not None and asked.anchor_set is not None:
        voided = void_moved(place, anchors, asked.anchor_set, gathered.panel_sha256, "caveat gate")
    reference = gathered.reference
    by, reason = (decider.by, decider.reason) if asked.is_first else ("caveat gate", "no earlier night passed")
    row = GateRow(
        found.looked.run_id, datetime.now(UTC).isoformat(), found.outcome.exit_code, reference.is_first,
        by if reference.is_first else "", reason if reference.is_first else "", next(iter(reference.run_ids), None),
        gathered.panel_sha256, as_json(found),
    )  # fmt: skip
    with place.writing(PEOPLE) as connection:
        record_gate(connection, row)
        if asked.is_first:
            record_begun_anew(connection, row)
    return voided
