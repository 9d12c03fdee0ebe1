"""What a run's responses were made of, by hash: for saying what is the same in two runs."""

from typing import NamedTuple

from pipeline.store.connection import Connection


class PinRow(NamedTuple):
    """One response."""

    scenario_id: str
    candidate_id: str
    repeat: int
    scenario_sha256: str
    candidate_sha256: str
    body_sha256: str
    model: str
    """That gave it, as it came back or stood in a file."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Scenario, candidate, repeat."""
        return self.scenario_id, self.candidate_id, self.repeat


_PINS = """
    SELECT scenario_id, candidate_id, repeat_number, scenario_sha256, candidate_sha256, body_sha256, model
    FROM response WHERE run_id = ? ORDER BY journal_offset
"""


def fetch_pins(connection: Connection, run_id: str) -> list[PinRow]:
    """Every response of the run, in the order of its journal."""
    return [PinRow(*row) for row in connection.execute(_PINS, [run_id]).fetchall()]
