"""A run's items in their order: scenarios put to candidates, then responses that were imported."""

from collections.abc import Iterator
from typing import TypeAlias

from domain.item import Item, item_id_of
from domain.model import Candidate
from domain.record import content_sha256
from domain.scenario import Response
from pipeline.inputs import Inputs

Source: TypeAlias = Candidate | Response
"""Where an item's response comes from: a candidate that is asked, or a file."""


def items_of(run_id: str, inputs: Inputs) -> Iterator[tuple[Item, Source]]:
    """Every item, read as it is needed."""
    for scenario in inputs.scenarios if inputs.config.candidates else ():
        for candidate in inputs.config.candidates:
            for repeat in range(candidate.repeats):
                item_id = item_id_of(run_id, scenario.scenario_id, candidate.candidate_id, repeat)
                sha256 = candidate.fingerprint
                yield Item(item_id, run_id, scenario, candidate.candidate_id, sha256, repeat), candidate
    for one in inputs.responses or ():
        item_id = item_id_of(run_id, one.scenario_id, one.candidate_id, one.repeat)
        sha256 = content_sha256(["imported", one.candidate_id])
        yield Item(item_id, run_id, inputs.scenarios[one.scenario_id], one.candidate_id, sha256, one.repeat), one


def n_items_of(inputs: Inputs) -> int:
    """How many items the whole run has."""
    asked = len(inputs.scenarios) * sum(one.repeats for one in inputs.config.candidates)
    return asked + (len(inputs.responses) if inputs.responses is not None else 0)
