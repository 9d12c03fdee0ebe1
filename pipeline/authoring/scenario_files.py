"""A workspace's scenario files: where a scenario's line stands, and another version put in its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from domain.scenario import Scenario
from pipeline.files.saving import write_whole

PATTERN = "data/scenarios/*.jsonl"


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario where it stands."""

    path: Path
    number: int
    """From 0, among the file's lines as bytes."""
    scenario: Scenario


def find_scenario(root: Path, scenario_id: str) -> ScenarioLine | None:
    """The line of this scenario, whatever its version; None: no file of the workspace has it."""
    return next((one for one in _lines(root, scenario_id) if one.scenario.scenario_id == scenario_id), None)


def read_scenarios(root: Path) -> dict[str, ScenarioLine]:
    """Every scenario of the workspace's files that reads, by id."""
    return {one.scenario.scenario_id: one for one in _lines(root, "")}


def write_scenario(root: Path, scenario: Scenario) -> bool:
    """Put a scenario in its line's place; every other byte of the file stays as it is. False: it has no line."""
    found = find_scenario(root, scenario.scenario_id)
    if found is None:
        return False
    lines = found.path.read_bytes().splitlines(keepends=True)
    end = lines[found.number][len(lines[found.number].rstrip(b"\r\n")) :]
    lines[found.number] = scenario.model_dump_json(exclude_defaults=True).encode() + end
    write_whole(found.path, b"".join(lines))
    return True


def _lines(root: Path, words: str) -> Iterator[ScenarioLine]:
    """Lines that hold these words, all for none; those that do not read are left to whoever runs."""
    wanted = words.encode()
    for path in sorted(root.glob(PATTERN)):
        for number, line in enumerate(path.read_bytes().splitlines()):
            if wanted in line:
                try:
                    yield ScenarioLine(path, number, Scenario.model_validate_json(line.removeprefix(b"\xef\xbb\xbf")))
                except ValidationError:
                    continue
