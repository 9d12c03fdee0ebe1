"""Rubric files, read and looked at: every problem of every file, and what can be told without a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import InputError
from domain.rubric import Criterion, Rubric
from domain.scenario import Scenario
from judges.phrases import check_phrases
from pipeline.files.yamlfile import line_in, load_yaml, yaml_problems
from pipeline.workbench.checks.applicability import Reach, check_applicability, check_reach, reaches
from pipeline.workbench.checks.contradictions import check_examples
from pipeline.workbench.checks.gaps import check_gaps, check_together
from pipeline.workbench.checks.remark import Level, Place, Remark
from pipeline.workbench.checks.wording import check_wording

_PHRASES = ("present", "unsafe", "unless", "not_applicable_if")


@dataclass(frozen=True, slots=True)
class Placed:
    """A remark with the file and line that it is about."""

    level: Level
    file: str
    line: int | None
    about: str
    says: str

    def as_text(self) -> str:
        """For people."""
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{self.level:<8}{place}: {self.about}: {self.says}"


@dataclass(slots=True)
class Checked:
    """What was found, in the order of files; and the rubrics that read."""

    n_files: int = 0
    n_scenarios: int = 0
    remarks: list[Placed] = field(default_factory=list[Placed])
    rubrics: list[Rubric] = field(default_factory=list[Rubric])
    reach: list[Reach] = field(default_factory=list[Reach])

    def count(self, level: Level) -> int:
        """Number of remarks of this level."""
        return sum(one.level is level for one in self.remarks)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "files": self.n_files, "scenarios": self.n_scenarios,
            "errors": self.count(Level.ERROR), "warnings": self.count(Level.WARNING),
            "remarks": [{name: getattr(one, name) for name in Placed.__slots__} for one in self.remarks],
            "reach": [{name: getattr(one, name) for name in Reach.__slots__} for one in self.reach],
        }  # fmt: skip


def check_rubrics(paths: Sequence[Path], scenarios: Iterable[Scenario]) -> Checked:
    """Look at every file. Asks nobody.

    Args:
        paths: of rubric files.
        scenarios: the workspace's, to tell which criteria are ever asked; none where that is not wanted.
    """
    found = Checked(len(paths))
    known = list(scenarios)
    found.n_scenarios = len(known)
    read = {path: rubric for path in paths if (rubric := _read(path, found)) is not None}
    found.rubrics = list(read.values())
    found.reach = reaches(found.rubrics, known)
    for path, rubric in read.items():
        others = [one for one in found.rubrics if one is not rubric]
        for one in _remarks(rubric, others, found.reach, len(known)):
            found.remarks.append(Placed(one.level, path.name, line_in(path, one.place), one.about, one.says))
    return found


def _read(path: Path, found: Checked) -> Rubric | None:
    """A rubric, or its problems among what was found."""
    if problems := yaml_problems(Rubric, path):
        found.remarks += [_placed(one, path) for one in problems]
        return None
    return load_yaml(Rubric, path)


def _placed(error: InputError, path: Path) -> Placed:
    return Placed(Level.ERROR, path.name, error.line, error.key or path.stem, error.problem)


def _remarks(rubric: Rubric, others: Sequence[Rubric], reach: Sequence[Reach], n_scenarios: int) -> Iterator[Remark]:
    yield from _phrases(rubric)
    yield from check_together(rubric, others)
    yield from check_examples(rubric)
    applicability = list(check_applicability(rubric))
    yield from applicability
    if not any(one.level is Level.ERROR for one in applicability):  # what can never apply is not said twice
        yield from check_reach(rubric, reach, n_scenarios)
    yield from check_wording(rubric)
    yield from check_gaps(rubric)


def _phrases(rubric: Rubric) -> Iterator[Remark]:
    """Every phrase that does not read."""
    for number, criterion in enumerate(rubric.criteria):
        for place, phrase in _phrases_of(criterion):
            if problem := check_phrases([phrase]):
                yield Remark(Level.ERROR, criterion.criterion_id, problem, ("criteria", number, "lexicon", *place))
    for route, phrases in rubric.routes.items():
        for number, phrase in enumerate(phrases):
            if problem := check_phrases([phrase]):
                yield Remark(Level.ERROR, rubric.rubric_id, problem, ("routes", route.value, number))


def _phrases_of(criterion: Criterion) -> Iterator[tuple[Place, str]]:
    for key in _PHRASES if criterion.lexicon is not None else ():
        for number, phrase in enumerate(getattr(criterion.lexicon, key)):
            yield (key, number), phrase
