"""A run's whole configuration: one strict YAML file, read here and nowhere else."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.family import family_of
from domain.gate import GatePolicy
from domain.model import Candidate, JudgeSpec
from domain.policy import RoutingPolicy
from domain.record import Record
from pipeline.files.yamlfile import load_yaml

Patterns = tuple[Annotated[str, Field(min_length=1)], ...]
"""File patterns, relative to the workspace."""


class PromptFiles(Record):
    """The texts that every model judge of the run reads by."""

    system: str = "prompts/system.md"
    """What a judge is, and how its text is marked off."""
    case: str = "prompts/case.md"
    """How scenario and response are laid out."""
    omission: str = "prompts/omission.md"
    """How a criterion is asked whose violation is something left unsaid."""
    commission: str = "prompts/commission.md"
    """How one is asked whose violation is something said."""
    criterion: str = "prompts/criterion.md"
    """How the criterion itself is shown."""
    reply: str = "prompts/reply.md"
    """In which form the judge answers."""
    again: str = "prompts/again.md"
    """What is said, once, to a reply whose quote does not stand in the response."""


class Limits(Record):
    """What a run may use."""

    concurrency: Annotated[int, Field(ge=1, le=4096)] = 16
    """Calls in flight for each candidate and each judge that does not set its own."""
    per_provider: Annotated[int, Field(ge=1, le=4096)] | None = None
    """Calls in flight to one provider (address and key), all its candidates and judges together; places that one leaves
    free are another's. Without it only each one's own limit holds."""
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds for one attempt at a call."""
    usd: Annotated[float, Field(gt=0)] | None = None
    """The most that the whole run may cost, by the price file; it stops in time and can be continued with more."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    """Attempts at a call before it is a failure."""


class Cache(Record):
    """Which calls an earlier run's reply may stand in for, where every byte that determines the reply is the same."""

    enabled: bool = True
    """False: every call is made and none is kept, as with `caveat run --no-cache`."""
    judges: bool = True
    """Judges' calls may be reused."""
    candidates: bool = False
    """Off, because a reused response examines nothing; with `repeats`, only a candidate's own `cache: true` counts."""
    max_age_days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    """An older reply is asked for again: a model can change behind its name."""
    path: Annotated[str, Field(min_length=1)] = "data/calls.sqlite"
    """The file, on a local disk; several runs can use it at once."""


class Config(Record):
    """Scenarios or responses in, candidates and judges, rubrics, routing policy, limits, store."""

    schema_: Annotated[Literal["config/1"], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")]
    """Of the configuration; letters, digits and . _ -, at most 81."""
    run_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9{][A-Za-z0-9._{}-]{0,100}$")] = "{name}-{date}"
    """May hold {name} and {date} (UTC), so that every night is a run of its own."""
    scenarios: Annotated[Patterns, Field(min_length=1)]
    """Files of scenarios."""
    responses: Patterns = ()
    """Responses that another system generated; they are judged instead of, or beside, the candidates' own."""
    candidates: tuple[Candidate, ...] = ()
    """Who is asked; none where all responses are imported."""
    judges: Annotated[tuple[JudgeSpec, ...], Field(min_length=1)]
    """The panel: every judge is asked the same questions."""
    rubrics: Patterns = ()
    """Files of rubrics to judge by."""
    scenario_criteria: bool = True
    """Judge the criteria that scenarios bring with them."""
    prompts: PromptFiles = PromptFiles()
    """What model judges are told."""
    policy: RoutingPolicy = RoutingPolicy()
    """How verdicts become dispositions, and what people read."""
    gate: GatePolicy | None = None
    """When `caveat gate` lets a night of this configuration pass."""
    limits: Limits = Limits()
    """What the run may use."""
    cache: Cache = Cache()
    """Which calls need not be made again."""
    prices: str = "config/prices.yaml"
    """The price file, by which `limits.usd` is kept."""
    store: str = "data/caveat.duckdb"
    """A DuckDB file, or the address of a PostgreSQL database."""
    runs: str = "data/runs"
    """The folder that holds each run's journal."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for what, ids in {
            "candidate_id": [one.candidate_id for one in self.candidates],
            "judge_id": [one.judge_id for one in self.judges],
        }.items():
            if twice := sorted({one for one in ids if ids.count(one) > 1}):
                raise ValueError(f"{what} must be unique; given twice: {', '.join(twice)}")
        if not any(one.stage == 1 for one in self.judges):
            raise ValueError(
                "expected a judge of stage 1; one of stage 2 is asked only where stage 1 does not settle a question"
            )
        self._check_families()
        if not self.candidates and not self.responses:
            raise ValueError("expected candidates to ask, or responses to import, or both")
        if not self.rubrics and not self.scenario_criteria:
            raise ValueError("expected rubrics, or scenario_criteria: true; there is nothing to judge by")
        if bad := set(self.run_id.replace("{name}", "").replace("{date}", "")) & set("{}"):
            raise ValueError(f"run_id may hold {{name}} and {{date}}; found another {min(bad)}")
        return self

    def _check_families(self) -> None:
        """A judge reads its own family's responses too kindly."""
        for candidate in self.candidates if self.policy.own_family != "allow" else ():
            family = family_of(candidate.model, candidate.family)
            own = [one.judge_id for one in self.judges if family and family_of(one.model, one.family) == family]
            if own and self.policy.own_family == "refuse":
                raise ValueError(
                    f"the judge {own[0]} is of the family {family!r}, as the candidate {candidate.candidate_id} is, "
                    "and judges read their own family's responses too kindly; take another judge, or set "
                    "policy.own_family to leave_out (others judge that candidate) or allow (the report will say so)"
                )
            if len(own) == len(self.judges):
                raise ValueError(
                    f"every judge is of the family {family!r}, as the candidate {candidate.candidate_id} is; "
                    "nobody is left to judge it"
                )


def load_config(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    return load_yaml(Config, path)


def config_of(given: Path | Config) -> Config:
    """A configuration, or what stands in the file.

    Raises:
        InputError: as `load_config`.
    """
    return given if isinstance(given, Config) else load_config(given)
