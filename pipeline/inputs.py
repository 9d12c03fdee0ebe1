"""Everything that a run reads, checked as a whole before the first call."""

from collections import Counter
from collections.abc import Set as AbstractSet
from pathlib import Path

from domain.errors import InputError
from domain.identifiers.gate import IdentifierGate
from domain.question import SCENARIO_RUBRIC_ID
from domain.record import Record
from domain.rubric import Criterion, Rubric
from domain.scenario import Label, Response, Scenario
from judges.phrases import check_phrases
from judges.prompt import load_prompts
from pipeline.config import Config
from pipeline.files.jsonl import Check, JsonlSource
from pipeline.files.text import expand, read_text
from pipeline.files.yamlfile import load_yaml

ResponseKey = tuple[str, str, int]
"""scenario_id, candidate_id, repeat."""

Scenarios = JsonlSource[Scenario, str]
Responses = JsonlSource[Response, ResponseKey]

RECOGNISER = "recogniser "
"""Begins the name by which a run is pinned to what looks beside the identifier gate's rules."""

ADVICE = "take it out, or have a named lead allow it: caveat identifiers allow --help"


def response_key(response: Response | Label) -> ResponseKey:
    """What a response, or a label, is of."""
    return response.scenario_id, response.candidate_id, response.repeat


class Inputs:
    """A configuration with the content that it names. What goes to models is there only if the gate has passed it; a
    response that it does not pass goes to a person instead of to judges.

    Raises:
        InputError: something is missing, broken, contradicts something else, or could say who somebody is.
    """

    def __init__(self, root: Path, config: Config, gate: IdentifierGate | None = None) -> None:
        self.root = root
        self.config = config
        self.gate = gate or IdentifierGate()
        self.rubrics = [load_rubric(path) for path in expand(root, config.rubrics, "rubrics")]
        taken = {criterion.criterion_id for rubric in self.rubrics for criterion in rubric.criteria}
        self.scenarios: Scenarios = load_scenarios(root, config.scenarios, taken, self.gate)
        self.prompts = load_prompts(prompt_texts(root, config, self.gate))
        self.responses = load_responses(root, config.responses, "responses") if config.responses else None
        _check_criteria(self.rubrics)
        self._refuse_identifiers()
        _check_responses(self.responses, self.scenarios, config)

    def _refuse_identifiers(self) -> None:
        """Of scenarios and prompts that is done where they are read; this is for the rest of what models are shown."""
        for path, rubric in zip(expand(self.root, self.config.rubrics, "rubrics"), self.rubrics, strict=True):
            refuse_rubric(rubric, path, self.gate)
        for number, one in enumerate(self.config.candidates):
            if (problem := self.gate.problem(one.system_prompt or "")) is not None:
                raise InputError(problem, key=f"candidates.{number}.system_prompt")

    def hashes(self) -> dict[str, str]:
        """What the run is pinned to, besides its configuration: content by name and hash."""
        found = {f"rubric {one.rubric_id} {one.version}": one.sha256 for one in self.rubrics}
        found |= {"prompts": self.prompts.sha256, "scenarios": self.scenarios.sha256}
        if self.responses is not None:
            found["responses"] = self.responses.sha256
        if (recogniser := self.gate.recogniser) is not None:
            found[f"{RECOGNISER}{recogniser.said}"] = recogniser.sha256
        return found


def load_scenarios(
    root: Path, patterns: tuple[str, ...], taken: AbstractSet[str] = frozenset(), gate: IdentifierGate | None = None
) -> Scenarios:
    """Scenarios by id. Their own criteria may not have an id that is `taken` by a rubric: labels name it alone. With a
    gate, none that could say who somebody is."""

    def check(one: Scenario) -> tuple[str, str] | None:
        if both := sorted({criterion.criterion_id for criterion in one.criteria} & taken):
            return "criteria", f"the criterion_id {both[0]!r} is a rubric's already; give the scenario's own another"
        return advised(gate.first_in(one)) if gate is not None else None

    return JsonlSource(Scenario, expand(root, patterns, "scenarios"), lambda one: one.scenario_id, check)


