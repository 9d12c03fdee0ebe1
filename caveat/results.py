"""What comes back from judging, comparing and gating: figures, typed; printed, what the command line prints."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from caveat.tables import Table
from domain.errors import InputError
from domain.policy import PROVISIONAL
from pipeline.comparing.compared import Compared
from pipeline.comparing.plain import as_json as comparison_json
from pipeline.comparing.tables import text_of as comparison_text
from pipeline.diff.diffed import Diff
from pipeline.diff.plain import as_json as diff_json
from pipeline.diff.text import text_of as diff_text
from pipeline.exporting.table import Kind, columns
from pipeline.gate.junit import as_junit
from pipeline.gate.markdown import as_markdown
from pipeline.gate.outcome import Gated, Outcome
from pipeline.gate.plain import as_json as gate_json
from pipeline.gate.wording import paragraph
from pipeline.minutes import plan_said
from pipeline.plan import Plan
from pipeline.reading_plan import ReadingPlan
from pipeline.reporting.comparison import LOWEST_KAPPA, RATES, JudgeSection, gather_comparison
from pipeline.reporting.picture import Heading, Picture, picture_of_intervals

_WIDTH = 120
_FIGURES = columns(
    "grouping name judge_id rate value low high n refusal", value=Kind.NUMBER, low=Kind.NUMBER, high=Kind.NUMBER,
    n=Kind.WHOLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Estimate:
    """What a run would ask and cost; nothing was sent."""

    plan: Plan

    def as_json(self) -> dict[str, Any]:
        """As `caveat run --dry-run --json`."""
        return self.plan.as_json()

    def __repr__(self) -> str:
        return self.plan.as_text()


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Judges and candidates against clinicians: every figure, or the reason why it is not given."""

    found: Compared

    def as_json(self) -> dict[str, Any]:
        """As `caveat compare --json`."""
        return comparison_json(self.found)

    def __repr__(self) -> str:
        return _said(comparison_text(self.found), provisional=self.found.facts.provisional)

    @property
    def judge_ids(self) -> list[str]:
        """The judges; last the panel as a whole, where there are several."""
        return self.found.judge_ids

    def figures(self) -> Table:
        """A row for each rate of each judge in each grouping: all, criterion, severity, rubric, candidate."""
        return Table("figures", "Judges against clinicians, with 95 % intervals.", _FIGURES, self._figures)

    def agreement(self, judge_id: str) -> Picture:
        """Kappa by criterion, beside the clinicians' agreement with each other where several took part."""
        heading = self._over(f"Agreement with clinicians: {judge_id}", "Kappa, 95 % intervals.")
        return picture_of_intervals(heading, self._section(judge_id).kappa, (LOWEST_KAPPA, 1))

    def detection(self, judge_id: str) -> Picture:
        """Sensitivity and specificity by criterion."""
        caption = "Share of violations found (sensitivity), of the rest left alone (specificity). 95 % intervals."
        heading = self._over(f"Violations found: {judge_id}", caption)
        return picture_of_intervals(heading, self._section(judge_id).found, (0, 1))

    def failures(self) -> Picture:
        """By candidate, the share of responses that clinicians would call violated."""
        heading = self._over("Failures by candidate", "Share of responses, 95 % intervals.")
        return picture_of_intervals(heading, gather_comparison(self.found, "").failures, (0, 1))

    def _over(self, title: str, caption: str) -> Heading:
        return Heading(title, caption, self.found.facts.provisional)

    def _section(self, judge_id: str) -> JudgeSection:
        for one in gather_comparison(self.found, "").judges:
            if one.judge_id == judge_id:
                return one
        raise InputError(f"expected one of the judges {', '.join(self.judge_ids)}, got {judge_id!r}", key="judge_id")

    def _figures(self) -> Iterator[dict[str, Any]]:
        for grouping, groups in self.found.groups.items():
            for group in groups:
                for judge_id, one in group.judges.items():
                    for rate in RATES:
                        named = {"grouping": grouping, "name": group.name, "judge_id": judge_id, "rate": rate}
                        yield named | getattr(one.rates, rate)._asdict()


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """Two runs side by side: the second less the first."""

    found: Diff

    def as_json(self) -> dict[str, Any]:
        """As `caveat diff --json`."""
        return diff_json(self.found)

    def __repr__(self) -> str:
        return _said(diff_text(self.found), provisional=self.found.provisional)


@dataclass(frozen=True, slots=True, repr=False)
class Gate:
    """One outcome for a night; its exit code is the command's."""

    found: Gated
    voided: list[str]
    """Certificates that are void from now on, because the judges moved."""

    @property
    def outcome(self) -> Outcome:
        """That which decides."""
        return self.found.outcome

    @property
    def exit_code(self) -> int:
        """0 passed; 1 a candidate is worse; 3 incomplete; 4 the judges moved; 5 the clinicians moved."""
        return self.found.outcome.exit_code

    @property
    def reason(self) -> str:
        """In one paragraph."""
        return paragraph(self.found)

    def as_json(self) -> dict[str, Any]:
        """As `caveat gate --json`."""
        return gate_json(self.found) | {"voided": self.voided}

    def markdown(self) -> str:
        """A summary for CI."""
        return as_markdown(self.found)

    def junit(self) -> str:
        """JUnit XML."""
        return as_junit(self.found)

    def __repr__(self) -> str:
        void = [f"Void from now on: {', '.join(self.voided)}"] if self.voided else []
        return _said([*wrap(self.reason, _WIDTH), *void], provisional=self.found.looked.provisional)


@dataclass(frozen=True, slots=True, repr=False)
class MinutesPlan:
    """What so many minutes of clinicians would buy; nothing is drawn."""

    found: ReadingPlan

    def as_json(self) -> dict[str, Any]:
        """As `caveat plan --json`."""
        return self.found.as_json()

    def __repr__(self) -> str:
        return plan_said(self.found)


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote."""

    target: Path
    rows: dict[str, int]
    """By file, or by sheet."""
    provisional: bool
    """Whether the run cleared without certificates."""


def _said(lines: Iterable[str], *, provisional: bool) -> str:
    return "\n".join([PROVISIONAL, *lines] if provisional else lines)
