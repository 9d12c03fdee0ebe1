"""The qualification set of a workspace: its practice items, with the criteria of the rubrics that they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InputError
from domain.qualification import AgreedAnswer, PracticeItem, QualificationSet
from domain.question import Question
from domain.rubric import Rubric
from pipeline.files.yamlfile import load_yaml
from pipeline.inputs import load_rubric

_FOLDER = "data/qualification"


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice item as it is asked: each question with its agreed answer."""

    item: PracticeItem
    asked: tuple[tuple[Question, AgreedAnswer], ...]
    is_approved: bool
    """Whether named clinicians approved its answers."""


def load_qualification(root: Path) -> tuple[Practice, ...]:
    """All that is in `data/qualification`, file by file; nothing where there is no such folder. Retired sets are left
    out.

    Raises:
        InputError: a file is broken, a practice item stands in two of them, or no rubric has a criterion.
    """
    paths = sorted((root / _FOLDER).glob("*.yaml"))
    rubrics = [load_rubric(path) for path in sorted((root / "rubrics").glob("*.yaml"))] if paths else []
    found: dict[str, Practice] = {}
    for path in paths:
        of = load_yaml(QualificationSet, path)
        for item in of.items if of.status != "retired" else ():
            if item.practice_id in found:
                raise InputError(f"{item.practice_id!r} stands in another file already", file=path, key="practice_id")
            found[item.practice_id] = Practice(item, _asked(item, rubrics, path), of.status == "approved")
    return tuple(found.values())


def _asked(
    item: PracticeItem, rubrics: Sequence[Rubric], path: Path
) -> tuple[tuple[Question, AgreedAnswer], ...]:  # fmt: skip
    return tuple((_question(item, answer, rubrics, path), answer) for answer in item.answers)


def _question(item: PracticeItem, answer: AgreedAnswer, rubrics: Sequence[Rubric], path: Path) -> Question:
    for rubric in rubrics:
        for one in rubric.criteria:
            if one.criterion_id == answer.criterion_id:
                severity = one.severity.for_tags(item.scenario.tags)
                return Question(
                    item.scenario, item.response, rubric.rubric_id, rubric, one, severity, applicability_open=True
                )
    raise InputError(
        f"expected a criterion of a rubric in rubrics/, found {answer.criterion_id!r}",
        file=path,
        key=f"{item.practice_id}.answers.criterion_id",
    )
