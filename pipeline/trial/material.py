"""What prompts are tried on: labelled responses, each with the questions that clinicians answered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InputError
from domain.item import ResponseOutcome
from domain.model import JudgeSpec
from domain.question import Question, questions_of
from domain.record import content_sha256
from judges.client import Finish
from judges.judge import Judge, groups_of
from judges.prompt import Prompts, load_prompts
from pipeline.asking import Asking
from pipeline.config import PromptFiles
from pipeline.inputs import Inputs, ResponseKey, load_responses, read_passed, response_key
from pipeline.learning.measure import is_taught
from pipeline.learning.truth import Told
from pipeline.respond import outcome_of_text
from pipeline.store.results import VerdictKey

_SHORT = 20


@dataclass(frozen=True, slots=True)
class Labelled:
    """A response with its labelled questions."""

    key: ResponseKey
    questions: tuple[Question, ...]

    def question_key(self, question: Question) -> VerdictKey:
        """What labels call this question."""
        return (*self.key, question.criterion.criterion_id)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that prompts are tried on."""

    items: Sequence[Labelled]
    told: Told
    n_unmatched: int
    """Labelled questions without a scenario, a response that can be judged, or a criterion that applies."""

    def for_judge(self, spec: JudgeSpec) -> list[Labelled]:
        """What this judge may be tried on: nothing that its examples may come from."""
        return [one for one in self.items if not is_taught(spec, one.key[0])]


def texts_of(inputs: Inputs, patterns: tuple[str, ...], more: Mapping[ResponseKey, str]) -> dict[ResponseKey, str]:
    """Responses by what they answer: of the configuration, of its scripted candidates, of files, and others.

    Args:
        inputs: the configuration with its content.
        patterns: further response files.
        more: others, such as a run's.
    """
    found = {response_key(one): one.response for one in inputs.responses or ()}
    for candidate in inputs.config.candidates:
        for one in load_responses(inputs.root, candidate.script, "script") if candidate.script else ():
            if one.candidate_id == candidate.candidate_id:
                found[response_key(one)] = one.response
    found |= more
    given = load_responses(inputs.root, patterns, "--responses") if patterns else ()
    return found | {response_key(one): one.response for one in given}


def gather_material(inputs: Inputs, told: Told, texts: Mapping[ResponseKey, str]) -> Material:
    """Put labels, responses and criteria together.

    Raises:
        InputError: nothing is left to try prompts on.
    """
    wanted: defaultdict[ResponseKey, set[str]] = defaultdict(set)
    for key in told.by_question:
        wanted[key[:3]].add(key[3])
    items = [
        Labelled(key, questions)
        for key, criteria in sorted(wanted.items())
        if (questions := tuple(_questions(inputs, key, texts.get(key, ""), criteria)))
    ]
    if not items:
        raise InputError(
            "no label is on a response, scenario and criterion that the configuration has; name the labelled responses "
            "with --responses, or the run that holds them with --run"
        )
    n_matched = sum(len(one.questions) for one in items)
    return Material(items, told, len(told.by_question) - n_matched)


def _questions(inputs: Inputs, key: ResponseKey, text: str, criteria: set[str]) -> Iterable[Question]:
    """The labelled questions on one response, where it can be judged."""
    if key[0] not in inputs.scenarios:
        return ()
    if outcome_of_text(text, Finish.STOP, inputs.gate)[0] is not ResponseOutcome.COMPLETED:
        return ()
    own = inputs.config.scenario_criteria
    every = questions_of(inputs.scenarios[key[0]], text, inputs.rubrics, own_criteria=own)
    return (one for one in every if one.criterion.criterion_id in criteria)


def load_prompt_folder(inputs: Inputs, folder: str) -> Prompts:
    """A set of prompts: the files of one folder of the workspace, under the names that `prompts/` has.

    Raises:
        InputError: a file is missing, does not parse, uses a field that it is not given, or could say who somebody is.
    """
    names = PromptFiles.model_fields
    return load_prompts({f"{name}.md": read_passed(inputs.root / folder / f"{name}.md", inputs.gate) for name in names})


def askings_of(judge: Judge, item: Labelled) -> list[tuple[str, Asking]]:
    """What one judge is asked about one response, each asking under an id that its content alone decides."""
    covered = [one for one in item.questions if judge.covers(one)]
    return [
        (_id_of(item, group), Asking(judge, group, repeat))
        for kind in sorted({one.criterion.kind for one in covered})
        for group in groups_of([one for one in covered if one.criterion.kind is kind], judge.spec.together)
        for repeat in range(judge.spec.repeats)
    ]


def _id_of(item: Labelled, group: Sequence[Question]) -> str:
    first = group[0]
    asked = [(one.rubric_id, one.criterion.sha256, one.severity, one.applicability_open) for one in group]
    return content_sha256([item.key, first.scenario.sha256, first.response, asked])[:_SHORT]
