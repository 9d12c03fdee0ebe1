"""A run of the past, as far as its verdicts can be weighed again: its panel, its rubrics, its responses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from domain.errors import InputError
from domain.rubric import Rubric
from domain.scenario import Response
from domain.verdict import FailureKind, Finding, JudgeFailure, Verdict
from judges.judge import Judge
from pipeline.admission import load_inputs
from pipeline.config import Config
from pipeline.inputs import Inputs
from pipeline.items import Source
from pipeline.panel import build_judge
from pipeline.store.connection import Store
from pipeline.store.results import FindingRow, ItemRow, RunFacts, fetch_items, fetch_run, fetch_whole_rubrics

_A_VISIT = 200
"""Responses read in one visit, so that nobody waits long at the door."""


@dataclass(frozen=True, slots=True)
class Past:
    """The run and how its judges are reached."""

    run: RunFacts
    config: Config
    rubrics: list[Rubric]
    inputs: Inputs
    """The workspace's prompts and examples, under the run's configuration."""

    def judges(self, rubrics: Sequence[Rubric]) -> list[Judge]:
        """The run's judges, over these rubrics."""
        self.inputs.rubrics = list(rubrics)
        return [build_judge(spec, self.inputs) for spec in self.config.judges]

    def source_of(self, item: ItemRow) -> Source:
        """Where an item's response came from: a candidate of the configuration, or a file."""
        asked = next((one for one in self.config.candidates if one.candidate_id == item.candidate_id), None)
        return asked or Response(
            scenario_id=item.scenario.scenario_id, candidate_id=item.candidate_id, response=item.body, model=item.model
        )

    def moved(self) -> list[str]:
        """Judges that are not as they were in the run, for another reason than the rubric: their prompts, examples or
        settings are others by now."""
        pinned = self.run.config["content"]
        now = {one.spec.judge_id: one.fingerprint for one in self.judges(self.rubrics)}
        return [judge_id for judge_id, sha256 in now.items() if pinned.get(f"judge {judge_id}") != sha256]


def open_past(root: Path, store: Store, run_id: str, config: Config | None) -> Past:
    """Read what the run was pinned to.

    Args:
        root: the workspace.
        store: holds the run.
        run_id: the run's.
        config: how its judges are reached; None: as the run's own frozen configuration says, which has no keys.

    Raises:
        InputError: there is no such run, files that it needs are gone, or the configuration has another panel.
    """
    with store.reading() as connection:
        run = fetch_run(connection, run_id)
        rubrics = fetch_whole_rubrics(connection, run)
    frozen = Config.model_validate_json(orjson.dumps(run.config["config"]))
    reached = frozen if config is None else config
    if {one.judge_id for one in reached.judges} != {one.judge_id for one in frozen.judges}:
        names = ", ".join(one.judge_id for one in frozen.judges)
        raise InputError(f"the run's panel is {names}, and the configuration's is another", key="judges")
    # the run's policy and criteria hold; what the configuration adds is where its judges are
    whole = reached.model_copy(update={"policy": frozen.policy, "scenario_criteria": frozen.scenario_criteria})
    inputs = load_inputs(root, whole.model_copy(update={"rubrics": ()}))
    return Past(run, whole, rubrics, inputs)


def read_items(store: Store, run_id: str) -> Iterator[ItemRow]:
    """Every finished item with its findings, a few at a visit."""
    offset = 0
    while True:
        with store.reading() as connection:
            some = fetch_items(connection, run_id, limit=_A_VISIT, offset=offset)
        yield from some
        if len(some) < _A_VISIT:
            return
        offset += len(some)


def finding_of(row: FindingRow) -> Finding:
    """A stored finding as the panel gave it."""
    place = (row.judge_id, row.rubric_id, row.criterion_id)
    if row.value is None:
        return JudgeFailure(*place, FailureKind(row.failure), row.severity, row.reason, row.repeat)
    return Verdict(
        *place, row.value, row.severity, row.reason, row.evidence, row.expected, row.looked_for, row.harm, row.repeat
    )
