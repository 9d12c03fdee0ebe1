"""One of two runs, with all that a comparison of both asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.rubric import Rubric
from pipeline.store.connection import Connection
from pipeline.store.costs import CostRow, fetch_costs
from pipeline.store.judged import fetch_judges
from pipeline.store.pins import PinRow, fetch_pins
from pipeline.store.questions import Asked, fetch_asked
from pipeline.store.results import RunFacts, fetch_run, fetch_whole_rubrics


@dataclass(frozen=True, slots=True)
class Side:
    """A run."""

    run: RunFacts
    asked: Asked
    pins: list[PinRow]
    rubrics: list[Rubric]
    judges: Mapping[str, tuple[str, dict[str, Any]]]
    """Fingerprint and entry in the configuration, by judge id."""
    costs: list[CostRow]

    @property
    def run_id(self) -> str:
        """Its id."""
        return self.run.run_id

    @property
    def content(self) -> Mapping[str, str]:
        """What it was pinned to, by name and hash."""
        return self.run.config["content"]

    @property
    def config(self) -> Mapping[str, Any]:
        """Its configuration."""
        return self.run.config["config"]

    @property
    def scenario_hashes(self) -> dict[str, str]:
        """By scenario id."""
        return {one.scenario_id: one.scenario_sha256 for one in self.pins}

    @property
    def criterion_hashes(self) -> dict[tuple[str, str], str]:
        """By rubric and criterion id; the scenarios' own are part of their scenario."""
        return {(one.rubric_id, each.criterion_id): each.sha256 for one in self.rubrics for each in one.criteria}


def fetch_side(connection: Connection, run_id: str) -> Side:
    """Everything of a run.

    Raises:
        InputError: there is no such run.
    """
    run = fetch_run(connection, run_id)
    return Side(
        run,
        fetch_asked(connection, run_id),
        fetch_pins(connection, run_id),
        fetch_whole_rubrics(connection, run),
        fetch_judges(connection, run_id),
        fetch_costs(connection, run_id),
    )
