"""The panel as the run was pinned to it: who judges whom, in which stage, how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from domain.family import family_of
from domain.model import Candidate, JudgeSpec
from domain.policy import RoutingPolicy


@dataclass(frozen=True, slots=True)
class OwnFamily:
    """A judge and a candidate of the same family."""

    judge_id: str
    candidate_id: str
    family: str
    n_responses: int
    is_left_out: bool
    """Whether the policy left the judge out on it; else it judged its own family."""


@dataclass(frozen=True, slots=True)
class PanelSetup:
    """Judges by id, and the policy."""

    judges: dict[str, JudgeSpec]
    candidates: dict[str, Candidate]
    """Those that were asked; the others' responses came from files."""
    policy: RoutingPolicy

    def stage(self, number: int) -> list[str]:
        """Ids of the judges of a stage."""
        return [judge_id for judge_id, spec in self.judges.items() if spec.stage == number]

    def reads(self, judge_id: str, candidate_id: str, model: str) -> bool:
        """Whether the policy lets a judge read the responses of a candidate, by the model that gave them."""
        return self.policy.own_family == "allow" or not self.shared_family(judge_id, candidate_id, model)

    def shared_family(self, judge_id: str, candidate_id: str, model: str) -> str | None:
        """The family that judge and candidate are both of; None where they are not, or nobody can tell."""
        spec, asked = self.judges[judge_id], self.candidates.get(candidate_id)
        family = family_of(asked.model, asked.family) if asked else family_of(model)
        return family if family is not None and family == family_of(spec.model, spec.family) else None

    def own_families(self, responses: Iterable[tuple[str, str, int]]) -> list[OwnFamily]:
        """Every judge that would read its own family's responses.

        Args:
            responses: candidate, model and number of responses.
        """
        counts: dict[tuple[str, str, str], int] = {}
        for candidate_id, model, n in responses:
            for judge_id in self.judges:
                if family := self.shared_family(judge_id, candidate_id, model):
                    key = (judge_id, candidate_id, family)
                    counts[key] = counts.get(key, 0) + n
        left_out = self.policy.own_family != "allow"
        return [OwnFamily(*key, n, left_out) for key, n in counts.items()]


def panel_setup(config: dict[str, Any]) -> PanelSetup:
    """Read the configuration that a run was pinned to."""
    judges = [JudgeSpec.model_validate_json(orjson.dumps(one)) for one in config["judges"]]
    candidates = [Candidate.model_validate_json(orjson.dumps(one)) for one in config["candidates"]]
    return PanelSetup(
        {one.judge_id: one for one in judges},
        {one.candidate_id: one for one in candidates},
        RoutingPolicy.model_validate_json(orjson.dumps(config["policy"])),
    )