def load_responses(root: Path, patterns: tuple[str, ...], key: str, gate: IdentifierGate | None = None) -> Responses:
    """Responses by scenario, candidate and repeat; with a gate, none that could say who somebody is."""
    return JsonlSource(Response, expand(root, patterns, key), response_key, checked_by(gate))


def load_labels(
    root: Path, patterns: tuple[str, ...], key: str, gate: IdentifierGate | None = None
) -> JsonlSource[Label, tuple[str, ...]]:
    """Labels; each reviewer speaks once on a criterion of a response. With a gate, none that could say who somebody
    is."""
    return JsonlSource(Label, expand(root, patterns, key), label_key, checked_by(gate))


def checked_by(gate: IdentifierGate | None) -> Check[Record]:
    """The gate as a check of records; none without one."""
    return lambda one: advised(gate.first_in(one)) if gate is not None else None


def advised(found: tuple[str, str] | None) -> tuple[str, str] | None:
    """What the gate found in a record, with what to do about it."""
    return None if found is None else (found[0], f"{found[1]}; {ADVICE}")


def refuse_rubric(rubric: Rubric, file: Path | str, gate: IdentifierGate) -> None:
    """Refuse a rubric that could say who somebody is.

    Raises:
        InputError: names file, key and kind.
    """
    if (found := gate.first_in(rubric)) is not None:
        raise identified(file, *found)


def identified(file: Path | str, key: str, problem: str) -> InputError:
    """What the gate found in a file."""
    return InputError(f"{problem}; {ADVICE}", file=file, key=key)


def label_key(label: Label) -> tuple[str, ...]:
    """What a label is of, and whose it is."""
    return label.scenario_id, label.candidate_id, str(label.repeat), label.criterion_id, label.reviewer_id


def load_rubric(path: Path) -> Rubric:
    """Read a rubric file, its phrases included.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    rubric = load_yaml(Rubric, path)
    for criterion in rubric.criteria:
        if problem := check_phrases(_phrases(criterion, rubric)):
            raise InputError(problem, file=path, key=f"{criterion.criterion_id}.lexicon")
    return rubric


def prompt_texts(root: Path, config: Config, gate: IdentifierGate) -> dict[str, str]:
    """The run's prompts as they stand in their files."""
    paths: dict[str, str] = config.prompts.model_dump()
    return {f"{name}.md": read_passed(root / path, gate) for name, path in paths.items()}


def read_passed(path: Path, gate: IdentifierGate) -> str:
    """A file's text.

    Raises:
        InputError: it cannot be read, or could say who somebody is.
    """
    text = read_text(path)
    if (problem := gate.problem(text)) is not None:
        raise identified(path, "", problem)
    return text


def _phrases(criterion: Criterion, rubric: Rubric) -> list[str]:
    lexicon = criterion.lexicon
    own = [*lexicon.present, *lexicon.unsafe, *lexicon.unless, *lexicon.not_applicable_if] if lexicon else []
    return own + [phrase for phrases in rubric.routes.values() for phrase in phrases]


def _check_criteria(rubrics: list[Rubric]) -> None:
    """A label and a verdict name a criterion by its id alone, so it must be unique over all rubrics of a run."""
    ids = Counter(criterion.criterion_id for rubric in rubrics for criterion in rubric.criteria)
    if twice := sorted(one for one, n in ids.items() if n > 1):
        raise InputError(
            f"criterion_id must be unique over all rubrics; given twice: {', '.join(twice)}", key="rubrics"
        )
    names = Counter(rubric.rubric_id for rubric in rubrics)
    if twice := sorted(one for one, n in names.items() if n > 1 or one == SCENARIO_RUBRIC_ID):
        raise InputError(f"rubric_id must be unique, and not 'scenario': {', '.join(twice)}", key="rubrics")


def _check_responses(responses: Responses | None, scenarios: Scenarios, config: Config) -> None:
    generated = {one.candidate_id for one in config.candidates}
    for scenario_id, candidate_id, _ in responses.keys() if responses is not None else ():
        if scenario_id not in scenarios:
            raise InputError(
                f"a response answers the scenario {scenario_id!r}, which no scenario file has", key="responses"
            )
        if candidate_id in generated:
            raise InputError(f"the candidate {candidate_id!r} is both asked and imported; rename one", key="responses")
