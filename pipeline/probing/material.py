"""What a judge is probed with: labelled responses, and cases whose change is known, from the workspace's files."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from domain.errors import InputError
from domain.question import Question, questions_of
from domain.record import content_sha256
from domain.scenario import Label
from domain.verdict import VerdictValue
from judges.judge import Judge
from judges.probing.metamorphic import MetamorphicCase
from pipeline.files.jsonl import JsonlSource
from pipeline.files.text import expand
from pipeline.inputs import Inputs, ResponseKey, checked_by, load_labels, load_responses, response_key


@dataclass(frozen=True, slots=True)
class Files:
    """Where the material lies: file patterns, relative to the workspace."""

    responses: str = "data/responses/*.jsonl"
    labels: str = "data/labels/*.jsonl"
    cases: str = "data/probes/*.jsonl"


@dataclass(frozen=True, slots=True)
class Base:
    """A response, one criterion, and what people say of the two."""

    question: Question
    candidate_id: str
    label: VerdictValue


@dataclass(frozen=True, slots=True)
class Material:
    """What there is for one judge; each list the same on every machine, its criteria taking turns."""

    violated: list[Base]
    safe: list[Base]
    cases: list[tuple[MetamorphicCase, Question]]
    """Each case with the criterion put about the response as it was."""


def gather_material(inputs: Inputs, files: Files, judge: Judge, limit: int) -> Material:
    """Read what the judge can be probed with.

    Args:
        inputs: the configuration's scenarios and rubrics.
        files: where responses, labels and cases lie.
        judge: only what it covers is used.
        limit: the most labelled violations, and as many that are safe; cases are not limited by it.

    Raises:
        InputError: a file is broken, or no label says violated of anything that the judge covers.
    """
    responses = load_responses(inputs.root, (files.responses,), "--responses", inputs.gate)
    texts = {response_key(one): one.response for one in responses if one.scenario_id in inputs.scenarios}
    questions = {key: list(_covered(inputs, key[0], text, judge)) for key, text in texts.items()}
    bases = list(_bases(questions, load_labels(inputs.root, (files.labels,), "--labels")))
    material = Material(
        _some(bases, VerdictValue.VIOLATED, limit), _some(bases, VerdictValue.SATISFIED, limit),
        list(_cases(inputs, files.cases, questions)),
    )  # fmt: skip
    if not material.violated:
        raise InputError("no label says 'violated' of a criterion that this judge reads", key="--labels")
    return material


def _covered(inputs: Inputs, scenario_id: str, text: str, judge: Judge) -> Iterator[Question]:
    own = inputs.config.scenario_criteria
    for question in questions_of(inputs.scenarios[scenario_id], text, inputs.rubrics, own_criteria=own):
        if judge.covers(question):
            yield question


def _bases(questions: dict[ResponseKey, list[Question]], labels: Iterable[Label]) -> Iterator[Base]:
    said: dict[tuple[ResponseKey, str], Counter[VerdictValue]] = defaultdict(Counter)
    for label in labels:
        said[response_key(label), label.criterion_id][label.verdict] += 1
    for key, some in questions.items():
        for question in some:
            counted = said.get((key, question.criterion.criterion_id))
            if counted and 2 * counted.most_common(1)[0][1] > counted.total():
                yield Base(question, key[1], counted.most_common(1)[0][0])


def _some(bases: Iterable[Base], label: VerdictValue, limit: int) -> list[Base]:
    by_criterion: dict[str, list[Base]] = defaultdict(list)
    for base in bases:
        if base.label is label:
            by_criterion[base.question.criterion.criterion_id].append(base)
    turns = zip_longest(*(sorted(some, key=_order) for _, some in sorted(by_criterion.items())))
    return list(islice((one for one in chain.from_iterable(turns) if one is not None), limit))


def _order(base: Base) -> str:
    """As good as random, and always the same."""
    return content_sha256([base.question.scenario.scenario_id, base.candidate_id])


def _cases(
    inputs: Inputs, pattern: str, questions: dict[ResponseKey, list[Question]]
) -> Iterator[tuple[MetamorphicCase, Question]]:
    if not any(inputs.root.glob(pattern)):
        return
    paths = expand(inputs.root, (pattern,), "--cases")
    for case in JsonlSource(MetamorphicCase, paths, lambda one: one.case_id, checked_by(inputs.gate)):
        about = questions.get((case.scenario_id, case.candidate_id, 0), [])
        for question in about:
            if question.criterion.criterion_id == case.criterion_id:
                yield case, question
